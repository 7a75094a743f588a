"""Try to break the promise: the forced pipeline under variations, each in a fresh checkout.

python tests/verify.py          every variation, as a table (`make verify`); status 1 unless all
                                are the same, or need what this processor does not have
python tests/verify.py NAME...  those whose names begin so

After each run, Git tells whether dvc.lock or a tracked result has another byte than is committed.
The masks are those of x86-64.
"""

import json
import os
import platform
import shutil
import sys
import tempfile
import time
from pathlib import Path

from checkout import Checkout
from pythons import pythons
from variations import VARIATIONS, Variation


def lacking(variation: Variation) -> list[str]:
    """List what a variation needs and this machine does not have."""
    features = Path("/proc/cpuinfo").read_text().split()
    return [
        need
        for need in variation.needs
        if (need[1:] not in features if need[0] == "+" else not shutil.which(need))
        and not Path(need).is_file()
    ]


def difference(checkout: Checkout, variation: Variation, *targets: str) -> list[str]:
    """Run the forced pipeline, or some stages of it; list the files that have changed."""
    command = [*variation.within, sys.executable, "-m", "dvc", "repro", "--force", *targets]
    checkout.run(*command, status=0, **variation.variables)
    return checkout.git("-c", "core.quotePath=off", "status", "--short").splitlines()


def modified(checkout: Checkout) -> list[str]:
    """List the outputs outside of Git whose hash in dvc.lock is not the committed one."""
    return [output["path"] for output in json.loads(checkout.dvc("diff", "--json"))["modified"]]


def result(variation: Variation) -> str:
    """Run the pipeline in a fresh checkout; tell what differs, in a word or a few."""
    needed = lacking(variation)
    if needed:
        bold = "" if all(need.startswith("+") for need in needed) else "**"  # not to be installed
        return f"{bold}not tried{bold}: needs {', '.join(needed)}"
    with tempfile.TemporaryDirectory() as above:
        folder = Path(above) / variation.folder
        folder.mkdir()
        checkout = Checkout(folder, cold=True).fill()
        try:
            changed = difference(checkout, variation)
            changed += modified(checkout) if changed else []
        except AssertionError as failure:
            return f"**failed**: {str(failure).splitlines()[-1]}"
    return f"**differs**: {', '.join(changed)}" if changed else "same"


def main() -> int:
    """Print the table; return 1 unless every variation gives the same."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        sys.exit("make verify: needs Linux on x86-64, whose masks it varies")
    begins = tuple(sys.argv[1:]) or ("",)
    os.write(1, b"| variation | result | seconds |\n|---|---|---|\n")
    status = 0
    for name, variation in {**VARIATIONS, **pythons()}.items():
        if name.startswith(begins):
            start = time.monotonic()
            told = result(variation)
            seconds = time.monotonic() - start
            os.write(1, f"| {name} | {told} | {seconds:.0f} |\n".encode())
            status |= told.startswith("**")
    return status


if __name__ == "__main__":
    sys.exit(main())
