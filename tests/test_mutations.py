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
from inside import LOCK
from ruamel.yaml import YAML
from test_graph import CHANGED, leaves

from stages import params

# Files

# Runs inside a checkout: for each file, adds a byte and prints the stages that DVC finds changed.
ASK_DVC = """
import json, sys
from pathlib import Path
from dvc.repo import Repo

changed = {}
for name in json.load(sys.stdin):
    file = Path(name)
    before = file.read_bytes()
    file.write_bytes(before + b"\\n")
    with Repo() as repo:
        changed[name] = sorted(repo.status())
    file.write_bytes(before)
print(json.dumps(changed))
"""


def named(stage: str, role: str) -> set[str]:
    return {entry["path"] for entry in LOCK[stage].get(role, [])}


def unnoticed(checkout: Checkout, files: set[str]) -> list[str]:
    """List what DVC does not find changed though a file has changed that dvc.lock knows of."""
    asked = checkout.run(sys.executable, "-c", ASK_DVC, given=json.dumps(sorted(files)))
    told = json.loads(asked.stdout)
    return [
        f"{file}: {stage}"
        for file in sorted(files)
        for stage in LOCK
        if (file in named(stage, "deps") | named(stage, "outs")) != (stage in told[file])
    ]


def test_a_change_of_any_declared_file_reruns_the_stages_that_declare_it(small: Checkout) -> None:
    declared = {file for stage in LOCK for role in ("deps", "outs") for file in named(stage, role)}
    assert len(declared) > 40
    assert unnoticed(small, declared) == []


def test_a_change_of_any_other_file_reruns_nothing(small: Checkout) -> None:
    declared = {file for stage in LOCK for role in ("deps", "outs") for file in named(stage, role)}
    pipeline = {"dvc.yaml", "dvc.lock", "params.yaml", ".dvc/config", ".dvcignore"}
    others = set(small.git("ls-files").splitlines()) - declared - pipeline
    assert {"README.md", "Makefile", "tests/test_mutations.py"} <= others
    before = {name: (small.path / name).read_bytes() for name in others}
    for name, content in before.items():
        (small.path / name).write_bytes(content + b"\n")
    told = small.dvc("status")
    for name, content in before.items():
        (small.path / name).write_bytes(content)
    assert told == "Data and pipelines are up to date.\n"


def test_a_dependency_that_is_not_declared_is_found_out(small: Checkout) -> None:
    with small.edited("dvc.yaml", ("      - stages/rl/xoshiro.py\n", "")):
        told = unnoticed(small, {"stages/rl/xoshiro.py", "stages/rl/table.py"})
    assert "stages/rl/xoshiro.py: train_policy" in told
    assert not [line for line in told if "table" in line]


# Parameters

# Runs enough for a bootstrap to tell one stream from another, and policies good enough to play more
# than the 200 steps after which CartPole-v0 ends.
FEW = {**SMALL, "runs: 30": "runs: 12", "episodes: 1200": "episodes: 280"}


def run(stage: str, **changed: Any) -> list[bytes]:
    """Run a stage here with small parameters, some of them changed; read its outputs."""
    text = (ROOT / "params.yaml").read_text()
    for old, new in FEW.items():
        text = text.replace(old, new)
    content = YAML(typ="safe").load(text)
    for leaf, value in changed.items():
        *sections, key = leaf.split(".")
        section = content
        for name in sections:
            section = section[name]
        section[key] = value
    with Path("params.yaml").open("w") as file:
        YAML().dump(content, file)
    inside.run(stage)
    return [Path(name).read_bytes() for name in sorted(named(stage, "outs"))]


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


def idle(stage: str) -> list[str]:
    """List the declared parameters of a stage that change none of its outputs."""
    unchanged = run(stage)
    declared = leaves(LOCK[stage]["params"]["params.yaml"])
    return [leaf for leaf in declared if run(stage, **{leaf: CHANGED[leaf]}) == unchanged]


# check_params reads every parameter to refuse a bad one: what it writes does not depend on them.
READERS = [stage for stage in LOCK if stage != "check_params" and "params" in LOCK[stage]]


other_environment = pytest.mark.filterwarnings("ignore:.*out of date.*")


@other_environment
@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("stage", READERS)
def test_every_parameter_that_a_stage_declares_changes_what_it_writes(stage: str) -> None:
    assert idle(stage) == []


@other_environment
@pytest.mark.usefixtures("_here")
def test_the_other_environment_ends_after_200_steps() -> None:
    for stage in LOCK:
        run(stage, **{"env.id": "CartPole-v0"})
    for agent in ("search", "policy", "q_learning"):
        metrics = json.loads(Path(f"data/evaluate/{agent}/metrics.json").read_text())
        assert 20 < metrics["return"]["mean"] <= 200


@pytest.mark.usefixtures("_here")
def test_a_parameter_that_is_not_used_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    load: Callable[..., params.Params] = params.load

    def without_discount(*keys: str) -> params.Params:
        loaded = load(*keys)
        fixed = loaded.train_q_learning.model_copy(update={"discount": 0.99})
        return loaded.model_copy(update={"train_q_learning": fixed})

    monkeypatch.setattr(params, "load", without_discount)
    assert idle("train_q_learning") == ["train_q_learning.discount"]
