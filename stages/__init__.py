"""The stages of the pipeline: one small script each, and what they share."""

import sys

if sys.argv[0] == "-m":  # `python -m stages.NAME`, before Python has looked for the stage itself
    from stages import surroundings

    surroundings.guard()
