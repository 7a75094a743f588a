"""The schema of params.yaml: what each key may be, and what a stage sees of it."""

import math
from pathlib import Path
from typing import Any

import pytest
from checkout import ROOT
from hypothesis import given
from hypothesis import strategies as st
from refused import TEXT, told
from ruamel.yaml import YAML

from stages.common import checking, params
from stages.common.script import InputError
from stages.rl.agents import q_learning, random_search, reinforce
from stages.rl.learning.runs import Agent

WHOLE = "give a whole number"


def not_loaded(text: str, folder: Path, *keys: str, agent: Agent | None = None) -> tuple[str, ...]:
    """Load some keys of a parameter file of this text; return the lines that refuse it."""
    file = folder / "any.yaml"
    file.write_text(text)
    with pytest.raises(InputError) as refusal:
        params.load(*keys, agent=agent, file=str(file))
    return tuple(line.removeprefix(f"{file}: ") for line in str(refusal.value).splitlines())


def test_the_projects_own_file_is_accepted(tmp_path: Path) -> None:
    for name in checking.modules("environments"):
        chosen = TEXT.replace("environment: cartpole", f"environment: {name}")
        assert told(chosen, tmp_path) == []


ACCEPTED = [
    ("hidden_layers: [16]", "hidden_layers: [10, 10]"),  # the notebook's
    ("hidden_layers: [16]", "hidden_layers: [1]"),
    ("episodes: 1200", "episodes: 1201"),
    ("episodes: 1200", "episodes: 1"),
    ("batch_episodes: 4", "batch_episodes: 7"),
    ("checkpoint_every: 40", "checkpoint_every: 1000000"),
    ("discount: 0.99", "discount: 1.0"),
    ("discount: 0.99", "discount: 1"),
    ("bins: [1, 1, 6, 3]", "bins: [1, 1, 1, 1]"),
    ("tilings: 1 ", "tilings: 64 "),
    ("scale: [1.0, 1.0, 5.0, 1.0]", "scale: []"),
    ("scale: []", "scale: [1, 2, 3, 4]"),
    ("candidates: 500", "candidates: 10"),
    ("id: CartPole-v1", "id: CartPole-v0"),
    ("    id: CartPole-v1", "    episode_limit: 37\n    id: CartPole-v1"),
    ("    id: CartPole-v1", "    episode_limit: null\n    id: CartPole-v1"),
    ("    id: CartPole-v1", "    options: {gravity: 1.62}\n    id: CartPole-v1"),
]


@pytest.mark.parametrize("change", ACCEPTED, ids=lambda change: change[1].strip())
def test_what_is_unusual_is_accepted(change: tuple[str, str], tmp_path: Path) -> None:
    assert change[0] in TEXT
    assert told(TEXT.replace(*change, 1), tmp_path) == []


def test_another_environment_may_be_left_out_but_not_the_chosen_one(tmp_path: Path) -> None:
    without = TEXT[: TEXT.index("acrobot:")] + TEXT[TEXT.index("mountain_car:") :]
    assert told(without, tmp_path) == []
    chosen = without.replace("environment: cartpole", "environment: acrobot")
    sections = "env, search, train_policy, train_q_learning, evaluate"
    assert told(chosen, tmp_path) == [f"acrobot: missing; give a mapping with the keys {sections}"]


def test_another_environment_needs_no_section_of_every_agent(tmp_path: Path) -> None:
    acrobot = TEXT.index("acrobot:")
    first, last = TEXT.index("  search:", acrobot), TEXT.index("  train_policy:", acrobot)
    without = TEXT[:first] + TEXT[last:]
    assert told(without, tmp_path) == []
    chosen = without.replace("environment: cartpole", "environment: acrobot")
    assert [line.split(";")[0] for line in told(chosen, tmp_path)] == ["acrobot.search: missing"]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    bad = TEXT.replace("seed: 0 ", "seed: x ").replace("finalists: 10  #", "finalist: 10  #")
    bad = bad.replace("epsilon: 1.0", "epsilon: 2").replace("frame: 1 ", "frame: -1 ")
    bad = bad.replace("id: Taxi-v4", "id: Taxi-v3")
    assert [line.split(":")[0] for line in told(bad, tmp_path)] == [
        "seed",
        "render_gif.steps_per_frame",
        "cartpole.search.finalists",
        "cartpole.search.finalist",
        "cartpole.train_q_learning.epsilon",
        "taxi.env.id",
    ]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("bins: [1, 1, 6, 3]", "bins: [1, 1, 37, 3]"), "train_q_learning.bins: leaves 222"),
        (("finalists: 10 ", "finalists: 201 "), "search.finalists: leaves 201"),
        (
            ("checkpoint_every: 40", "checkpoint_every: 4"),
            "train_policy.checkpoint_every: leaves 300",
        ),
        (("hidden_layers: [16]", "hidden_layers: [29]"), "train_policy.hidden_layers: leaves 205"),
        (("episodes: 100  # test", "episodes: 201  # test"), "evaluate.episodes: leaves 201"),
    ],
)
def test_all_runs_together_leave_no_more_than_fits_the_memory(
    change: tuple[str, str], line: str, tmp_path: Path
) -> None:
    many = TEXT.replace("runs: 30", "runs: 100000")
    assert told(many, tmp_path) == []
    assert change[0] in many
    assert told(many.replace(*change), tmp_path) == [
        f"cartpole.{line} values of each run; give what leaves at most 200 with 100000 runs"
    ]


def test_a_stage_needs_only_the_keys_that_it_asks_for(tmp_path: Path) -> None:
    file = tmp_path / "params.yaml"
    file.write_text("seed: 3\nplot: {smoothing_episodes: 2}\n")
    loaded = params.load("seed", "plot", file=str(file))
    assert (loaded.seed, loaded.plot.smoothing_episodes) == (3, 2)
    with pytest.raises(AttributeError):
        _ = loaded.runs
    assert not_loaded("seed: 3\nplot: {}\n", tmp_path, "seed", "plot", "runs") == (
        f"plot.smoothing_episodes: missing; {WHOLE} >= 1 and <= 1000000",
        f"runs: missing; {WHOLE} >= 1 and <= 100000",
    )


def test_what_is_asked_for_cannot_be_seen_beyond() -> None:
    loaded = params.load("seed", file=str(ROOT / "params.yaml"))
    for name in ("runs", "task", "settings", "evaluate"):
        with pytest.raises(AttributeError):
            getattr(loaded, name)


def test_a_stage_minds_no_faults_of_keys_that_others_read(tmp_path: Path) -> None:
    """They are for check_params, which finds them all; a stage that reads them refuses them too."""
    file = tmp_path / "params.yaml"
    bad = TEXT.replace("epsilon: 1.0", "epsilon: 2").replace("frame: 1 ", "frame: -1 ")
    bad = bad.replace("acrobot:", "acrobat:").replace("runs: 30", "runs: 30\nzzz: 1")
    file.write_text(bad)
    loaded = params.load("seed", "runs", "env", agent=reinforce.AGENT, file=str(file))
    assert loaded.task.id == "CartPole-v1"
    assert loaded.settings.hidden_layers == [16]
    (line,) = not_loaded(bad, tmp_path, "seed", "env", agent=q_learning.AGENT)
    assert line == "cartpole.train_q_learning.epsilon: is 2; give a number >= 0 and <= 1"
    (line,) = not_loaded(bad, tmp_path, "env", "render_gif")
    assert line == f"render_gif.steps_per_frame: is -1; {WHOLE} >= 1 and <= 50"


def test_a_stage_reads_the_chosen_environment(tmp_path: Path) -> None:
    file = tmp_path / "params.yaml"
    file.write_text(TEXT.replace("environment: cartpole", "environment: acrobot"))
    loaded = params.load("env", "evaluate", "section", agent=random_search.AGENT, file=str(file))
    assert (loaded.task.name, loaded.task.id, loaded.task.limit) == ("acrobot", "Acrobot-v1", 500)
    assert loaded.settings.bias is True
    assert loaded.section["search"]["bias"] is True


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("environment: gridworld", "gridworld: missing; give a mapping with the keys env"),
        ("environment: [cartpole]", 'environment: is ["cartpole"]; give a text'),
        ("#", "environment: missing; give a text"),
    ],
)
def test_a_stage_alone_refuses_an_environment_that_is_none(
    change: str, line: str, tmp_path: Path
) -> None:
    bad = TEXT.replace("environment: cartpole", change)
    assert not_loaded(bad, tmp_path, "env")[0] == line


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)
LEAVES = [
    ("environment",),
    ("seed",),
    ("cartpole",),
    ("cartpole", "env"),
    ("cartpole", "env", "id"),
    ("cartpole", "env", "options"),
    ("cartpole", "env", "episode_limit"),
    ("cartpole", "search", "candidates"),
    ("cartpole", "search", "scale"),
    ("cartpole", "train_policy", "hidden_layers"),
    ("cartpole", "train_policy", "discount"),
    ("cartpole", "train_q_learning", "bins"),
    ("cartpole", "train_q_learning", "epsilon"),
    ("acrobot", "env", "id"),
    ("render_gif", "steps_per_frame"),
]
NUMBERS = {("seed",), ("cartpole", "search", "candidates"), ("render_gif", "steps_per_frame")}


@given(place=st.sampled_from(LEAVES), value=ANYTHING)
def test_any_value_is_either_accepted_or_refused_in_lines(
    place: tuple[str, ...], value: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    yaml = YAML(typ="safe")
    content = yaml.load(TEXT)
    target = content
    for name in place[:-1]:
        target = target[name]
    target[place[-1]] = value
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    with file.open("w", encoding="utf-8") as out:
        yaml.dump(content, out)
    try:
        checking.check(str(file))
    except InputError as refusal:
        lines = str(refusal).splitlines()
        assert lines
    else:
        lines = []
        assert not isinstance(value, bool)
        assert place not in NUMBERS or isinstance(value, int)
        assert not isinstance(value, float) or math.isfinite(value)
        params.load("seed", "runs", "env", agent=reinforce.AGENT, file=str(file))
    assert all(line.startswith(f"{file}: ") for line in lines)
