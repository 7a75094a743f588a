"""Try to break the promise: the forced pipeline under variations, each in a fresh checkout.

python tests/verify.py          every variation, as a table (`make verify`); status 1 if any differs
python tests/verify.py NAME...  those whose names begin so

After each run, Git tells whether dvc.lock or a tracked result has another byte than is committed.
Other processors are stood in for by masks on the libraries that choose code by processor.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from checkout import Checkout


class Variation(NamedTuple):
    """How a run differs from an ordinary one."""

    variables: Mapping[str, str] = MappingProxyType({})
    within: tuple[str, ...] = ()  # a command that runs the command
    folder: str = "project"


NO_AVX512 = "X86_V4 AVX512_ICL AVX512_SPR"
NO_FMA = "glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4,-AVX2_Usable,-FMA_Usable"
OLDEST = {
    "NPY_DISABLE_CPU_FEATURES": f"{NO_AVX512} X86_V3",
    "GLIBC_TUNABLES": NO_FMA,
    "OPENBLAS_CORETYPE": "Prescott",
    "NUMBA_CPU_NAME": "generic",
}
HASWELL = "+sse4.2,+popcnt,+avx,+avx2,+fma,+bmi,+bmi2,+lzcnt,+f16c,+movbe"

VARIATIONS = {
    "nothing varied": Variation(),
    "processor: NumPy as on AVX2": Variation({"NPY_DISABLE_CPU_FEATURES": NO_AVX512}),
    "processor: NumPy as on SSE": Variation({"NPY_DISABLE_CPU_FEATURES": f"{NO_AVX512} X86_V3"}),
    "processor: glibc without FMA and AVX2": Variation({"GLIBC_TUNABLES": NO_FMA}),
    **{
        f"processor: OpenBLAS as on {name}": Variation({"OPENBLAS_CORETYPE": name})
        for name in ("Haswell", "Prescott", "SkylakeX", "Zen")
    },
    "processor: numba for a generic one": Variation({"NUMBA_CPU_NAME": "generic"}),
    "processor: numba for Haswell": Variation(
        {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": HASWELL}
    ),
    "processor: all the oldest": Variation(OLDEST),
    **{f"threads: {count}": Variation({"WORKERS": count}) for count in ("1", "2", "7")},
    "threads: one processor": Variation(within=("taskset", "--cpu-list", "0")),
    "surroundings: time zone": Variation({"TZ": "Pacific/Kiritimati"}),
    "surroundings: locale": Variation({"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}),
    "surroundings: umask 077": Variation(within=("sh", "-c", 'umask 077; exec "$@"', "sh")),
    "surroundings: hash seed": Variation({"PYTHONHASHSEED": "4711"}),
    "surroundings: no HOME": Variation(within=("env", "--unset=HOME")),
    "surroundings: nothing but PATH": Variation(
        within=("sh", "-c", 'env -i PATH="$PATH" "$@"', "sh")
    ),
    "surroundings: spaces and unicode in the path": Variation(folder="a pole, côté 'ß' 杆"),
    "surroundings: no bytecode": Variation({"PYTHONDONTWRITEBYTECODE": "1"}),
    "surroundings: no network": Variation(within=("unshare", "--map-root-user", "--net")),
    "surroundings: an optimising interpreter": Variation({"PYTHONOPTIMIZE": "2"}),
}


def difference(checkout: Checkout, variation: Variation, *targets: str) -> list[str]:
    """Run the forced pipeline, or some stages of it; list the files that have changed."""
    command = [*variation.within, sys.executable, "-m", "dvc", "repro", "--force", *targets]
    checkout.run(*command, status=0, **variation.variables)
    return checkout.git("-c", "core.quotePath=off", "status", "--short").splitlines()


def rows(names: list[str]) -> Iterator[tuple[str, str]]:
    """Run the variations one after the other; tell of each what differs."""
    for name in names:
        with tempfile.TemporaryDirectory() as above:
            folder = Path(above) / VARIATIONS[name].folder
            folder.mkdir()
            try:
                changed = difference(Checkout(folder), VARIATIONS[name])
            except AssertionError as failure:
                yield name, f"**failed**: {str(failure).splitlines()[-1]}"
                continue
            yield name, f"**differs**: {', '.join(changed)}" if changed else "same"


def main() -> int:
    """Print the table; return 1 if any variation differs."""
    begins = tuple(sys.argv[1:]) or ("",)
    names = [name for name in VARIATIONS if name.startswith(begins)]
    os.write(1, b"| variation | result | seconds |\n|---|---|---|\n")
    worst = 0
    start = time.monotonic()
    for name, result in rows(names):
        end = time.monotonic()
        os.write(1, f"| {name} | {result} | {end - start:.0f} |\n".encode())
        worst |= result != "same"
        start = end
    return worst


if __name__ == "__main__":
    sys.exit(main())
