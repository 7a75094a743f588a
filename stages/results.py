"""The results in the terminal: `python -m stages.results`, as `report` left them."""

import sys

from stages.common import script
from stages.common.artifacts import load_bytes

RESULTS = "data/report/results.md"


def main() -> None:
    """Print them."""
    sys.stdout.write(f"As of the last `dvc repro`:\n\n{load_bytes(RESULTS).decode()}")


if __name__ == "__main__":
    script.run(main)
