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

PACKAGE = Path(__file__).parents[1]
REQUIREMENTS = "requirements.txt"
INSTALL = f"pip install --require-hashes -r {REQUIREMENTS}"
# Variables that libraries obey, by their beginnings: they can change results, or stop an import.
OBEYED = ("FREETYPE_", "MPLBACKEND", "NUMBA_", "TQDM_")
# Those that change no byte, and what they may be; others, and other values, are not felt.
KEPT = {
    "NUMBA_CACHE_DIR": r".+",  # where machine code is kept
    "NUMBA_CPU_NAME": r"[\w-]+",  # which processor it is made for
    "NUMBA_CPU_FEATURES": r"([+-][\w.-]+,?)+",
    "NUMBA_DISABLE_JIT": r"[01]",  # kernels in plain Python, to look into them
    "NUMBA_BOUNDSCHECK": r"[01]",
    "TQDM_DISABLE": r"[01]",
}
READ_HERE = {".numba_config.yaml": "numba", "matplotlibrc": "matplotlib"}
CHECKS = {None, "check_params"}  # stages before which DVC has removed nothing
RESTORE = "to have back the results that DVC removed: `dvc checkout` and `git checkout data`"


def guard() -> None:
    """Make the surroundings harmless; end with one line where they cannot be."""
    sys.excepthook = told
    # Where a terminal was closed; libraries write to it without a look.
    nobody = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 # for as long as we run
    sys.stdout, sys.stderr = sys.stdout or nobody, sys.stderr or nobody
    for name, value in list(os.environ.items()):
        if name.startswith(OBEYED) and not re.fullmatch(KEPT.get(name, ""), value):
            del os.environ[name]
    os.environ["MATPLOTLIBRC"] = os.devnull  # else one in the home folder is read
    for file, reader in READ_HERE.items():
        if Path(file).exists():
            end(f"{file}: {reader} would read it; move it out of this folder")
    if lost_experiment():
        end("this clone is shallow: DVC would lose the experiment; first `git fetch --unshallow`")
    fault = difference(pinned(Path(REQUIREMENTS)), installed(sys.path))
    if fault:
        end(fault)


def lost_experiment() -> bool:
    """See whether DVC runs an experiment in a folder of its own beside a shallow clone.

    It would end well, and keep nothing (treeverse/dvc#7547, #8844).
    """
    project = Path(os.environ.get("DVC_ROOT", "."))
    apart = "DVC_EXP_NAME" in os.environ and project != Path.cwd()
    return apart and (project / ".git" / "shallow").exists()


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
        text = requirements.read_text(encoding="utf-8", errors="replace")
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
        here: dict[str, list[str]] = {}
        for entry in os.listdir(folder or ".") if Path(folder).is_dir() else ():  # noqa: PTH208 # a tenth of the time
            stem, _, kind = entry.rpartition(".")
            if kind in {"dist-info", "egg-info"}:
                name, version = [*stem.split("-"), "none"][:2]
                here.setdefault(re.sub(r"[-_.]+", "-", name).lower(), []).append(version)
        found = {name: " and ".join(sorted(versions)) for name, versions in here.items()} | found
    return found


def difference(pins: Mapping[str, tuple[set[str], bool]], found: Mapping[str, str]) -> str | None:
    """Tell the first package that is not the pinned one, both versions, and what to type."""
    for name, (versions, needed) in pins.items():
        version = found.get(name)
        if version not in versions and (needed or version):
            wanted = " or ".join(sorted(versions))
            have = f"{version or 'none'} is installed"
            return f"{REQUIREMENTS}: {name}: {have}, not {wanted}; `make`, or `{INSTALL}`"
    return None


def told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell in one line what is wrong with a source or an import; else show the traceback."""
    frames = traceback.extract_tb(trace)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(PACKAGE)]
    importing = ours and ours[-1].name in {"<module>", "import_numba"}
    if isinstance(error, SyntaxError) and Path(error.filename or "").is_relative_to(PACKAGE):
        line = f"{_relative(error.filename)}: line {error.lineno}: does not parse: {error.msg}"
    elif importing:
        reason = " ".join(str(error).split()) or kind.__name__
        line = f"{_relative(ours[-1].filename)}: line {ours[-1].lineno}: cannot import: {reason}"
    else:
        traceback.print_exception(kind, error, trace)
        line = ""
    if os.environ.get("DVC_STAGE") not in CHECKS:
        line = f"{line}; {RESTORE}" if line else RESTORE
    sys.stderr.write(f"{line}\n" if line else "")


def _relative(file: str | None) -> str:
    return os.path.relpath(file or "")
