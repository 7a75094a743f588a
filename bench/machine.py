"""What differs between the systems that the benchmark runs on."""

import os
import sys

CORES = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
PEAK_MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes of one in ru_maxrss
