"""Measure one peer: `python -m bench.peers MODULE.FUNCTION SEED [CANDIDATES]`."""

import json
import sys
from importlib import import_module

from bench.peers import Candidates


def main() -> None:
    """Print the numbers of a peer on one line."""
    module, function = sys.argv[1].split(".")
    measure = getattr(import_module(f"bench.peers.{module}"), function)
    numbers = measure(int(sys.argv[2]), *(Candidates(**json.loads(told)) for told in sys.argv[3:]))
    sys.stdout.write(" ".join(f"{number:.6f}" for number in numbers) + "\n")


if __name__ == "__main__":
    main()
