"""The code that dvc.yaml declares is the code that a stage imports; and who may import whom."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from checkout import ROOT
from graph import ENVIRONMENTS, STAGES, TRAININGS, files_below

from stages.common.checking import agents

CHOSEN = "stages.rl.environments."  # of these a stage imports the one that params.yaml names


def modules(folder: str) -> list[str]:
    """Name the modules of a folder, given as the beginning of their names."""
    found = (ROOT / folder.replace(".", "/")).glob("[!_]*.py")
    return sorted(folder + path.stem for path in found)


@cache
def imported_names(file: Path) -> list[str]:
    """List what a file imports, also inside functions, and by name.

    A folder from which a module is imported by name ends with a dot.
    """
    names = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.module
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Constant) and str(node.value).startswith("stages."):
            names.append(str(node.value))
    return names


def imported(module: str, environments: list[str]) -> set[str]:
    """Return the files of this project that importing a module reads, with these environments."""
    files: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name == CHOSEN:
            waiting += [name + environment for environment in environments]
            continue
        if name.endswith("."):
            waiting += modules(name)
            continue
        parts = name.split(".")
        path = Path(*parts)
        file = path / "__init__.py" if (ROOT / path).is_dir() else path.with_suffix(".py")
        if not (ROOT / file).is_file() or file.as_posix() in files:  # a name in a module, or seen
            continue
        files.add(file.as_posix())
        waiting += [".".join(parts[:end]) for end in range(1, len(parts))]
        waiting += [name for name in imported_names(ROOT / file) if name.startswith("stages.")]
    return files


def needed(stage: str, environments: list[str]) -> set[str]:
    """Name the files, data aside, on which a stage depends with these environments."""
    files = {"requirements.txt", *imported(f"stages.{stage}", environments)}
    if "stages/common/sources.py" in files and stage == "check_params":
        files.add("requirements-environments.txt")
    if "stages/pictures/page/page.py" in files:
        files.add("stages/pictures/page/report.html")  # its template
    if stage == "report":  # which reads their docstrings
        files |= {
            path.relative_to(ROOT).as_posix() for path in (ROOT / "stages/rl/agents").glob("*.py")
        }
    if "stages/pictures/page/live_data.py" in files:
        own = (ROOT / "stages/pictures/page/live").iterdir()  # its template, scripts and style
        files |= {path.relative_to(ROOT).as_posix() for path in own}
    return {file for file in files if not says_nothing(file)}


def says_nothing(file: str) -> bool:
    """Tell whether a module holds its docstring alone, so that no edit of it changes anything."""
    return file.endswith("__init__.py") and len(ast.parse((ROOT / file).read_text()).body) <= 1


def declared(stage: str, environment: str) -> list[str]:
    """Name the files that dvc.yaml declares, data aside; a folder stands for all that it holds."""
    files = []
    for path in STAGES[stage]["deps"]:
        if path.startswith("data/"):
            continue
        name = path.replace("${environment}", environment)
        assert path.endswith("/") == (ROOT / name).is_dir()
        held = files_below(ROOT / name) if path.endswith("/") else {""}
        files += [name + file for file in held]
    return files


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_declares_all_the_code_that_it_imports_and_no_path_in_vain(stage: str) -> None:
    all_needed = set()
    for environment in ENVIRONMENTS:
        # The check of the parameters looks into every environment's section, and at its module.
        chosen = ENVIRONMENTS if stage == "check_params" else [environment]
        files, need = declared(stage, environment), needed(stage, chosen)
        assert len(files) == len(set(files))
        assert need - set(files) == set()
        all_needed |= need
    for path in STAGES[stage]["deps"]:
        if not path.startswith("data/"):
            name = path.replace("${environment}", "cartpole")
            assert [file for file in all_needed if file.startswith(name)], path


def test_an_edit_of_a_picture_of_the_test_or_of_another_agent_trains_nothing_again() -> None:
    for stage in TRAININGS:
        (script, agent, environment) = (
            [path for path in STAGES[stage]["deps"] if re.fullmatch(form, path)]
            for form in (r"stages/[a-z_]*[a-z]\.py", r"stages/rl/agents/.*", r".*environments/.*")
        )
        assert script == [f"stages/{stage}.py"]
        assert agent == [f"stages/rl/agents/{agents()[stage].name}.py"]
        assert environment == ["stages/rl/environments/${environment}.py"]
        for path in ("stages/pictures/", "stages/evaluation/", "stages/rl/", "stages/"):
            assert path not in STAGES[stage]["deps"]


# Who may import whom

OUTSIDE_SCIENCE = {"ruamel", "yaml", "dvc", "imageio", "matplotlib", "PIL", "jinja2"}
# Each room of the science, and the rooms that it may import from.
ROOMS = {
    "engine": {"engine"},
    "interface": {"engine", "interface"},
    "environments": {"engine", "interface"},  # never one environment another
    "policies": {"engine", "interface", "policies"},
    "training": {"engine", "interface", "policies", "training"},
    "agents": {"engine", "interface", "policies", "training"},  # never one agent another
}
SCIENCE = sorted((ROOT / "stages/rl").rglob("*.py"))


def module_name(file: Path) -> str:
    """Name a file as an import does."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_the_science_consists_of_these_rooms() -> None:
    folders = {path.name for path in (ROOT / "stages/rl").iterdir() if path.is_dir()}
    assert folders - {"__pycache__"} == set(ROOMS)


@pytest.mark.parametrize("file", SCIENCE, ids=module_name)
def test_the_science_imports_no_script_no_file_format_and_no_picture(file: Path) -> None:
    for name in imported_names(file):
        assert name.split(".")[0] not in OUTSIDE_SCIENCE
        assert not name.startswith("stages") or name.startswith("stages.rl.")


@pytest.mark.parametrize("file", SCIENCE, ids=module_name)
def test_the_rooms_of_the_science_import_one_way(file: Path) -> None:
    room = file.parent.name
    for name in imported_names(file):
        if not name.startswith("stages.rl.") or name == CHOSEN:  # the interface, by name
            continue
        if name == f"stages.rl.{room}":
            continue
        assert name.split(".")[2] in ROOMS[room], name


def test_an_agent_is_a_module_of_its_own() -> None:
    names = {agent.train.__module__ for agent in agents().values()}
    assert set(modules("stages.rl.agents.")) == names


SCRIPTS = {f"stages.{stage}" for stage in STAGES}
PROGRAMS = SCRIPTS | {"stages.results", "stages.watch", "stages.tune"}
# What scripts share, and what of the project each of these rooms may import.
ROOMS_BESIDE = {
    "common": {"common", "rl", "workers"},
    "evaluation": {"common", "evaluation", "rl"},
    "pictures": {"common", "evaluation", "pictures", "rl"},
    "workers": {"common", "workers", "rl"},
    "tuning": {"common", "evaluation", "pictures", "rl", "tuning"},
}


def test_scripts_do_not_import_one_another_and_nothing_imports_a_script() -> None:
    for file in (ROOT / "stages").rglob("*.py"):
        assert not PROGRAMS & set(imported_names(file)), file


@pytest.mark.parametrize("room", ROOMS_BESIDE)
def test_what_scripts_share_imports_no_other_room(room: str) -> None:
    for file in (ROOT / "stages" / room).rglob("*.py"):
        for name in imported_names(file):
            if name.startswith("stages."):
                assert name.split(".")[1] in ROOMS_BESIDE[room], name


def test_optuna_is_imported_by_those_who_tune_alone() -> None:
    using = [file for file in (ROOT / "stages").rglob("*.py") if "optuna" in imported_names(file)]
    assert using == [ROOT / "stages/tuning/search.py"]
    by_itself = imported("stages.tuning.runs", ENVIRONMENTS)
    assert "stages/tuning/search.py" not in by_itself  # the nodes of a cluster need no Optuna
