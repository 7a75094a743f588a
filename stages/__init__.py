"""The stages of the pipeline: one small script each, and what they share."""

import sys

from stages.common import versions

if sys.argv[0] == "-m":  # `python -m stages.NAME`: before the stage imports anything
    versions.check()
