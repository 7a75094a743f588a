"""What dvc.yaml declares, against what the commands name and the code asks for."""

import ast
from typing import Any

import pytest
from checkout import ROOT
from graph import AGENTS, ENVIRONMENTS, PARAMS, STAGES, TRAININGS, own_leaves

from stages.common.checking import agents
from stages.common.params import COMMON
from stages.rl.training.runs import Agent


def agent_of(script: ast.Module) -> Agent | None:
    """Find the agent that a script trains."""
    names = {node.module for node in script.body if isinstance(node, ast.ImportFrom)}
    found = [agent for agent in agents().values() if agent.train.__module__ in names]
    return found[0] if found else None


def asked_for(stage: str) -> set[str]:
    """Name the keys that a stage reads, as dvc.yaml would."""
    script = ast.parse((ROOT / "stages" / f"{stage}.py").read_text())
    agent = agent_of(script)
    reader = ast.parse((ROOT / "stages/common/training.py").read_text()) if agent else script
    calls = [node for node in ast.walk(reader) if isinstance(node, ast.Call)]
    loads = [call for call in calls if ast.unparse(call.func) == "load"]
    if not loads:
        return set()
    (load,) = loads
    keys = {ast.literal_eval(argument) for argument in load.args}
    assert {keyword.arg for keyword in load.keywords} == ({"agent"} if agent else set())
    own = {f"${{environment}}.{key}" for key in keys - set(COMMON)}
    if agent:
        own.add(f"${{environment}}.{agent.section}")
    if "section" in keys:
        own = {"${environment}"}
    assert own
    return {"environment"} | own | keys & set(COMMON)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_declares_exactly_the_parameters_that_it_asks_for(stage: str) -> None:
    declared = STAGES[stage].get("params", [])
    if stage == "check_params":
        assert declared == [{"params.yaml": None}]
    else:
        assert sorted(declared) == sorted(asked_for(stage))
        assert declared


def declared_outs(stage: str) -> dict[str, dict[str, Any]]:
    """Return the outputs of a stage, each with its options, which are checked."""
    outs = {}
    for kind in ("outs", "metrics", "plots"):
        for out in STAGES[stage].get(kind, []):
            path, options = (out, {}) if isinstance(out, str) else next(iter(out.items()))
            outs[path] = options
            if stage == "check_params":  # tracked by Git, and left where it is when a check fails
                assert options == {"cache": False, "persist": True}
            else:
                # A plain output that Git holds would lose its stage the run-cache.
                assert options.get("cache", True) == (kind == "outs")
                assert options.keys() <= {"cache", "template", "x", "x_label", "y", "title"}
    return outs


def within(path: str, folder: str) -> bool:
    return f"{path}/".startswith(f"{folder}/")


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_has_a_description_and_its_command_names_where_its_files_are(stage: str) -> None:
    declared = STAGES[stage]
    assert declared["desc"]
    assert declared["cmd"].startswith(f"python -E -m stages.{stage} ")
    words = [word for word in declared["cmd"].split() if word.split("/")[0] == "data"]
    ins = {path for path in declared["deps"] if path.startswith("data/")}
    ins = {path for path in ins if not within(path, "data/check_params")}  # no stage reads it
    for path in {*declared_outs(stage), *ins}:
        assert any(within(path, word) for word in words), path
    for word in words:
        assert any(within(path, word) for path in {*declared_outs(stage), *ins}), word


def test_each_agents_folder_is_named_so_that_a_stray_one_makes_nothing_stale() -> None:
    for stage in STAGES:
        assert not {"data/train", "data/evaluate", "data/render_gif"} & set(STAGES[stage]["deps"])
    for stage in ("robustness", "plot", "report"):
        for folder in ("data/train", "data/evaluate"):
            named = {path for path in STAGES[stage]["deps"] if within(path, folder)}
            assert named == {f"{folder}/{agent}" for agent in AGENTS}


def test_every_training_waits_for_the_check_of_the_parameters() -> None:
    for stage in TRAININGS:
        assert "data/check_params/passed.json" in STAGES[stage]["deps"]


def test_whatever_plays_runs_again_for_another_helper_module_or_version_of_a_package() -> None:
    for stage in (*TRAININGS, "evaluate", "robustness", "render_gif"):
        assert "data/check_params/environment.json" in STAGES[stage]["deps"]


def test_an_agent_has_its_name_and_its_section_in_all_places() -> None:
    assert {agent.name for agent in agents().values()} == set(AGENTS)
    assert set(agents()) == TRAININGS
    for section, agent in agents().items():
        assert set(declared_outs(section)) == {f"data/train/{agent.name}"}
        assert all(section in PARAMS[name] for name in ENVIRONMENTS)


def test_params_has_a_section_for_each_environment_and_each_stage_that_has_parameters() -> None:
    assert list(PARAMS)[: len(COMMON) + 1] == ["environment", *COMMON]
    assert sorted(list(PARAMS)[len(COMMON) + 1 :]) == ENVIRONMENTS
    for name in ENVIRONMENTS:
        assert list(PARAMS[name]) == ["env", *agents_in_order(), "evaluate"]
    assert set(COMMON) - {"seed", "runs"} | TRAININGS | {"evaluate"} == set(STAGES) - {
        "check_params",
        "report",
    }


def agents_in_order() -> list[str]:
    """Name the sections of the agents, in the order of the figures."""
    return sorted(agents(), key=lambda section: AGENTS.index(agents()[section].name))


def test_every_leaf_has_its_range_beside_it() -> None:
    """In the part for all environments and in CartPole's section; the others have the same keys."""
    text = (ROOT / "params.yaml").read_text().split("\nacrobot:")[0]
    lines = [line for line in text.splitlines() if ":" in line and not line.startswith("#")]
    told = [line for line in lines if not line.endswith((":", "{}"))]
    assert len(told) + text.count(": {}\n") == len(own_leaves())
    for line in told:
        assert "  # " in line, line
