"""Measure and write bench/results.md: `python -m bench`, or only parts: `python -m bench peers`."""

import argparse
import sys
from pathlib import Path

from bench import beside_peers, growth, kernels, pipeline

PARTS = {
    "kernels": kernels.lines,
    "peers": beside_peers.lines,
    "pipeline": pipeline.lines,
    "growth": growth.lines,
}
RESULTS = Path(__file__).parent / "results.md"


def main() -> None:
    """Print the parts that are named; without a name, all of them, and write them down."""
    if sys.platform == "win32":
        sys.exit("python -m bench: needs gcc and a POSIX shell: Linux or macOS")
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="|".join(PARTS))
    named = parser.parse_args().parts
    if unknown := set(named) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; parts are {', '.join(PARTS)}")
    report = ["# How fast", "", "`make bench` writes this file."]
    for part in named or PARTS:
        report += ["", *PARTS[part]()]
    text = "\n".join(report) + "\n"
    if not named:
        RESULTS.write_text(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
