"""Every declared input counts: change one, and DVC reruns the stage and a recorded byte changes.

The first half asks DVC about every declared file, the second runs every stage once for each of
its parameters. Both are tested on planted lies.
"""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import inside
import pytest
from checkout import ROOT, SMALL, Checkout
from graph import ADDED, AGENTS, CHANGED, files_below, leaves, put, seen_by_dvc, to_do
from inside import LOCK
from ruamel.yaml import YAML

from stages.common import params
from stages.common.script import InputError
from stages.pictures.figures import style

# Files

# Runs inside a checkout: for each file, adds a byte and prints the stages that DVC finds changed.
ASK_DVC = """
import json, sys
from pathlib import Path
from dvc.dependency import ParamsDependency
from dvc.repo import Repo

told = {}
with Repo() as repo:
    watched = {}  # what stages share is asked for once
    for stage in repo.index.stages:
        for file in [*stage.deps, *stage.outs]:
            if type(file) is not ParamsDependency:
                watched.setdefault((str(file), str(file.hash_info)), (file, []))[1].append(stage)
    for name in json.load(sys.stdin):
        path = Path(name)
        before = path.read_bytes()
        path.write_bytes(before + b"\\n")
        changed = [stages for file, stages in watched.values() if file.status()]
        told[name] = sorted({stage.addressing for stages in changed for stage in stages})
        path.write_bytes(before)
print(json.dumps(told))
"""


def named(stage: str, role: str, checkout: Checkout) -> set[str]:
    """Name the files that a stage reads or writes; a folder stands for all that it holds."""
    names: set[str] = set()
    for entry in LOCK[stage].get(role, []):
        path = checkout.path / entry["path"]
        inside_of = {str(Path(entry["path"], file)) for file in files_below(path)}
        names |= inside_of if path.is_dir() else {entry["path"]}
    return names


def declarations(checkout: Checkout) -> dict[str, set[str]]:
    """Name the files that each stage declares."""
    return {
        stage: named(stage, "deps", checkout) | named(stage, "outs", checkout) for stage in LOCK
    }


def unnoticed(checkout: Checkout, files: set[str]) -> list[str]:
    """List what DVC does not find changed though a file has changed that dvc.lock knows of."""
    asked = checkout.run(sys.executable, "-c", ASK_DVC, given=json.dumps(sorted(files)))
    told = json.loads(asked.stdout)
    declared = declarations(checkout)
    return [
        f"{file}: {stage}"
        for file in sorted(files)
        for stage in LOCK
        if (file in declared[stage]) != (stage in told[file])
    ]


def test_a_change_of_any_declared_file_reruns_the_stages_that_declare_it(small: Checkout) -> None:
    declared = set().union(*declarations(small).values())
    assert len(declared) > 90
    assert unnoticed(small, declared) == []


def test_a_change_of_any_other_file_reruns_nothing(small: Checkout) -> None:
    pipeline = {"dvc.yaml", "dvc.lock", "params.yaml", ".dvc/config", ".dvcignore"}
    declared = set().union(*declarations(small).values())
    others = set(small.git("ls-files").splitlines()) - declared - pipeline
    assert {"README.md", "Makefile", "tests/test_mutations.py", "stages/watch.py"} <= others
    assert not {name for name in others if name.startswith("stages/rl/")}
    before = {name: (small.path / name).read_bytes() for name in others}
    for name, content in before.items():
        (small.path / name).write_bytes(content + b"\n")
    # What a stage that was killed left behind, and what a module's import does.
    left = [small.path / name for name in ("data/train/search/policies.npz.7.partial",)]
    left += [small.path / "stages/rl/engine/__pycache__/left.pyc"]
    for path in left:
        assert not seen_by_dvc(path)
        path.parent.mkdir(exist_ok=True)
        path.touch()
    told = to_do(small)
    for path in left:
        path.unlink()
    for name, content in before.items():
        (small.path / name).write_bytes(content)
    assert told == set()


def test_a_new_file_in_a_declared_folder_reruns_the_stages_that_declare_it(small: Checkout) -> None:
    scene = small.path / "stages/pictures/animations/scenes/of_my_own.py"
    scene.touch()
    told = to_do(small)
    scene.unlink()
    assert told == {f"render_gif@{agent}" for agent in AGENTS} | {"render_together"}


def test_a_dependency_that_is_not_declared_is_found_out(small: Checkout) -> None:
    with small.edited("dvc.yaml", ("      - stages/rl/interface/\n", "")):
        told = unnoticed(small, {"stages/rl/interface/task.py", "stages/rl/policies/table.py"})
    assert "stages/rl/interface/task.py: train_policy" in told
    assert not [line for line in told if "table" in line]


# Parameters

# Runs enough for a bootstrap to tell one stream from another, and policies good enough to play more
# than the 200 steps after which CartPole-v0 ends.
FEW = {**SMALL, "runs: 30": "runs: 12", "episodes: 1200  #": "episodes: 280  #"}

LITTLE_ELSEWHERE = {
    "frozen_lake.train_policy.episodes": 32,
    "frozen_lake.train_policy.selection_episodes": 2,
    "frozen_lake.train_q_learning.episodes": 20,
}


def run(stage: str, **changed: Any) -> list[bytes]:
    """Run a stage here with small parameters, some of them changed; read its outputs."""
    text = (ROOT / "params.yaml").read_text()
    for old, new in FEW.items():
        text = text.replace(old, new)
    content = YAML(typ="safe").load(text)
    for leaf, value in {**LITTLE_ELSEWHERE, **changed}.items():
        put(content, leaf, value)
    with Path("params.yaml").open("w") as file:
        YAML().dump(content, file)
    inside.run(stage)
    return [Path(output["path"]).read_bytes() for output in LOCK[stage]["outs"]]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What all stages make of these parameters."""
    made = tmp_path_factory.mktemp("results")
    with inside.working_in(made):
        for stage in LOCK:
            run(stage)
    return made


@pytest.fixture
def _here(results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a copy of the results."""
    shutil.copytree(results, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(style, "DOTS_PER_INCH", 50)  # most of the time goes into pixels


def counts(stage: str, leaf: str, value: Any, unchanged: list[bytes]) -> bool:
    """Tell whether a parameter changes what a stage writes."""
    try:
        return run(stage, **{leaf: value}) != unchanged
    except InputError:  # what another environment made before is no use to the stage
        assert leaf == "environment"
        return True


def idle(stage: str) -> list[str]:
    """List the declared parameters of a stage that change none of its outputs."""
    unchanged = run(stage)
    declared = leaves(LOCK[stage]["params"]["params.yaml"])
    return [leaf for leaf in declared if not counts(stage, leaf, CHANGED[leaf], unchanged)]


# check_params reads every parameter to refuse a bad one: what it writes does not depend on them.
READERS = [stage for stage in LOCK if stage != "check_params" and "params" in LOCK[stage]]
RENDERERS = [stage for stage in READERS if stage.startswith("render")]
PLAYERS = [stage for stage in READERS if stage.startswith(("search", "train", "evaluate"))]


other_environment = pytest.mark.filterwarnings("ignore:.*out of date.*")


@other_environment
@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("stage", READERS)
def test_every_parameter_that_a_stage_declares_changes_what_it_writes(stage: str) -> None:
    """Of the section env an animation shows the options alone; the seed is for Gymnasium's."""
    assert idle(stage) == (["cartpole.env.id", "seed"] if stage in RENDERERS else [])


@pytest.mark.usefixtures("_here")
def test_the_constants_of_an_environment_reach_who_plays_and_who_draws_it() -> None:
    for stages, leaf in (
        (PLAYERS, "cartpole.env.options.gravity"),
        (RENDERERS, "cartpole.env.options.pole_half_length"),
    ):
        for stage in stages:
            assert counts(stage, leaf, ADDED[leaf], run(stage)), stage


@other_environment
@pytest.mark.usefixtures("_here")
def test_the_other_environment_ends_after_200_steps() -> None:
    for stage in PLAYERS:
        run(stage, **{"cartpole.env.id": "CartPole-v0"})
    for agent in AGENTS:
        metrics = json.loads(Path(f"data/evaluate/{agent}/metrics.json").read_text())
        assert 20 < metrics["return"]["mean"] <= 200


@other_environment
@pytest.mark.usefixtures("_here")
def test_a_parameter_that_is_not_used_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    load: Callable[..., params.Given] = params.load

    def without_discount(*keys: str, **more: Any) -> params.Given:
        given = load(*keys, **more)
        given.settings = given.settings._replace(discount=0.99)
        return given

    monkeypatch.setattr(params, "load", without_discount)
    assert idle("train_q_learning") == ["cartpole.train_q_learning.discount"]
