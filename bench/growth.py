"""How time and memory of a training stage grow with its candidates and with its runs.

A size is measured as a user meets it: the stage in a process of its own, which reads params.yaml
and writes its outputs, its machine code in the cache. What the least size takes is the start-up.
"""

import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from bench.machine import PEAK_MEMORY_UNIT

ROOT = Path(__file__).parent.parent
CANDIDATES = [1_000, 10_000, 65_536]
RUNS = [10**power for power in range(5)]


class Growth(NamedTuple):
    """What grows, and its sizes."""

    stage: str
    title: str
    key: str  # of params.yaml, with its value there
    sizes: list[int]
    fixed: dict[str, str]  # other changes of params.yaml


class Size(NamedTuple):
    """A stage at one size."""

    size: int
    seconds: float
    mebibytes: float  # the most memory that the process held at a time


GROWTHS = [
    Growth(
        "search",
        "candidates of one run",
        "candidates: 500  #",
        CANDIDATES,
        {"runs: 30  #": "runs: 1  #"},
    ),
    *(
        Growth(stage, "runs", "runs: 30  #", RUNS, {})
        for stage in ("search", "train_q_learning", "train_policy")
    ),
]


def lines() -> list[str]:
    """Measure all sizes and return the tables."""
    told = [
        "## Growth",
        "",
        "A training stage as a process, once for each size: seconds, and peak memory in MiB. The"
        " exponent is that of the growth of the seconds over the last factor of ten, without the"
        " start-up, which is what the least size takes.",
        "",
        "| stage | what grows | size: seconds, MiB | exponent |",
        "|---|---|---|---|",
    ]
    for growth in GROWTHS:
        measure(growth, growth.sizes[0])  # from now on its machine code is in the cache
        measured = [measure(growth, size) for size in growth.sizes]
        sizes = "; ".join(f"{s.size:,}: {s.seconds:.1f}, {s.mebibytes:.0f}" for s in measured)
        told.append(f"| {growth.stage} | {growth.title} | {sizes} | {exponent(measured):.2f} |")
    return told


def measure(growth: Growth, size: int) -> Size:
    """Run a stage at one size."""
    text = (ROOT / "params.yaml").read_text()
    changes = {**growth.fixed, growth.key: f"{growth.key.split(':')[0]}: {size}  #"}
    for old, new in changes.items():
        if old not in text:
            raise ValueError(f"params.yaml: {old} is no longer there")
        text = text.replace(old, new, 1)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "params.yaml").write_text(text)
        shutil.copy(ROOT / "requirements.txt", folder)  # which a stage looks for
        start = time.perf_counter()
        stage = subprocess.Popen(
            [sys.executable, "-m", f"stages.{growth.stage}", "."],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        _, status, used = os.wait4(stage.pid, 0)
        seconds = time.perf_counter() - start
    if status:
        raise ChildProcessError(f"{growth.stage} with {size} {growth.title}: status {status}")
    return Size(size, seconds, used.ru_maxrss * PEAK_MEMORY_UNIT / 2**20)


def exponent(measured: list[Size]) -> float:
    """Return the exponent of the growth from the last size but one to the last."""
    before, last = measured[-2:]
    start_up = measured[0].seconds
    growth = (last.seconds - start_up) / (before.seconds - start_up)
    return math.log(growth) / math.log(last.size / before.size)
