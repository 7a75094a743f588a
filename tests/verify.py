"""Try to break the promise: the forced pipeline under variations, each in a fresh checkout.

python tests/verify.py          every variation, as a table (`make verify`); status 1 unless all
                                are the same, or need what this processor does not have
python tests/verify.py NAME...  those whose names begin so

After each run, Git tells whether dvc.lock or a tracked result has another byte than is committed.
Other processors are stood in for by masks on the libraries that choose code by processor.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from checkout import Checkout


class Variation(NamedTuple):
    """How a run differs from an ordinary one."""

    variables: Mapping[str, str] = MappingProxyType({})
    within: tuple[str, ...] = ()  # a command that runs the command
    folder: str = "project"
    shallow: bool = False  # in a clone without history
    needs: tuple[str, ...] = ()  # commands, files or, with a +, features of the processor


def shell(script: str) -> tuple[str, ...]:
    """Run the command from a shell script, which ends in: exec "$@"."""
    return ("sh", "-e", "-c", script, "sh")


NO_AVX512 = "X86_V4 AVX512_ICL AVX512_SPR"
NO_FMA = "glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4,-AVX2_Usable,-FMA_Usable"
OLDEST = {
    "NPY_DISABLE_CPU_FEATURES": f"{NO_AVX512} X86_V3",
    "GLIBC_TUNABLES": NO_FMA,
    "OPENBLAS_CORETYPE": "Prescott",
    "NUMBA_CPU_NAME": "generic",
}
HASWELL = "+sse4.2,+popcnt,+avx,+avx2,+fma,+bmi,+bmi2,+lzcnt,+f16c,+movbe"
SKYLAKE = f"{HASWELL},+avx512f,+avx512cd,+avx512bw,+avx512dq,+avx512vl,+prefer-256-bit"

# DVC runs as it is; every stage, its compiler and its machine code run on an emulated processor.
EMULATED = """
mkdir -p .cache/bin
printf '#!/bin/sh\nexec qemu-x86_64 -cpu Nehalem "%s" "$@"\n' "$(command -v python)" \
    > .cache/bin/python
chmod +x .cache/bin/python
PATH="$PWD/.cache/bin:$PATH"
unset OPENBLAS_CORETYPE  # it may name the real processor
test "$(python -c 'import llvmlite.binding as llvm; print(llvm.get_host_cpu_name())')" = nehalem
exec "$@"
"""
TURKISH = """
mkdir -p .cache
localedef --inputfile=tr_TR --charmap=UTF-8 "$PWD/.cache/tr_TR.UTF-8"
export LOCPATH="$PWD/.cache" LC_ALL=tr_TR.UTF-8
python -c 'import locale; locale.setlocale(locale.LC_ALL, ""); assert locale.str(0.5) == "0,5"'
exec "$@"
"""
ZLIB_NG = """
mkdir -p .cache/zlib
hash=08a3a8468d4f130e3dc80d28ec42fcc7a878a57dfed616233e791066327d78a3
echo "zlib-ng==1.1.0 --hash=sha256:$hash" > .cache/zlib/requirements.txt
python -m pip download --quiet --disable-pip-version-check --no-deps --no-binary=:all: \
    --require-hashes --requirement=.cache/zlib/requirements.txt --dest=.cache/zlib
tar --extract --file=.cache/zlib/zlib_ng-1.1.0.tar.gz --directory=.cache/zlib
source=.cache/zlib/zlib_ng-1.1.0/src/zlib_ng/zlib-ng
(cd $source && ./configure --zlib-compat && make) > .cache/zlib/made 2>&1
export LD_PRELOAD="$PWD/$source/libz.so.1"
python -c 'import zlib; assert "zlib-ng" in zlib.ZLIB_RUNTIME_VERSION'
exec "$@"
"""

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
        {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": HASWELL}, needs=("+avx2", "+fma")
    ),
    "processor: numba for AVX-512": Variation(
        {"NUMBA_CPU_NAME": "skylake-avx512", "NUMBA_CPU_FEATURES": SKYLAKE},
        needs=("+avx512dq", "+avx512vl"),
    ),
    "processor: all the oldest": Variation(OLDEST),
    "processor: an emulated Nehalem": Variation(within=shell(EMULATED), needs=("qemu-x86_64",)),
    **{f"threads: {count}": Variation({"WORKERS": count}) for count in ("1", "2", "7")},
    "threads: one processor": Variation(within=("taskset", "--cpu-list", "0")),
    "surroundings: time zone": Variation({"TZ": "Pacific/Kiritimati"}),
    "surroundings: false clock, 1999": Variation(
        within=("faketime", "1999-12-31 23:59:50"), needs=("faketime",)
    ),
    "surroundings: false clock, 2038": Variation(
        within=("faketime", "2038-01-19 03:14:00"), needs=("faketime",)
    ),
    "surroundings: Turkish locale": Variation(
        within=shell(TURKISH), needs=("/usr/share/i18n/locales/tr_TR",)
    ),
    "surroundings: C locale": Variation(
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ),
    "surroundings: umask 077": Variation(within=shell('umask 077; exec "$@"')),
    "surroundings: hash seed": Variation({"PYTHONHASHSEED": "4711"}),
    "surroundings: no HOME": Variation(within=("env", "--unset=HOME")),
    "surroundings: nothing but PATH": Variation(within=shell('exec env -i PATH="$PATH" "$@"')),
    "surroundings: spaces and unicode in the path": Variation(folder="a pole, côté 'ß' 杆"),
    # DVC wants to know a name, which an id that is in no /etc/passwd has not got.
    "surroundings: another user's id": Variation(
        {"LOGNAME": "somebody"},
        within=("unshare", "--map-user=4711", "--map-group=4711"),
        needs=("unshare",),
    ),
    "surroundings: a shallow clone": Variation(shallow=True),
    "surroundings: no bytecode": Variation({"PYTHONDONTWRITEBYTECODE": "1"}),
    "surroundings: no network": Variation(
        within=("unshare", "--map-root-user", "--net"), needs=("unshare",)
    ),
    "surroundings: another zlib (zlib-ng)": Variation(within=shell(ZLIB_NG), needs=("cc", "make")),
    "surroundings: an optimising interpreter": Variation({"PYTHONOPTIMIZE": "2"}),
}


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
        if variation.shallow:
            checkout = checkout.shallow_clone(Path(above) / "shallow")
        try:
            changed = difference(checkout, variation)
        except AssertionError as failure:
            return f"**failed**: {str(failure).splitlines()[-1]}"
    return f"**differs**: {', '.join(changed)}" if changed else "same"


def main() -> int:
    """Print the table; return 1 unless every variation gives the same."""
    begins = tuple(sys.argv[1:]) or ("",)
    os.write(1, b"| variation | result | seconds |\n|---|---|---|\n")
    status = 0
    for name, variation in VARIATIONS.items():
        if name.startswith(begins):
            start = time.monotonic()
            told = result(variation)
            seconds = time.monotonic() - start
            os.write(1, f"| {name} | {told} | {seconds:.0f} |\n".encode())
            status |= told.startswith("**")
    return status


if __name__ == "__main__":
    sys.exit(main())
