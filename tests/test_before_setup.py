"""What a clone or a machine lacks is told in one line, before anything is installed or run."""

import shutil
import sys
from pathlib import Path

import pytest
from checkout import ROOT, unshare
from project import Project


@pytest.fixture
def bare(tmp_path: Path) -> Project:
    """A project where nothing has been set up."""
    return Project(tmp_path / "bare").fill()


NO_HISTORY = (
    "this folder has no history in Git, which DVC needs: git clone the project, or "
    "git init && git add . && git commit -m 'as downloaded'"
)


@pytest.mark.parametrize("above", [False, True])
def test_without_history_nothing_is_installed(bare: Project, *, above: bool) -> None:
    shutil.rmtree(bare.path / ".git")  # as in the archive that GitHub makes
    if above:
        bare.moved(bare.path.parent).git("init", "--quiet")
    assert bare.refusal("repro") == NO_HISTORY
    bare.git("init", "--quiet")
    assert bare.refusal("repro") == NO_HISTORY
    assert not (bare.path / ".venv").exists()
    bare.commit()
    assert bare.make("surroundings") == ""


def test_a_worktree_a_subfolder_and_a_hook_have_their_history(
    bare: Project, tmp_path: Path
) -> None:
    bare.git("worktree", "add", "--quiet", str(tmp_path / "tree"))
    assert Project(tmp_path / "tree").make("surroundings") == ""
    (bare.path / "within").mkdir()
    for name in ("Makefile", "dvc.yaml"):
        shutil.copy2(ROOT / name, bare.path / "within")
    bare.commit()
    assert Project(bare.path / "within").make("surroundings") == ""
    hook = {"GIT_DIR": "/nowhere/.git", "GIT_INDEX_FILE": "/nowhere/index", "GIT_PREFIX": "x"}
    assert bare.make("surroundings", **hook) == ""


def test_a_broken_configuration_of_git_is_told_in_its_words(bare: Project) -> None:
    (bare.path / "broken").write_text("[core\n")
    told = bare.refusal("surroundings", GIT_CONFIG_GLOBAL=str(bare.path / "broken"))
    assert told == f"fatal: bad config line 1 in file {bare.path / 'broken'}"


READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && exec make -s surroundings'


@pytest.mark.skipif(not unshare("--mount"), reason="an ordinary user may not mount here")
@pytest.mark.parametrize("place", [".", ".dvc/cache/files", "data/report"])
def test_a_folder_that_cannot_be_written_is_named_first(bare: Project, place: str) -> None:
    folder = bare.path / place
    folder.mkdir(parents=True, exist_ok=True)
    command = [*unshare("--mount"), "sh", "-c", READ_ONLY, "-", str(folder)]
    if place == ".":  # the working directory has to be the mounted one
        command[-3:-2] = [READ_ONLY.replace("exec", 'cd "$1" && exec')]
    told = bare.run(*command, status=2).stderr.splitlines()
    assert told[0].startswith(f"{place} cannot be written: it belongs to ")
    assert told[0].endswith(", or the disk is read-only")


def python_that(folder: Path, lacks: str) -> Path:
    """Make a Python that runs `-c` with something amiss."""
    python = folder / "python"
    code = f"import sys; {lacks}; exec(sys.argv[2])"
    python.write_text(f"#!/bin/sh\nexec '{sys.executable}' -I -c '{code}' \"$@\"\n")
    python.chmod(0o755)
    return python


@pytest.mark.parametrize(
    ("lacks", "told"),
    [
        (
            "sys.version_info = (3, 10)",
            "Python 3.11 or newer is needed: make PYTHON=python3.12 ...",
        ),
        (
            'sys.modules["ensurepip"] = None',
            "{python} lacks its modules venv and ensurepip: apt-get install python3-venv",
        ),
    ],
)
def test_a_python_that_will_not_do_is_told_what_to_install(
    bare: Project, tmp_path: Path, lacks: str, told: str
) -> None:
    python = python_that(tmp_path, lacks)
    assert bare.refusal("repro", f"PYTHON={python}") == told.format(python=python)
    assert not (bare.path / ".venv").exists()


def test_no_python_at_all_is_told_what_to_install(bare: Project) -> None:
    told = bare.refusal("repro", "PYTHON=python3.99")
    assert told == (
        "no python3.99 here: install Python 3.11 or newer "
        "(apt-get install python3 python3-venv), or make PYTHON=..."
    )
