"""The schema of params.yaml: what each key may be, and what a stage sees of it."""

import math
from pathlib import Path
from typing import Any, Literal

import pytest
from checkout import ROOT
from hypothesis import given
from hypothesis import strategies as st
from refused import TEXT, changed, told
from ruamel.yaml import YAML

from stages.common import checking, params, refusals
from stages.common.script import InputError
from stages.rl.agents import q_learning, random_search, reinforce
from stages.rl.interface.settings import Section
from stages.rl.training.runs import Agent

ENVIRONMENTS = ", ".join(
    sorted(path.stem for path in (ROOT / "stages/rl/environments").glob("[a-z]*.py"))
)
BAD = (ROOT / "tests" / "bad_parameters.txt").read_text().splitlines()


@pytest.mark.parametrize("row", BAD, ids=lambda row: row.split(" | ")[0])
def test_a_bad_value_is_refused_in_one_line(row: str, tmp_path: Path) -> None:
    change, line = (
        row.replace("{environments}", ENVIRONMENTS)
        .replace("{agents}", ", ".join(checking.agents()))
        .split(" | ")
    )
    path, value = change.split(" = ")
    chosen = path.split(".")[0]
    changes = {"environment": chosen} if chosen in checking.modules("environments") else {}
    parsed = ... if value == "(nothing)" else YAML(typ="safe").load(value)
    text = changed({**changes, path.replace("\\x85", "\x85"): parsed})
    whole = line if line.startswith(f"{chosen}.") else f"{path}: {line}"
    assert told(text, tmp_path) == [whole]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    bad = {
        "seed": "x",
        "render_gif.steps_per_frame": -1,
        "cartpole.search.finalist": 10,
        "cartpole.train_q_learning.epsilon": 2,
        "taxi.env.id": "Taxi-v3",
    }
    assert {line.split(":")[0] for line in told(changed(bad), tmp_path)} == set(bad)


@pytest.mark.parametrize("old", refusals.RENAMED)
def test_a_renamed_key_is_refused_with_its_new_name(old: str, tmp_path: Path) -> None:
    (line,) = told(changed({f"cartpole.{old}": 5}), tmp_path)
    assert line == f"cartpole.{old}: renamed; write {refusals.RENAMED[old]}"
    elsewhere = changed({f"cartpole.evaluate.{old.split('.')[1]}": 5})
    assert "renamed" not in told(elsewhere, tmp_path)[0]


def test_a_key_may_be_no_text(tmp_path: Path) -> None:
    (line,) = told(f"{TEXT}\n2024: 1\n", tmp_path)
    assert line.startswith("2024: unknown key; known keys here are environment, seed, ")


@pytest.mark.parametrize(
    "change",
    [
        *({"environment": name} for name in checking.modules("environments")),
        {"cartpole.train_policy.hidden_layers": [10, 10]},  # the notebook's
        {"cartpole.train_policy.discount": 1},
        {"cartpole.env.id": "CartPole-v0"},
        {"cartpole.env.max_episode_steps": None},
        {"cartpole.env.options": {"gravity": 1.62}},
        {"acrobot": ...},
        {"acrobot.search": ...},  # another environment needs no section of every agent
        {f"cartpole.{agent}": {} for agent in ("search", "train_policy", "evaluate")},
        {"environment": "taxi", "taxi.train_q_learning": {}},
    ],
    ids=str,
)
def test_what_is_unusual_is_accepted(change: dict[str, Any], tmp_path: Path) -> None:
    assert told(changed(change), tmp_path) == []


def test_synonyms_stand_for_keys_of_the_schema() -> None:
    keys = {
        key
        for one in checking.schema(str(ROOT / "params.yaml"))["$defs"].values()
        for key in one.get("properties", {})
    }
    assert set(refusals.SYNONYMS.values()) <= keys
    assert not set(refusals.SYNONYMS) & keys


def test_editors_know_the_ranges_the_defaults_and_that_a_number_may_stand_for_a_list() -> None:
    tree = checking.schema(str(ROOT / "params.yaml"))
    settings = tree["$defs"]["stages__rl__agents__reinforce__Settings"]
    assert "required" not in settings
    layers, discount = (settings["properties"][key] for key in ("hidden_layers", "discount"))
    assert [one["type"] for one in layers["anyOf"]] == ["integer", "array"]
    assert (discount["default"], discount["minimum"], discount["maximum"]) == (0.99, 0.0, 1.0)


class Custom(Section):
    """Types that no agent of the project uses."""

    some: list[int]
    rates: dict[str, float]
    either: int | str
    one_of: Literal[1, 2]


def test_a_custom_agent_may_use_any_type() -> None:
    content = {"some": [1, "x"], "rates": {"a": "x"}, "either": [1], "one_of": 3}
    with pytest.raises(InputError) as refusal:
        params.validate(content, Custom, "f")
    assert str(refusal.value).splitlines() == [
        'f: some.1: is "x" (text); give a whole number',
        'f: rates: is "x" (text); give a mapping',
        "f: either: is [1]; give a whole number, or a text",
        "f: one_of: is 3; give one of 1, 2",
    ]


# What a stage sees


def loaded(text: str, folder: Path, *keys: str, agent: Agent | None = None) -> params.Params:
    file = folder / "any.yaml"
    file.write_text(text)
    return params.load(*keys, agent=agent, file=str(file))


def test_a_stage_needs_only_the_keys_that_it_asks_for_and_sees_no_others(tmp_path: Path) -> None:
    read = loaded("seed: 3\nplot: {smoothing_episodes: 2}\n", tmp_path, "seed", "plot")
    assert (read.seed, read.plot.smoothing_episodes) == (3, 2)
    for name in ("runs", "task", "settings", "evaluate"):
        with pytest.raises(AttributeError):
            getattr(read, name)
    with pytest.raises(InputError, match="yaml: runs: missing; give a whole number >= 1 and"):
        loaded("seed: 3\n", tmp_path, "seed", "runs")
    with pytest.raises(InputError, match="yaml: pong: missing; give a mapping with the keys env"):
        loaded(changed({"environment": "pong"}), tmp_path, "env")


def test_a_stage_minds_no_faults_of_keys_that_others_read(tmp_path: Path) -> None:
    """They are for check_params, which finds them all; a stage that reads them refuses them too."""
    bad = changed({"cartpole.train_q_learning.epsilon": 2, "zzz": 1, "acrobot": 3})
    read = loaded(bad, tmp_path, "seed", "runs", "env", agent=reinforce.AGENT)
    assert read.task.id == "CartPole-v1"
    assert read.settings.hidden_layers == [16]
    refused = "cartpole.train_q_learning.epsilon: is 2; give a number >= 0 and <= 1"
    with pytest.raises(InputError, match=refused):
        loaded(bad, tmp_path, "env", agent=q_learning.AGENT)


def test_a_stage_reads_the_chosen_environment(tmp_path: Path) -> None:
    text = changed({"environment": "acrobot"})
    read = loaded(text, tmp_path, "env", "evaluate", "section", agent=random_search.AGENT)
    assert (read.task.name, read.task.id, read.task.max_episode_steps) == (
        "acrobot",
        "Acrobot-v1",
        500,
    )
    assert read.settings.bias is read.section["search"]["bias"] is True


def test_a_number_stands_for_a_list_and_a_default_for_what_is_left_out(tmp_path: Path) -> None:
    text = changed({"cartpole.train_policy": {"hidden_layers": 5, "scale": 2}})
    settings = loaded(text, tmp_path, "env", agent=reinforce.AGENT).settings
    assert (settings.hidden_layers, settings.scale) == ([5], [2.0] * 4)
    assert settings == reinforce.Settings(hidden_layers=[5], scale=[2.0] * 4)


def test_settings_are_replaced_by_a_checked_copy() -> None:
    settings = q_learning.Settings()
    assert settings.replace(learning_rate=0.1).learning_rate == 0.1
    for wrong in ({"learning_rate": 2.0}, {"lr": 0.1}, {"episodes": "3"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            settings.replace(**wrong)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)
LEAVES = ["environment", "seed", "cartpole", "acrobot.env.id", "render_gif.steps_per_frame"] + [
    f"cartpole.{leaf}"
    for leaf in (
        *(
            "env",
            "env.id",
            "env.options",
            "env.max_episode_steps",
            "search.candidates",
            "search.scale",
        ),
        *("train_policy.hidden_layers", "train_q_learning.bins", "train_q_learning.epsilon"),
    )
]


@given(leaf=st.sampled_from(LEAVES), value=ANYTHING)
def test_any_value_is_either_accepted_or_refused_in_lines(
    leaf: str, value: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = changed({leaf: value})
    if not told(text, tmp_path_factory.getbasetemp()):
        assert not isinstance(value, bool)
        assert not isinstance(value, float) or math.isfinite(value)
        loaded(text, tmp_path_factory.getbasetemp(), "seed", "env", agent=reinforce.AGENT)
