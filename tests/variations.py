"""The variations of `make verify`: how a run differs from an ordinary one.

Other processors are stood in for by masks on the libraries that choose code by processor, and by
emulation.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Variation(NamedTuple):
    """How a run differs from an ordinary one."""

    variables: Mapping[str, str] = MappingProxyType({})
    within: tuple[str, ...] = ()  # a command that runs the command
    folder: str = "project"
    needs: tuple[str, ...] = ()  # commands, files or, with a +, features of the processor


def shell(script: str) -> tuple[str, ...]:
    """Run the command from a shell script, which ends in: exec "$@"."""
    return ("sh", "-e", "-c", script, "sh")


def told(expression: str, expected: str) -> str:
    """Return lines that stop a script unless `python` gives a value as expected."""
    return f"""
test "$(python -c 'import platform, sys; print({expression})')" = '{expected}' ||
    {{ echo '{expression} is not {expected}' >&2; exit 1; }}
"""


# The locked packages go into a new environment, which may lack pip: ours does it.
INSTALL = """pip --python "$new" install --quiet --disable-pip-version-check --no-compile \\
    --require-hashes --requirement requirements.txt --requirement requirements-dvc.txt"""


def stand_in(command: str) -> str:
    """Return lines that let a command, which gets the arguments, be `python` for every stage.

    DVC runs as it is. Stages do not listen to PYTHON* variables, but to options given here.
    """
    return f"""
python="$(command -v python)"
mkdir -p .cache/bin
cat > .cache/bin/python <<END
#!/bin/sh
exec {command} "\\$@"
END
chmod +x .cache/bin/python
PATH="$PWD/.cache/bin:$PATH"
"""


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

# Every stage, its compiler and its machine code run on an emulated processor.
NEHALEM = f"""
{stand_in('qemu-x86_64 -cpu Nehalem "$python"')}
unset OPENBLAS_CORETYPE  # it may name the real processor
{told('__import__("llvmlite.binding").binding.get_host_cpu_name()', "nehalem")}
exec "$@"
"""
# The same with another instruction set: from Debian's Python and C library for it, which apt
# unpacks into a folder and does not install, and the wheels of requirements.txt for it.
AARCH64 = f"""
root="$PWD/.cache/root"
mkdir -p "$root" .cache/apt/lists/partial .cache/apt/archives/partial
touch .cache/apt/status  # nothing is installed
cat > .cache/apt/configuration <<END
APT::Architecture "arm64";
APT::Architectures {{ "arm64"; }};
APT::Sandbox::User "root";
Dir::State "$PWD/.cache/apt";
Dir::State::status "$PWD/.cache/apt/status";
Dir::Cache "$PWD/.cache/apt";
END
export APT_CONFIG="$PWD/.cache/apt/configuration"
apt-get update
apt-get install --yes --download-only --no-install-recommends python3 libstdc++6
for package in .cache/apt/archives/*.deb; do dpkg-deb --extract "$package" "$root"; done
unset APT_CONFIG OPENBLAS_CORETYPE
qemu-aarch64 -L "$root" "$root/usr/bin/python3" -m venv --without-pip .cache/python
{stand_in('qemu-aarch64 -cpu max -L "$root" "$PWD/.cache/python/bin/python"')}
new="$PWD/.cache/bin/python"
{INSTALL}
{told("platform.machine()", "aarch64")}
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
    "processor: an emulated Nehalem": Variation(within=shell(NEHALEM), needs=("qemu-x86_64",)),
    "processor: an emulated Arm (aarch64)": Variation(
        within=shell(AARCH64),
        needs=("qemu-aarch64", "/usr/share/keyrings/debian-archive-keyring.gpg"),
    ),
    **{f"threads: {count}": Variation({"WORKERS": count}) for count in ("1", "2", "7")},
    "threads: one processor": Variation(within=("taskset", "--cpu-list", "0")),
    "folder: spaces and unicode in its name": Variation(folder="a pole, côté 'ß' 杆"),
}
