"""What counts in tuning, whose runs it takes, and where it seeks."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from settings import Q_LEARNING, brief
from tasks import cartpole, cliff_walking, frozen_lake, taxi
from test_own import blocks

from stages.common import params
from stages.common.checking import agents
from stages.common.script import InputError
from stages.rl.agents import q_learning, random_search
from stages.rl.engine.random_numbers import Purpose, stream
from stages.rl.interface.options import OneOf, Ratios
from stages.rl.learning.runs import Agent
from stages.tuning import trials
from stages.tuning.space import Fits, at, axes, ranges
from stages.tuning.trials import Outcome, Trainer, mean_cost

# What counts: runs solved, then steps; and without a solved run the mean return


def outcomes(solved: bool | None = None) -> st.SearchStrategy[Outcome]:
    return st.builds(
        Outcome,
        st.booleans() if solved is None else st.just(solved),
        st.floats(-1e6, 1e6),
        st.integers(1, 10_000_000),
    )


@given(st.lists(st.tuples(outcomes(), outcomes()), min_size=1, max_size=50))
def test_whoever_solves_more_runs_is_better(pairs: list[tuple[Outcome, Outcome]]) -> None:
    first, second = zip(*pairs, strict=True)
    more = sum(one.solved for one in first) - sum(one.solved for one in second)
    if more:
        assert (mean_cost(first) < mean_cost(second)) == (more > 0)


@given(st.lists(st.tuples(outcomes(True), outcomes(True)), min_size=1, max_size=50))
def test_of_those_that_solve_as_many_the_one_of_fewer_steps_is_better(
    pairs: list[tuple[Outcome, Outcome]],
) -> None:
    first, second = zip(*pairs, strict=True)
    steps = [sum(one.steps for one in some) for some in (first, second)]
    assert (mean_cost(first) < mean_cost(second)) == (steps[0] < steps[1])


def test_where_none_solves_the_return_decides_and_where_it_is_equal_the_steps() -> None:
    slow, fast = Outcome(False, -13.0, 900_000), Outcome(False, -13.0, 10_000)
    higher, far = Outcome(False, -12.99, 5_000_000), Outcome(False, -200.0, 1)
    costs = [mean_cost([one]) for one in (higher, fast, slow, far)]
    assert costs == sorted(set(costs))


def test_a_threshold_above_the_best_possible_is_none() -> None:
    assert taxi().threshold == 8.0
    assert trials.attainable(taxi()).threshold is None
    for task in (cartpole(), frozen_lake(), cliff_walking()):
        assert trials.attainable(task) == task


# Its runs are nobody else's


@given(st.integers(0, 2**32 - 1), st.integers(0, 1000))
def test_no_seed_of_the_pipeline_is_the_root_of_a_run_of_tuning(seed: int, run: int) -> None:
    allowed = TypeAdapter(params.COMMON["seed"]).json_schema()
    assert trials.root(seed, run) > allowed["maximum"]
    assert trials.root(seed, run) % 2**32 == seed  # another for each seed, and for each run
    assert trials.root(seed, run) // 2**32 == run + 1


def test_the_streams_of_a_run_of_tuning_are_not_those_of_the_pipeline() -> None:
    starts = {
        tuple(stream(root, "q_learning", purpose, run))
        for root in (0, 1, *(trials.root(seed, run) for seed in (0, 1) for run in range(20)))
        for purpose in Purpose
        for run in range(20)
    }
    assert len(starts) == 42 * len(Purpose) * 20


# Where it seeks


@pytest.mark.parametrize("agent", agents().values(), ids=lambda agent: agent.name)
@pytest.mark.parametrize("task", [cartpole(), frozen_lake()], ids=lambda task: task.name)
def test_what_is_tried_could_stand_in_the_parameters(agent: Agent, task: Any) -> None:
    settings, fits = brief(agent, task), Fits(agent, task, 30)
    if agent is random_search.AGENT:
        settings = settings.replace(candidates=50)
    found = axes(agent, settings, fits)
    assert {axis.key for axis in found} <= set(ranges(agent)) <= set(dict(settings))
    ends = [
        axis.where.values if isinstance(axis.where, OneOf) else (axis.where.low, axis.where.high)
        for axis in found
    ]
    for end in (0, -1):
        assert fits(at(found, settings, [values[end] for values in ends]))


def test_numbers_have_two_digits_or_are_whole_steps() -> None:
    settings = Q_LEARNING.replace(bins=[6, 3], initial_value=100.0, epsilon=0.5)
    task = cartpole()._replace(variables=2)
    settings = settings.replace(low=[-1.0, -1.0], high=[1.0, 1.0])
    found = {
        axis.name: axis
        for axis in axes(q_learning.AGENT, settings, Fits(q_learning.AGENT, task, 30))
    }
    assert found["learning_rate"].value(0.0173428) == 0.017
    assert found["epsilon"].value(0.3344) == 0.35
    assert found["initial_value"].value(0.7321) == 70.0  # multiples of what stands there
    assert found["bins[0]"].value(1.74) == 10
    assert [axis.nearest() for axis in found.values()][:2] == [1.0, 1.0]


def test_what_no_environment_like_this_allows_is_not_sought() -> None:
    found = axes(q_learning.AGENT, Q_LEARNING, Fits(q_learning.AGENT, frozen_lake(), 30))
    keys = [axis.key for axis in found]
    assert "tilings" not in keys  # of numbers there are none
    assert "initial_value" not in keys  # 0, whose multiples are all alike
    assert keys[0] == "discount"


def test_an_agent_of_ones_own_is_tuned_without_another_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = [
        code for name, code in blocks("CONTRIBUTING.md", "How to add an agent") if "agents/" in name
    ]
    (tmp_path / "sarsa.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    sarsa: Any = import_module("sarsa")
    assert list(ranges(sarsa.AGENT)) == ["discount", "learning_rate", "epsilon"]
    assert list(ranges(replace(sarsa.AGENT, tuned={"epsilon": Ratios(0.01, 0.5)}))) == ["epsilon"]

    outcome = Trainer(sarsa.AGENT, cliff_walking(), 0, 5).run(
        (sarsa.Settings(episodes=30, checkpoint_every=10, selection_episodes=2), 3)
    )
    assert not outcome.solved
    assert -200.0 * 100 <= outcome.mean_return <= -13.0
    assert outcome.steps > 30 * 13


def test_a_key_of_which_nobody_says_where_to_seek_is_refused() -> None:
    fits = Fits(q_learning.AGENT, cartpole(), 30)
    with pytest.raises(InputError, match=r"--vary: is episodes; give some of bins, tilings, "):
        axes(q_learning.AGENT, Q_LEARNING, fits, ["episodes"])
