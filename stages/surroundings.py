"""What a stage finds around it: made harmless, or refused in one line, before anything is imported.

`python -m stages.NAME` imports this package before the stage, so that `guard` runs first. What acts
before that, the variables of Python itself, is left out by the option -E of dvc.yaml's commands.
docs/surroundings.md lists what can act, and what was tried.
"""

import os
import re
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

REQUIREMENTS = "requirements.txt"
INSTALL = f"pip install --require-hashes -r {REQUIREMENTS}"
# The rest can change results, or stop numba while it is imported.
NUMBA_KEPT = {
    "NUMBA_CACHE_DIR",  # where machine code is kept
    "NUMBA_CPU_NAME",  # which processor it is made for, to the same bytes
    "NUMBA_CPU_FEATURES",
    "NUMBA_DISABLE_JIT",  # kernels in plain Python, to look into them
}
READ_HERE = {".numba_config.yaml": "numba", "matplotlibrc": "matplotlib"}
CHECKS = {None, "check_params"}  # stages before which DVC has removed nothing
RESTORE = "to have back the results that DVC removed: `dvc checkout` and `git checkout data`"


def guard() -> None:
    """Make the surroundings harmless; end with one line where they cannot be."""
    sys.excepthook = told
    here = str(Path.cwd())
    if sys.path[0] == here:  # behind the packages, so that no file here stands in for one
        sys.path.append(sys.path.pop(0))
    for name in list(os.environ):
        if name.startswith("NUMBA_") and name not in NUMBA_KEPT:
            del os.environ[name]
    os.environ.pop("MPLBACKEND", None)
    os.environ["MATPLOTLIBRC"] = os.devnull  # else one in the home folder is read
    for file, reader in READ_HERE.items():
        if Path(file).exists():
            end(f"{file}: {reader} would read it; move it out of this folder")
    fault = difference(pinned(Path(REQUIREMENTS)), installed(sys.path))
    if fault:
        end(fault)


def end(*lines: str) -> None:
    """End with status 1 and the faults, one line each; tell how to have lost results back."""
    text = "\n".join(lines)
    sys.exit(text if os.environ.get("DVC_STAGE") in CHECKS else f"{text}; {RESTORE}")


def pinned(requirements: Path) -> dict[str, tuple[set[str], bool]]:
    """Read which version of each package the results belong to.

    Returns:
        By name, the versions (several, where they depend on Python), and whether it is always
        needed.
    """
    try:
        text = requirements.read_text(encoding="utf-8")
    except OSError as error:
        end(f"{requirements}: {error.strerror}; run from the root of the project")
    pins: dict[str, tuple[set[str], bool]] = {}
    for name, version, condition in re.findall(r"\n([\w.-]+)==([^ ;]+)( ;)?", f"\n{text}"):
        versions, _ = pins.setdefault(name, (set(), not condition))
        versions.add(version)
    return pins


def installed(folders: list[str]) -> dict[str, str]:
    """Find the version of every package in the folders that Python imports from; the first counts.

    By the names of their folders of metadata: to read the metadata itself takes ten times as long.
    """
    found: dict[str, str] = {}
    for folder in folders:
        if not Path(folder).is_dir():
            continue
        for entry in os.listdir(folder):  # noqa: PTH208 # a tenth of the time
            stem, _, kind = entry.rpartition(".")
            if kind in {"dist-info", "egg-info"}:
                name, *version = stem.split("-")
                found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), (*version, "none")[0])
    return found


def difference(pins: Mapping[str, tuple[set[str], bool]], found: Mapping[str, str]) -> str | None:
    """Tell the first package that is not the pinned one, both versions, and what to type."""
    for name, (versions, needed) in pins.items():
        version = found.get(name)
        if version not in versions and (needed or version):
            wanted = " or ".join(sorted(versions))
            have = f"{version} is installed" if version else "none is installed"
            return f"{REQUIREMENTS}: {name}: {have}, not {wanted}; `make`, or `{INSTALL}`"
    return None


def told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell in one line what is wrong with a source or its imports; else show the traceback."""
    if isinstance(error, SyntaxError) and error.filename:
        line = f"{_relative(error.filename)}: line {error.lineno}: does not parse: {error.msg}"
    elif isinstance(error, ImportError):
        last = traceback.extract_tb(trace)[-1]
        line = f"{_relative(last.filename)}: line {last.lineno}: cannot be imported: {error}"
    else:
        traceback.print_exception(kind, error, trace)
        line = ""
    if os.environ.get("DVC_STAGE") not in CHECKS:
        line = f"{line}; {RESTORE}" if line else RESTORE
    sys.stderr.write(f"{line}\n" if line else "")


def _relative(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
