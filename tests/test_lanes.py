"""Episodes side by side in lanes are the episodes played alone, for the policies of all agents."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from stages.rl import network, network_lanes, q_learning, random_search
from stages.rl.cartpole import step
from stages.rl.lanes import MAX_LANES
from stages.rl.layers import layer_widths, parameter_count
from stages.rl.linear import linear_action
from stages.rl.table import cell_of, greedy

LIMIT = 120
EPISODES = pytest.mark.parametrize(
    "episodes", [1, 2, MAX_LANES - 1, MAX_LANES, MAX_LANES + 1, 5 * MAX_LANES + 7]
)
Act = Callable[[float, float, float, float], int]


def alone(act: Act, state: NDArray[np.float64]) -> int:
    x, x_dot, theta, theta_dot = (float(part) for part in state)
    for t in range(LIMIT):
        action = act(x, x_dot, theta, theta_dot)
        x, x_dot, theta, theta_dot, terminated = step(x, x_dot, theta, theta_dot, action)
        if terminated:
            return t + 1
    return LIMIT


def states_of(generator: np.random.Generator, episodes: int) -> NDArray[np.float64]:
    return generator.uniform(-0.05, 0.05, (episodes, 4))


@EPISODES
def test_a_linear_policy_in_each_lane(episodes: int) -> None:
    generator = np.random.default_rng(episodes)
    states, weights = states_of(generator, episodes), generator.uniform(-1.0, 1.0, (episodes, 4))
    entries = np.hstack((states, weights))
    returns = random_search.play(entries, LIMIT)

    def act(e: int) -> Act:
        return lambda *state: linear_action(*weights[e], *state)

    assert returns.tolist() == [alone(act(e), states[e]) for e in range(episodes)]
    # Who plays beside it does not matter.
    order = generator.permutation(episodes)
    assert random_search.play(entries[order], LIMIT).tolist() == returns[order].tolist()


@EPISODES
@pytest.mark.parametrize("hidden_layers", [(4,), (16,), (8, 12)])
def test_one_network_in_all_lanes(hidden_layers: tuple[int, ...], episodes: int) -> None:
    generator = np.random.default_rng(episodes)
    widths = layer_widths(4, hidden_layers)
    parameters = generator.normal(size=parameter_count(widths))
    states = states_of(generator, episodes)
    row = np.empty((1, widths.sum()))

    def act(*state: float) -> int:
        return 1 if network.logit(widths, parameters, row, 0, *state) >= 0.0 else 0

    returns = [alone(act, state) for state in states]
    assert len(set(returns)) > 1 or episodes < MAX_LANES
    assert network_lanes.play(widths, parameters, states, LIMIT) == sum(returns)


@EPISODES
def test_one_table_in_all_lanes(episodes: int) -> None:
    generator = np.random.default_rng(episodes)
    bins, limits = np.array([1, 2, 6, 3]), np.array([2.4, 2.5, 0.21, 2.0])
    settings = q_learning.Settings(bins, limits, 1, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1, 1)
    table = generator.normal(size=(36, 2))
    states = states_of(generator, episodes)
    returns = [alone(lambda *s: greedy(table, cell_of(bins, limits, *s)), s) for s in states]
    assert len(set(returns)) > 1 or episodes < MAX_LANES
    assert q_learning.play(settings, table, states, LIMIT) == sum(returns)


def test_an_episode_may_end_at_its_first_step() -> None:
    falling = np.array([[0.0, 0.0, 0.2, 3.0, 1.0, 1.0, 1.0, 1.0]])
    assert random_search.play(falling, LIMIT).tolist() == [1]
    assert random_search.play(np.zeros((3, 8)), 1).tolist() == [1, 1, 1]
