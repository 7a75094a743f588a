"""No parameter is declared in vain: change any one, and what the stage writes changes."""

import shutil
from pathlib import Path
from typing import Any

import inside
import numpy as np
import pytest
from checkout import ROOT, SMALL
from graph import ADDED, CHANGED, leaves, put
from inside import LOCK
from ruamel.yaml import YAML

from stages.common.script import InputError

# Runs enough for a bootstrap to tell one stream from another.
FEW = {**SMALL, "runs: 30": "runs: 10"}  # from ten on, intervals are drawn by chance
LITTLE_ELSEWHERE = {
    "frozen_lake.train_policy.episodes": 32,
    "frozen_lake.train_policy.validation_episodes": 2,
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
    return [file.read_bytes() for output in LOCK[stage]["outs"] for file in held(output["path"])]


def held(path: str) -> list[Path]:
    """List an output, or if it is a folder, the files in it."""
    return sorted(Path(path).iterdir()) if Path(path).is_dir() else [Path(path)]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What all stages but the report make of these parameters."""
    made = tmp_path_factory.mktemp("results")
    with inside.working_in(made):
        for stage in LOCK:
            if stage != "report":
                run(stage)
    return made


@pytest.fixture
def _here(results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a copy of the results."""
    shutil.copytree(results, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)


def counts(stage: str, leaf: str, value: Any, unchanged: list[bytes]) -> bool:
    """Tell whether a parameter changes what a stage writes."""
    try:
        return run(stage, **{leaf: value}) != unchanged
    except InputError:  # policies of another environment are refused
        assert leaf in {"environment", "cartpole.env.id"}
        return True


# check_params reads every parameter to refuse a bad one, and the report lists all that it declares:
# one by one they are only compared with dvc.yaml, in test_graph.py.
READERS = [stage for stage in LOCK if stage not in {"check_params", "report"}]
SLOW = [stage for stage in READERS if stage.startswith(("plot", "render"))]
FAST = [stage for stage in READERS if stage not in SLOW]


@pytest.mark.filterwarnings("ignore:.*out of date.*")
@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    "stage", [*FAST, *(pytest.param(stage, marks=pytest.mark.slow) for stage in SLOW)]
)
def test_every_parameter_that_a_stage_declares_changes_what_it_writes(stage: str) -> None:
    """But that CartPole-v0 has fewer steps changes no picture of those that were recorded."""
    unchanged = run(stage)
    declared = leaves(LOCK[stage]["params"]["params.yaml"])
    idle = [leaf for leaf in declared if not counts(stage, leaf, CHANGED[leaf], unchanged)]
    expected = ["cartpole.env.id"] if stage.startswith("render") else []
    if stage == "evaluate@actor_critic":
        # Nine of its ten runs end at 500, so the resamples' means are few, and so are their ends.
        with np.load("data/evaluate/actor_critic/returns.npz") as returns:
            assert len(np.unique(returns["returns"].mean(axis=1))) == 2
        expected = ["cartpole.evaluate.bootstrap_resamples"]
    assert idle == expected


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("stage", [stage for stage in FAST if stage != "robustness"])
def test_the_constants_of_an_environment_reach_who_plays_it(stage: str) -> None:
    leaf = "cartpole.env.options.gravity"
    assert counts(stage, leaf, ADDED[leaf], run(stage))
