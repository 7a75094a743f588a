"""The stages of the pipeline: one small script each, and what they share."""

import sys

if sys.argv[0] == "-m":  # `python -m stages.NAME`, before Python has looked for the stage itself
    # The project's folder behind the packages and Python's own: no file in it stands in for one.
    sys.path.append(sys.path.pop(0))
    from stages.common import surroundings

    surroundings.guard()
