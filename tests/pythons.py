"""The other Pythons of this machine, as variations of `make verify`."""

import os
import subprocess
from pathlib import Path

from variations import INSTALL, Variation, shell, told

NAMES = ("python3.11", "python3.12", "python3.13", "python3.14")
# These should be there. Debian 12's own, 3.11.2, stands for those before 3.11.4, where zipfile
# began to write other headers.
EXPECTED = ("3.11.2", "3.12", "3.13")


def pythons() -> dict[str, Variation]:
    """Return a variation for each Python found, and for each that should be there."""
    found = interpreters()
    missing = [
        version for version in EXPECTED if not any(other.startswith(version) for other in found)
    ]
    return {
        **{f"Python: {version}": another(python, version) for version, python in found.items()},
        **{f"Python: {version}": Variation(needs=(f"python{version}",)) for version in missing},
    }


def another(python: Path, version: str) -> Variation:
    """Run DVC and every stage by another Python, from a new environment."""
    return Variation(
        within=shell(f"""
new="$PWD/.cache/python"
"{python}" -m venv --without-pip "$new"
{INSTALL}
PATH="$new/bin:$PATH"
{told("platform.python_version()", version)}
shift  # the Python of this process
exec python "$@"
""")
    )


def interpreters() -> dict[str, Path]:
    """Find Pythons from 3.11 on, by version: in PATH, of the system and of pyenv."""
    of_pyenv = (Path.home() / ".pyenv" / "versions").glob("*/bin")
    folders = [*map(Path, os.environ["PATH"].split(os.pathsep)), Path("/usr/bin"), *of_pyenv]
    found = {}
    for name in NAMES:
        for folder in folders:
            version, prefix = ask(folder / name)
            if version:
                found[version] = Path(prefix) / "bin" / name
    return found


def ask(python: Path) -> tuple[str, str]:
    """Return a Python's version and where it is installed; nothing where none runs."""
    code = "import platform, sys; print(platform.python_version(), sys.base_prefix)"
    if not python.is_file():
        return "", ""
    done = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=False)
    version, _, prefix = done.stdout.strip().partition(" ")
    return version, prefix
