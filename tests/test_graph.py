"""What dvc.yaml declares, against what the code does; and who may import whom."""

import ast
import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from checkout import ROOT, Checkout
from ruamel.yaml import YAML

from stages.params import Params

GRAPH: dict[str, Any] = YAML(typ="safe").load((ROOT / "dvc.yaml").read_text())
PARAMS: dict[str, Any] = YAML(typ="safe").load((ROOT / "params.yaml").read_text())
STAGES: dict[str, Any] = GRAPH["stages"]
AGENTS = ["search", "policy", "q_learning"]
EVALUATIONS = {f"evaluate@{agent}" for agent in AGENTS}
GIFS = {f"render_gif@{agent}" for agent in AGENTS}
TRAININGS = {"search", "train_policy", "train_q_learning"}
SHOWN_TOGETHER = {"plot", "render_together", "report"}
EVERYTHING = {"check_params"} | SHOWN_TOGETHER | TRAININGS | EVALUATIONS | GIFS

# The table: which stages run again when a leaf of params.yaml changes. check_params reads all of
# them, but what it hands on is the schema, which stays the same; report lists all of them.
RERUNS = {
    "seed": EVERYTHING,
    "runs": EVERYTHING,
    "env.id": EVERYTHING,
    "search.*": SHOWN_TOGETHER | {"check_params", "search", "evaluate@search", "render_gif@search"},
    "train_policy.*": SHOWN_TOGETHER
    | {"check_params", "train_policy", "evaluate@policy", "render_gif@policy"},
    "train_q_learning.*": SHOWN_TOGETHER
    | {"check_params", "train_q_learning", "evaluate@q_learning", "render_gif@q_learning"},
    "evaluate.*": {"check_params"} | SHOWN_TOGETHER | EVALUATIONS | GIFS,
    "plot.*": {"check_params", "plot", "report"},
    "render_gif.*": {"check_params", "render_together", "report"} | GIFS,
}
# Another valid value of each leaf.
CHANGED = {
    "seed": 1,
    "runs": 31,
    "env.id": "CartPole-v0",
    "search.candidates": 501,
    "search.finalists": 11,
    "search.selection_episodes": 101,
    "train_policy.hidden_layers": [20],
    "train_policy.episodes": 1240,
    "train_policy.batch_episodes": 2,
    "train_policy.discount": 0.98,
    "train_policy.learning_rate": 0.03,
    "train_policy.checkpoint_every": 20,
    "train_policy.selection_episodes": 21,
    "train_q_learning.bins": [1, 1, 6, 5],
    "train_q_learning.limits": [2.4, 2.5, 0.21, 3.0],
    "train_q_learning.episodes": 650,
    "train_q_learning.initial_value": 50.0,
    "train_q_learning.discount": 0.98,
    "train_q_learning.learning_rate": 0.3,
    "train_q_learning.final_learning_rate": 0.02,
    "train_q_learning.epsilon": 0.9,
    "train_q_learning.final_epsilon": 0.05,
    "train_q_learning.exploration_fraction": 0.7,
    "train_q_learning.checkpoint_every": 25,
    "train_q_learning.selection_episodes": 51,
    "evaluate.episodes": 101,
    "evaluate.bootstrap_resamples": 9999,
    "plot.smoothing_episodes": 21,
    "render_gif.run": 1,
    "render_gif.steps_per_frame": 3,
}


def leaves(tree: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found = {}
    for key, value in tree.items():
        inner = leaves(value, f"{prefix}{key}.") if isinstance(value, dict) else None
        found.update(inner or {prefix + key: value})
    return found


def reruns(leaf: str) -> set[str]:
    return RERUNS.get(leaf) or RERUNS[leaf.partition(".")[0] + ".*"]


def test_the_table_holds_every_leaf_and_changes_it() -> None:
    assert set(CHANGED) == set(leaves(PARAMS))
    assert all(leaves(PARAMS)[leaf] != value for leaf, value in CHANGED.items())


# Runs inside a checkout: prints, for each change, the stages that DVC would run, as JSON.
ASK_DVC = """
import json, sys
import networkx
from pathlib import Path
from dvc.repo import Repo
from ruamel.yaml import YAML

yaml, file = YAML(), Path("params.yaml")
before = file.read_text()
stages = {}
for leaf, value in json.load(sys.stdin).items():
    content = yaml.load(before)
    *sections, key = leaf.split(".")
    section = content
    for name in sections:
        section = section[name]
    section[key] = value
    with file.open("w") as out:
        yaml.dump(content, out)
    with Repo() as repo:
        status = repo.status()
        changed = {stage for stage in repo.index.stages if stage.addressing in status}
        graph = repo.index.graph
        passing_on = {s for s in changed if s.addressing != "check_params"}
        following = set().union(*(networkx.ancestors(graph, s) for s in passing_on))
        stages[leaf] = sorted(s.addressing for s in changed | following)
file.write_text(before)
print(json.dumps(stages))
"""


def test_a_change_of_a_leaf_reruns_the_stages_of_the_table(small: Checkout) -> None:
    asked = small.run(sys.executable, "-c", ASK_DVC, given=json.dumps(CHANGED))
    told = json.loads(asked.stdout)
    assert told == {leaf: sorted(reruns(leaf)) for leaf in CHANGED}


def test_comments_and_order_rerun_nothing(small: Checkout) -> None:
    before = (small.path / "params.yaml").read_text()
    head, tail = before.split("\nevaluate:")
    (small.path / "params.yaml").write_text(f"evaluate:{tail}\n# a remark\n{head}\n")
    assert "up to date" in small.dvc("status")
    (small.path / "params.yaml").write_text(before)


# Declarations against the code


def imported(module: str) -> set[str]:
    """Return the files of this project that importing a module reads."""
    files: set[str] = set()
    waiting = [module]
    while waiting:
        parts = waiting.pop().split(".")
        path = Path(*parts)
        file = path / "__init__.py" if (ROOT / path).is_dir() else path.with_suffix(".py")
        if (
            not (ROOT / file).exists() or file.as_posix() in files
        ):  # a name inside a module, or seen
            continue
        files.add(file.as_posix())
        waiting += [".".join(parts[:end]) for end in range(1, len(parts))]
        waiting += [name for name in _names(file) if name.split(".")[0] == "stages"]
    return files


@cache
def _names(file: Path) -> list[str]:
    return imported_names(ROOT / file)


def imported_names(file: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.module
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_declares_exactly_the_code_that_it_imports(stage: str) -> None:
    declared = [path for path in STAGES[stage]["deps"] if not path.startswith("data/")]
    template = [f"stages/{stage}.html"] if stage == "report" else []
    needed = ["requirements.txt", *imported(f"stages.{stage}"), *template]
    assert sorted(declared) == sorted(needed)
    assert STAGES[stage]["cmd"].startswith(f"python -E -m stages.{stage} ")


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_declares_exactly_the_parameters_that_it_asks_for(stage: str) -> None:
    source = (ROOT / "stages" / f"{stage}.py").read_text()
    calls = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "params.load"
    ]
    if stage == "vega":
        assert not calls
        assert "params" not in STAGES[stage]
        return
    assert len(calls) == 1
    if stage in {"check_params", "report"}:
        assert ast.unparse(calls[0]) == "params.load(*params.Params.model_fields)"
        assert STAGES[stage]["params"] == [{"params.yaml": None}]
        return
    asked = [ast.literal_eval(argument) for argument in calls[0].args]
    expected = [leaf for leaf in leaves(PARAMS) if leaf.split(".")[0] in asked]
    assert STAGES[stage]["params"] == expected


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_has_a_description_and_its_command_names_all_its_files(stage: str) -> None:
    declared = STAGES[stage]
    assert declared["desc"]
    files = [path for path in declared["deps"] if path.startswith("data/")]
    for kind in ("outs", "metrics", "plots"):
        for out in declared.get(kind, []):
            path, options = (out, {}) if isinstance(out, str) else next(iter(out.items()))
            files.append(path)
            if stage == "check_params":  # tracked by Git, and left where it is when a check fails
                assert options == {"cache": False, "persist": True}
            else:
                assert options.get("cache", True) == (kind == "outs")
                assert options.keys() <= {"cache", "template", "x", "x_label", "y", "title"}
    words = declared["cmd"].split()
    if "--folder" in words:  # stands for what the stage writes there
        folder = words.pop(words.index("--folder") + 1)
        files = [path for path in files if not path.startswith(f"{folder}/")]
    order_only = {"data/check_params/schema.json"} if stage != "check_params" else set()
    assert {word for word in words if word.startswith("data/")} == (set(files) - order_only)


def test_every_training_waits_for_the_check_of_the_parameters() -> None:
    for stage in TRAININGS:
        assert "data/check_params/schema.json" in STAGES[stage]["deps"]


def test_params_has_one_section_for_each_stage_that_has_parameters() -> None:
    assert list(PARAMS) == list(Params.model_fields)
    assert set(PARAMS) - {"seed", "runs", "env"} == set(STAGES) - {
        "check_params",
        "render_together",  # shows the run of render_gif
        "report",
        "vega",
    }


def test_every_leaf_has_its_range_beside_it() -> None:
    for line in (ROOT / "params.yaml").read_text().splitlines():
        if ":" in line and not line.endswith(":") and not line.startswith("#"):
            assert "  # " in line, line


# Who may import whom

OUTSIDE_SCIENCE = {"ruamel", "yaml", "dvc", "imageio", "matplotlib", "PIL", "pydantic"}
AGENT_MODULES = {"random_search", "reinforce", "q_learning"}


@pytest.mark.parametrize(
    "file", sorted((ROOT / "stages" / "rl").glob("*.py")), ids=lambda f: f.stem
)
def test_the_science_imports_no_script_no_file_format_and_no_picture(file: Path) -> None:
    for name in imported_names(file):
        assert name.split(".")[0] not in OUTSIDE_SCIENCE
        assert not name.startswith("stages") or name.startswith("stages.rl")
        if file.stem in AGENT_MODULES:
            assert name.removeprefix("stages.rl.").split(".")[0] not in AGENT_MODULES


def test_scripts_do_not_import_one_another() -> None:
    for stage in STAGES:
        names = imported_names(ROOT / "stages" / f"{stage}.py")
        assert not {name for name in names if name.removeprefix("stages.") in STAGES}
