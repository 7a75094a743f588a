"""Measure one peer: `python -m bench.peers MODULE.FUNCTION SEED`."""

import sys
from importlib import import_module


def main() -> None:
    """Print the numbers of a peer on one line."""
    module, function = sys.argv[1].split(".")
    numbers = getattr(import_module(f"bench.peers.{module}"), function)(int(sys.argv[2]))
    sys.stdout.write(" ".join(f"{number:.6f}" for number in numbers) + "\n")


if __name__ == "__main__":
    main()
