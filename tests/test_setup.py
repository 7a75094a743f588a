"""`make` sets up by itself, whatever pip, Python and the shell are told, wherever the folder is."""

import shutil
import sys
from pathlib import Path

import pytest
from checkout import ROOT, Checkout
from project import Project

FOLDER = """it's 50% of "#1" & $HOME/pipe line"""  # what the shell, make and an address take amiss


# Where packages go, which they are, and that there are none: variables that redirect pip, the same
# in its configuration, and a path that shows Python other modules.
REDIRECTED = {
    "PIP_USER": "1",
    "PIP_TARGET": "elsewhere",
    "PIP_PREFIX": "elsewhere",
    "PIP_ROOT": "elsewhere",
    "PIP_PYTHON": "/nowhere/python",
    "PIP_DRY_RUN": "1",
    "PIP_NO_BINARY": ":all:",
    "PIP_PLATFORM": "win32",
    "PIP_CONSTRAINT": "/nowhere.txt",
    "PIP_REQUIREMENT": "/nowhere.txt",
    "PYTHONHOME": "/nowhere",
    "PYTHONPATH": "shadows",
    "PYTHONWARNINGS": "error",
}
CONFIGURED = """
[global]
user = true
target = elsewhere
python = /nowhere/python
[install]
dry-run = true
prefix = elsewhere
root = elsewhere
no-binary = :all:
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project set up where pip and Python are told otherwise in every way."""
    made = Project(tmp_path_factory.mktemp("project") / FOLDER).fill()
    (made.path / "shadows").mkdir()
    (made.path / "shadows/json.py").write_text("raise SystemExit('a module of PYTHONPATH')")
    (made.path / "pip.conf").write_text(CONFIGURED)
    sources = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "wheels", "PIP_CONFIG_FILE": "pip.conf"}
    assert made.make("repro", **sources, **REDIRECTED) == ""
    return made


def test_packages_go_into_the_environment_whatever_pip_and_python_are_told(
    project: Project,
) -> None:
    assert not (project.path / "elsewhere").exists()
    assert list((project.path / ".venv/lib").glob("python3*/site-packages/dvc.py"))
    arguments, _, path = project.runs()[0]
    assert arguments == ["repro"]
    assert path.startswith(f"{project.path}/.venv/bin:")
    assert not project.sets_up()


def test_stages_run_in_a_plain_shell_whatever_the_account_has(project: Project) -> None:
    project.make("repro", SHELL="/usr/sbin/nologin")
    assert project.runs()[0][1] == "/bin/sh"


def test_targets_take_turns(project: Project) -> None:
    project.make("-j4", "force", "repro")
    assert [arguments for arguments, _, _ in project.runs()] == [["repro", "--force"], ["repro"]]


def test_the_report_is_opened_whatever_the_folder_is_called(
    project: Project, tmp_path: Path
) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
    browser.chmod(0o755)
    assert project.make("report", BROWSER=f"{browser} %s") == "data/report/index.html"
    page = project.path.resolve() / "data/report/index.html"
    assert (tmp_path / "opened").read_text() == page.as_uri() + "\n"


def test_an_environment_that_no_longer_works_is_made_anew(project: Project) -> None:
    moved = Project(project.path.with_name("moved"))
    project.path.rename(moved.path)
    assert moved.sets_up()
    moved.path.rename(project.path)
    assert not project.sets_up()
    python = project.path / ".venv/bin/python"
    python.rename(python.with_name("kept"))
    python.symlink_to("/usr/lib/python-that-was-removed")
    assert project.sets_up()
    python.with_name("kept").replace(python)
    assert not project.sets_up()


def test_recipes_name_the_programs_of_the_environment_by_their_path() -> None:
    # Apple's make looks for a program on the PATH that it was started with.
    goals = (
        "repro",
        "force",
        "report",
        "watch",
        "experiments",
        "test",
        "exercise",
        "verify",
        "bench",
        "readme",
        "tour",
    )
    lines = Checkout(ROOT).run("make", "--dry-run", *goals).stdout.splitlines()
    assert ".venv/bin/python -m dvc repro" in lines
    programs = {"python", "pip", "dvc", "pytest", "ruff", "mypy"}
    assert [line for line in lines if line.split()[0] in programs] == []


def test_help_lists_every_target(project: Project) -> None:
    lines = project.make("help").splitlines()
    assert lines[0] == "help         list the commands"
    assert "clean        remove the environment and every cache (results stay)" in lines


def test_pip_takes_the_project_for_its_dependencies_alone(tmp_path: Path) -> None:
    shutil.copy2(ROOT / "pyproject.toml", tmp_path)
    for folder in ("stages", "data", "tests"):
        (tmp_path / folder).mkdir()
    setup = ("-c", "import setuptools; setuptools.setup()", "-q", "egg_info")
    Checkout(tmp_path).run(sys.executable, *setup)
    told = tmp_path / "reinforcement_learning_pipeline.egg-info"
    assert (told / "top_level.txt").read_text().strip() == ""
    assert "dvc==" in (told / "requires.txt").read_text()
