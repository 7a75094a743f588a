"""Refuse, in one line, to compute with other packages than the pinned ones.

It imports nothing but the standard library, as it runs before everything else.
"""

import os
import re
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

REQUIREMENTS = Path("requirements.txt")
PIN = re.compile(r"^([\w.-]+)==([^\s;]+)( ;)?", re.MULTILINE)  # name, version, whether conditional


def check() -> None:
    """End the process with status 1 if its packages differ, or DVC would lose its results."""
    if lost_experiment():
        sys.exit("this clone is shallow: DVC would lose the experiment; `git fetch --unshallow`")
    fault = difference(REQUIREMENTS.read_text(encoding="utf-8"))
    if fault:
        sys.exit(f"{REQUIREMENTS}: {fault}; `make repro`, or `{install()}`")


def lost_experiment() -> bool:
    """Return whether DVC runs an experiment in a temporary folder of a shallow clone.

    DVC would report success and keep nothing (treeverse/dvc#7547, #8844).
    """
    project = Path(os.environ.get("DVC_ROOT", "."))
    apart = "DVC_EXP_NAME" in os.environ and project != Path.cwd()
    return apart and (project / ".git" / "shallow").exists()


def difference(requirements: str) -> str | None:
    """Name the first package that is not installed as pinned, with both versions.

    A package may be pinned several times, each under a condition, and then may be missing.
    """
    pins: dict[str, set[str | None]] = {}
    for name, version, condition in PIN.findall(requirements):
        pins.setdefault(name, {None} if condition else set()).add(version)
    for name, versions in pins.items():
        found = installed(name)
        if found not in versions:
            wanted = " or ".join(sorted(filter(None, versions)))
            return f"{name}: {found or 'none'} is installed, not {wanted}"
    return None


def installed(name: str) -> str | None:
    """Return the version of a package, None if it is missing."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def install() -> str:
    """Return the command that installs what is pinned; environments made by uv have no pip."""
    if find_spec("pip") is None:
        return "uv pip sync requirements.txt requirements-dvc.txt"
    return "pip install --require-hashes -r requirements.txt -r requirements-dvc.txt"
