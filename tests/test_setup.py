"""`make` sets up by itself; the lock is what pyproject.toml says, and the pages install from it.

make, Python, its venv and pip, Git and uv are the real ones; the package to install is a stand-in
for DVC, since tests must not need a network.
"""

import hashlib
import os
import re
import shutil
import sys
import time
import tomllib
import zipfile
from importlib.metadata import requires
from pathlib import Path

import pytest
from checkout import ROOT, Checkout, installed
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def wheel(folder: Path, name: str, files: dict[str, str]) -> str:
    """Build a package; return the line of a requirements file that locks it."""
    path = folder / f"{name}-3-py3-none-any.whl"
    info = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 3\n",
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in {**files, **{f"{name}-3.dist-info/{i}": info[i] for i in info}}.items():
            archive.writestr(file, text)
    return f"{name}==3 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def real_uv() -> dict[str, str]:
    """Return a package whose program is the uv that is installed here."""
    return {
        "uv.py": f"import os, sys\ndef main(): os.execv({installed('uv')!r}, sys.argv)\n",
        "uv-3.dist-info/entry_points.txt": "[console_scripts]\nuv = uv:main\n",
    }


class Project(Checkout):
    """The Makefile and what it needs, in a repository of its own."""

    def fill(self) -> "Project":
        wheels = self.path / "wheels"
        wheels.mkdir(parents=True)
        for name in ("Makefile", "dvc.yaml", ".gitignore"):
            shutil.copy2(ROOT / name, self.path / name)
        (self.path / "requirements-uv.txt").write_text(wheel(wheels, "uv", real_uv()))
        for lock in ("requirements.txt", "requirements-environments.txt"):
            (self.path / lock).write_text("")
        (self.path / "requirements-dvc.txt").write_text(wheel(wheels, "dvc", {"dvc.py": ""}))
        self.git("init", "--quiet")
        self.commit()
        return self

    def environment(self, **more: str) -> dict[str, str]:
        """Return variables by which uv and pip find the stand-ins, and nothing else."""
        only = {"UV_NO_INDEX": "1", "UV_FIND_LINKS": "wheels", "PIP_NO_INDEX": "1"}
        only |= {"PIP_FIND_LINKS": "wheels", "PIP_CONFIG_FILE": "/dev/null"}
        return super().environment(**{**only, **more})

    def installer(self) -> str | None:
        """Return by what the stand-in was installed."""
        noted = [
            *(self.path / ".venv").glob("lib/python3*/site-packages/dvc-3.dist-info/INSTALLER")
        ]
        return noted[0].read_text().strip() if noted else None

    def sets_up(self) -> bool:
        return "-m venv --clear" in self.run("make", "--dry-run", "repro").stdout


SET_UP = ("make", "--silent", ".venv/.installed")
PYTHON = f"PYTHON={sys.executable}"


@pytest.fixture
def bare(tmp_path: Path) -> Project:
    """A project where nothing has been set up, in a folder with a space."""
    return Project(tmp_path / "côté jardin").fill()


def test_uv_installs_the_locked_packages(bare: Project) -> None:
    """And make does so again when one of them changes, or the environment cannot work."""
    bare.run(*SET_UP, PYTHON)
    assert bare.installer() == "uv"
    assert not bare.sets_up()
    for lock in ("requirements.txt", "requirements-dvc.txt"):
        before = (bare.path / lock).stat().st_mtime
        os.utime(bare.path / lock, (before, time.time() + 10))
        assert bare.sets_up()
        os.utime(bare.path / lock, (before, before))
    moved = Project(bare.path.with_name("moved"))
    bare.path.rename(moved.path)
    assert moved.sets_up()
    moved.path.rename(bare.path)
    assert not bare.sets_up()
    python = bare.path / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/usr/lib/python-that-was-removed")
    assert bare.sets_up()


@pytest.mark.slow
def test_pip_installs_them_where_uv_cannot(bare: Project) -> None:
    bare.run(*SET_UP, PYTHON, UV_FIND_LINKS="nowhere")
    assert bare.installer() == "pip"
    assert not bare.sets_up()


def test_a_package_with_another_hash_is_refused(bare: Project) -> None:
    wheel(bare.path / "wheels", "dvc", {"dvc.py": "stolen = True"})
    bare.run(*SET_UP, PYTHON, status=2)
    assert bare.installer() is None
    assert bare.sets_up()


@pytest.mark.slow
def test_a_lock_that_cannot_be_installed_leaves_the_environment_as_it_was(bare: Project) -> None:
    bare.run(*SET_UP, PYTHON)
    with bare.edited("requirements-dvc.txt", ("dvc==3", "dvc==4")):
        bare.run(*SET_UP, PYTHON, status=2)
        assert bare.installer() == "uv"
    bare.run(*SET_UP, PYTHON)
    assert not bare.sets_up()


def test_without_history_nothing_is_installed(bare: Project) -> None:
    shutil.rmtree(bare.path / ".git")  # as in the archive that GitHub makes
    assert (
        "this folder has no history in Git, which DVC needs: git clone the project, or "
        "git init && git add . && git commit -m 'as downloaded'"
    ) in bare.run(*SET_UP, PYTHON, status=2).stderr
    assert not (bare.path / ".venv").exists()


def test_a_python_that_is_too_old_is_refused(bare: Project) -> None:
    old = bare.path / "python"
    code = "import sys; sys.version_info = (3, 10); exec(sys.argv[2])"
    old.write_text(f"#!/bin/sh\nexec '{sys.executable}' -I -c '{code}' \"$@\"\n")
    old.chmod(0o755)
    told = bare.run(*SET_UP, "PYTHON=./python", status=2).stderr
    assert told.startswith("Python 3.11 or newer is needed: make PYTHON=python3.12 ...\n")
    assert not (bare.path / ".venv").exists()


# The lock

METADATA = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = METADATA["optional-dependencies"]


def pins(file: str) -> list[Requirement]:
    """Read what a file of the lock pins."""
    lines = re.findall(r"^([\w.-]+==.*) \\$", (ROOT / file).read_text(), re.MULTILINE)
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("extra", EXTRAS)
def test_the_lock_holds_what_pyproject_names(extra: str) -> None:
    locked = {*pins("requirements.txt")}
    assert {Requirement(line) for line in METADATA["dependencies"]} <= locked
    locked |= {*pins("requirements-dvc.txt"), *pins(f"requirements-{extra}.txt")}
    assert {Requirement(line) for line in EXTRAS[extra]} <= locked


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("python", ["3.11", "3.13"])
def test_every_package_has_one_version(system: str, python: str) -> None:
    here = {"sys_platform": system, "python_version": python, "python_full_version": f"{python}.0"}
    versions: dict[str, str] = {}
    for file in ("requirements.txt", *(f"requirements-{extra}.txt" for extra in EXTRAS)):
        for pin in pins(file):
            if pin.marker is None or pin.marker.evaluate(here):
                assert versions.setdefault(pin.name, str(pin.specifier)) == str(pin.specifier)


@pytest.mark.parametrize(
    "files", [["requirements.txt"], ["requirements.txt", "requirements-dvc.txt"]]
)
def test_what_a_locked_package_needs_is_locked_before_it(files: list[str]) -> None:
    """The packages that results depend on need none of those that only DVC needs."""
    locked = {
        canonicalize_name(pin.name) for file in files for pin in pins(file) if needed(pin.marker)
    }
    for name in locked:
        for line in requires(name) or ():
            requirement = Requirement(line)
            if needed(requirement.marker):
                assert canonicalize_name(requirement.name) in locked, f"{name}: {line}"


def needed(marker: Marker | None) -> bool:
    return marker is None or marker.evaluate({"extra": ""})


def test_the_pages_install_from_files_that_exist() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"), ROOT / "Makefile"):
        for file in re.findall(r"-r (requirements[\w.-]*)", page.read_text()):
            assert (ROOT / file).is_file(), f"{page.name}: {file}"
