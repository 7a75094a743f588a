"""Environments that are tables: taken over from Gymnasium, drawn from, and solved."""

import math
from collections import Counter, defaultdict
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tasks import cliff_walking, frozen_lake, taxi

from stages.evaluation.planning import bounds, lasting, optimum
from stages.rl.engine.random_numbers import Purpose, stream
from stages.rl.interface.dynamics import observation_of, start, step
from stages.rl.interface.set_up import dynamics
from stages.rl.interface.tabular_model import TabularModel, table_of
from stages.rl.interface.task import Task, make

TASKS = [
    frozen_lake(),
    frozen_lake(map_name="8x8"),
    frozen_lake()._replace(id="FrozenLake8x8-v1"),
    frozen_lake(is_slippery=False),
    frozen_lake(success_rate=0.7),
    frozen_lake(success_rate=1.0),
    frozen_lake(success_rate=0.0),
    frozen_lake(desc=["SFS", "FHG"]),
    cliff_walking(),
    cliff_walking(is_slippery=True),
    taxi(),
    taxi(is_rainy=True),
    taxi(is_rainy=True, rainy_probability=0.7),
]
Outcomes = dict[tuple[int, float, bool], float]  # next state, reward, terminated: probability


def outcomes_of(table: TabularModel, state: int, action: int) -> Outcomes:
    """Read what may follow from a table of cumulative probabilities."""
    found: Outcomes = defaultdict(float)
    before = 0.0
    for m, passed in enumerate(table.chances[state, action].tolist()):
        following, reward = table.following[state, action, m], table.rewards[state, action, m]
        key = int(following), float(reward), bool(table.terminated[state, action, m])
        found[key] += passed - before
        before = passed
    assert before == 1.0
    return {key: chance for key, chance in found.items() if chance > 0.0}


def gymnasiums_outcomes(model: Any, state: int, action: int) -> Outcomes:
    found: Outcomes = defaultdict(float)
    for chance, following, reward, terminated in model[state][action]:
        found[int(following), float(reward), bool(terminated)] += chance
    return {key: chance for key, chance in found.items() if chance > 0.0}


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.id}-{task.options}")
def test_every_states_and_actions_outcomes_are_gymnasiums(task: Task) -> None:
    table, toy_text = dynamics(task), make(task).unwrapped
    states = len(toy_text.P)
    assert table.chances.shape[:2] == (states, task.actions)
    for state in range(states):
        for action in range(task.actions):
            expected = gymnasiums_outcomes(toy_text.P, state, action)
            assert outcomes_of(table, state, action) == pytest.approx(expected, abs=1e-15)
    starts = np.diff(table.starts, prepend=0.0)
    assert starts == pytest.approx(toy_text.initial_state_distrib, abs=1e-14)
    assert table.starts[-1] == 1.0
    assert ((starts > 0.0) == (toy_text.initial_state_distrib > 0.0)).all()


@pytest.mark.parametrize("task", TASKS[::4], ids=lambda task: f"{task.id}-{task.options}")
def test_what_is_drawn_has_these_probabilities(task: Task) -> None:
    table, draws = dynamics(task), stream(0, "table", Purpose.TRAINING, 0)
    for state, action in ((0, 0), (0, 1), (8, 2), (task.state_count - 2, 3)):
        seen: Counter[tuple[int, float, bool]] = Counter()
        for _ in range(2000):
            following, reward, terminated, truncated = step(table, state, action, draws)
            seen[int(following), float(reward), bool(terminated)] += 1
            assert not truncated
        expected = gymnasiums_outcomes(make(task).unwrapped.P, state, action)
        assert_frequencies(seen, expected)


@pytest.mark.parametrize("task", [frozen_lake(desc=["SFS", "FHG"]), cliff_walking(), taxi()])
def test_episodes_start_where_gymnasium_starts_them(task: Task) -> None:
    table, draws = dynamics(task), stream(0, "table", Purpose.VALIDATION, 0)
    seen = Counter(int(start(table, draws)) for _ in range(20_000))
    expected = enumerate(make(task).unwrapped.initial_state_distrib.tolist())
    assert_frequencies(seen, {state: chance for state, chance in expected if chance > 0.0})


def assert_frequencies(seen: Counter[Any], expected: dict[Any, float]) -> None:
    """Counts stay within 4.5 standard deviations: for 300 of them, wrongly so once in 500."""
    assert set(seen) <= set(expected)
    draws = seen.total()
    for key, chance in expected.items():
        deviation = math.sqrt(draws * chance * (1.0 - chance))
        assert abs(seen[key] - draws * chance) <= 4.5 * deviation


def test_an_agent_sees_the_number_of_the_state() -> None:
    assert observation_of(dynamics(frozen_lake()), 11) == (11,)


# In state 0 action 0 leaves with a reward of 1; action 1 leads on or, half of the time, out with a
# loss of 1. In state 1 action 0 leaves with 5, and action 1 earns 2 and stays.
SMALL = {
    0: {0: [(1.0, 0, 1.0, True)], 1: [(0.5, 1, 0.0, False), (0.5, 0, -1.0, True)]},
    1: {0: [(1.0, 1, 5.0, True)], 1: [(1.0, 1, 2.0, False)]},
}


def small(model: Any = SMALL, starts: tuple[float, ...] = (1.0, 0.0)) -> TabularModel:
    return table_of(SimpleNamespace(P=model, initial_state_distrib=np.array(starts)))


@pytest.mark.parametrize(
    ("limit", "best", "lowest", "highest"),
    [
        (1, 1.0, -1.0, 1.0),
        (2, 2.0, -1.0, 5.0),  # (0 + 5) / 2 - 1 / 2, or 5 with luck
        (3, 3.0, -1.0, 7.0),  # (0 + 2 + 5) / 2 - 1 / 2
        (10, 10.0, -1.0, 21.0),
    ],
)
def test_optimum_and_bounds_of_a_table_small_enough_to_do_by_hand(
    limit: int, best: float, lowest: float, highest: float
) -> None:
    assert optimum(small(), limit) == best
    assert bounds(small(), limit) == (lowest, highest)


def test_an_agent_has_to_act_in_states_that_it_can_reach_and_go_on_from() -> None:
    assert lasting(small()).tolist() == [True, True]
    assert lasting(small(starts=(0.0, 1.0))).tolist() == [False, True]
    lake = lasting(dynamics(frozen_lake()))  # but for four holes and the goal
    assert np.flatnonzero(~lake).tolist() == [5, 7, 11, 12, 15]


def test_starts_weigh_in_the_optimum_and_only_possible_ones_in_the_bounds() -> None:
    assert optimum(small(starts=(0.25, 0.75)), 2) == 0.25 * 2.0 + 0.75 * 7.0
    assert bounds(small(starts=(0.0, 1.0)), 2) == (4.0, 7.0)


def test_what_rounding_leaves_beyond_the_last_outcome_is_not_possible() -> None:
    """0.7 + 0.1 + 0.1 + 0.1 is below 1, and there is room for a fifth outcome."""
    four = [(0.7, 0, -1.0, False), *(((0.1, 0, -1.0, False),) * 3)]
    five = [(0.2, 0, -2.0, False)] * 5
    assert sum(outcome[0] for outcome in four) < 1.0
    table = small({0: {0: four, 1: five}}, (1.0,))
    assert table.chances[0, 0, 3:].tolist() == [1.0, 1.0]
    assert bounds(table, 1) == (-2.0, -1.0)
    assert optimum(table, 7) == pytest.approx(-7.0, abs=1e-12)
    for word in (0, 2**64 - 1):  # which give 0 and the highest number below 1
        always_the_same = np.array([word, 0, 0, 0], np.uint64)
        assert step(table, 0, 0, always_the_same)[1] == -1.0


def test_what_has_no_probability_is_never_drawn() -> None:
    table = small(
        {0: {0: [(0.0, 0, -9.0, True), (1.0, 0, -1.0, True), (0.0, 0, 9.0, True)]}}, (1.0,)
    )
    for word in (0, 2**64 - 1):
        assert step(table, 0, 0, np.array([word, 0, 0, 0], np.uint64))[1] == -1.0
    assert bounds(table, 1) == (-1.0, -1.0)


def test_optima_are_the_known_ones() -> None:
    """FrozenLake's within 100 steps, CliffWalking's 13 steps; Taxi's by others' value iteration."""
    for task, expected in (
        (frozen_lake(), 0.744),
        (frozen_lake(is_slippery=False), 1.0),
        (cliff_walking(), -13.0),
        (taxi(), 7.930),
    ):
        assert optimum(dynamics(task), task.max_episode_steps) == pytest.approx(expected, abs=5e-4)


def test_bounds_are_those_that_the_rules_give() -> None:
    """A step costs 1, a fall 100, a wrong taxi 10; nearby, a passenger brings 20 for 5 more."""
    assert bounds(dynamics(frozen_lake()), 100) == (0.0, 1.0)
    assert bounds(dynamics(cliff_walking()), 200) == (-20_000.0, -13.0)
    assert bounds(dynamics(taxi()), 200) == (-2000.0, 15.0)
