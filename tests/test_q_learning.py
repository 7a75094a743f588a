"""Q-learning: its update by hand, an episode step by step, known values recovered."""

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from tasks import (
    cartpole,
    corridor,
    frozen_lake,
    glider,
    mountain_car,
)

from stages.rl.agents.q_learning import Rates, Settings, schedule_of, train_episode, update
from stages.rl.engine.random_numbers import Purpose, Stream, stream, uniform
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.interface.set_up import dynamics
from stages.rl.interface.tabular_model import TabularModel, table_of
from stages.rl.interface.task import Task
from stages.rl.policies.tile_coding import (
    TilePolicy,
    Tiling,
    find_tiles,
    tile_count,
    tile_policy,
    tiling_of,
)
from stages.rl.training.epsilon_greedy import epsilon_greedy
from stages.rl.training.greedy_episodes import World, no_noise

SETTINGS = Settings(
    bins=[1, 1, 6, 3],
    low=[-2.4, -2.5, -0.21, -2.0],
    high=[2.4, 2.5, 0.21, 2.0],
    tilings=1,
    episodes=400,
    initial_value=100.0,
    discount=0.99,
    learning_rate=0.2,
    final_learning_rate=0.01,
    epsilon=1.0,
    final_epsilon=0.0,
    exploration_fraction=0.8,
    checkpoint_every=40,
    validation_episodes=20,
)


def draws() -> Stream:
    return stream(0, "q_learning", Purpose.TRAINING, 0)


def of_numbers(weights: np.ndarray) -> TilePolicy:
    return tile_policy(tiling_of(len(weights), [], [], [], 1), weights)


def world(environment: Any, limit: int, variables: int = 1) -> World:
    return World(environment, np.zeros(variables), limit, no_noise(variables))


def tiles(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.uint64)


def test_an_update_looks_ahead_unless_the_episode_terminated() -> None:
    rates, table = Rates(0.9, 0.5, 0.0), np.array([[1.0, 2.0], [10.0, 20.0]])
    update(rates, table, tiles(0), 0, 1.0, tiles(1), False)
    assert table.tolist() == [[10.0, 2.0], [10.0, 20.0]]  # 1 + 0.5 (1 + 0.9 * 20 - 1)
    update(rates, table, tiles(0), 0, 1.0, tiles(1), True)
    assert table.tolist() == [[5.5, 2.0], [10.0, 20.0]]  # 10 + 0.5 (1 - 10)


def test_each_tiling_takes_its_share_of_an_update() -> None:
    weights = np.array([[1.0, 0.0], [2.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
    update(Rates(0.5, 0.4, 0.0), weights, tiles(0, 2), 0, 6.0, tiles(1, 3), False)
    # Q was 1 + 3, the target is 6 + 0.5 (0 + 4), the step 0.4 of 4: 0.8 for each of two weights.
    assert_allclose(weights, [[1.8, 0.0], [2.0, 0.0], [3.8, 0.0], [0.0, 4.0]], rtol=1e-15)


def chain(cells: int) -> TabularModel:
    """Action 1 leads to the right, 0 to the left; each step costs 1; behind the last is the end."""
    model = {
        cell: {
            0: [(1.0, max(cell - 1, 0), -1.0, False)],
            1: [(1.0, min(cell + 1, cells - 1), -1.0, cell == cells - 1)],
        }
        for cell in range(cells)
    }
    starts = np.array([1.0, *[0.0] * (cells - 1)])
    return table_of(SimpleNamespace(P=model, initial_state_distrib=starts))


def test_the_optimal_values_of_a_small_chain_are_found() -> None:
    """Q*(s, 1) = -(1 + g + ... ), as many terms as steps are left; by hand, with g = 0.9."""
    weights, stream = np.zeros((4, 2)), draws()
    for _ in range(500):
        train_episode(world(chain(4), 1000), of_numbers(weights), Rates(0.9, 0.5, 0.3), stream)
    expected = [[-4.0951, -3.439], [-4.0951, -2.71], [-3.439, -1.9], [-2.71, -1.0]]
    assert_allclose(weights, expected, atol=1e-3)


def test_an_episode_tells_its_return_and_its_steps() -> None:
    weights = np.array([[0.0, 1.0]] * 4)  # always to the right
    policy, rates = of_numbers(weights), Rates(1.0, 1e-9, 0.0)
    assert train_episode(world(chain(4), 1000), policy, rates, draws()) == (-4.0, 4)
    assert train_episode(world(chain(4), 3), policy, rates, draws()) == (-3.0, 3)


def test_a_step_at_the_limit_is_updated_like_any_other() -> None:
    """One step, cut off with the pole up, from Q = 100 everywhere: 100 + 0.5 (1 + 99 - 100)."""
    tiling = tiling_of(0, SETTINGS.bins, SETTINGS.low, SETTINGS.high, 1)
    table = np.full((18, 2), 100.0)
    rates, one_step = Rates(0.99, 0.5, 0.0), world(dynamics(cartpole()), 1, 4)
    assert train_episode(one_step, tile_policy(tiling, table), rates, draws()) == (1.0, 1)
    assert (table == 100.0).all()  # a fallen pole would have left 50.5 behind


def episode_plainly(
    rates: Rates, task: Task, environment: Any, tiling: Tiling, weights: np.ndarray, draws: Stream
) -> str:
    """Play and learn as the book's pseudocode does; tell how the episode ended."""
    observation = np.zeros(task.observation_size)

    def see() -> list[int]:
        found = np.zeros(max(1, len(tiling.shifts)), np.uint64)
        observe(environment, state, observation)
        find_tiles(tiling, observation, found)
        return [int(tile) for tile in found]

    def value(seen: list[int], action: int) -> float:
        return float(sum(weights[tile, action] for tile in seen))

    state = start(environment, draws)
    seen = see()
    for _ in range(task.max_episode_steps):
        values = [value(seen, action) for action in range(task.actions)]
        if uniform(draws) < rates.epsilon:
            action = int(uniform(draws) * task.actions)
        else:
            action = values.index(max(values))
        state, reward, terminated, truncated = step(environment, state, action, draws)
        before, seen = seen, see()
        ahead = max(value(seen, following) for following in range(task.actions))
        target = reward if terminated else reward + rates.discount * ahead
        for tile in before:
            weights[tile, action] += rates.learning_rate * (target - values[action]) / len(before)
        if terminated or truncated:
            return "terminated" if terminated else "truncated"
    return "limit"


CUT = [2, 3], [-1.0, -1.0], [1.0, 1.0]


@pytest.mark.parametrize(
    ("task", "cut", "ends"),
    [
        (corridor(), ([], [], [], 1), {"terminated", "truncated"}),
        (glider(20), (*CUT, 4), {"terminated", "truncated"}),
        (frozen_lake(), ([], [], [], 1), {"terminated"}),
        (cartpole(), (SETTINGS.bins, SETTINGS.low, SETTINGS.high, 1), {"terminated"}),
        (mountain_car(30), (*CUT, 8), {"limit"}),
    ],
    ids=lambda value: value.id if isinstance(value, Task) else "",
)
def test_episodes_are_learned_from_as_told_step_by_step(
    task: Task, cut: tuple[Any, ...], ends: set[str]
) -> None:
    environment, rates = dynamics(task), Rates(0.9, 0.3, 0.2)
    tiling = tiling_of(task.state_count, *cut)
    weights = np.full((tile_count(tiling), task.actions), 0.5)
    plain, told = weights.copy(), set()
    ours, others = draws(), draws()
    for _ in range(15):
        where = world(environment, task.max_episode_steps, task.observation_size)
        train_episode(where, tile_policy(tiling, weights), rates, ours)
        told.add(episode_plainly(rates, task, environment, tiling, plain, others))
        assert weights.tolist() == plain.tolist()
    assert told == ends


@pytest.mark.parametrize(("epsilon", "expected"), [(0.0, 0.0), (0.5, 0.25), (1.0, 0.5)])
def test_epsilon_is_the_probability_of_a_random_action(epsilon: float, expected: float) -> None:
    table, stream = np.array([[1.0, 0.0]]), draws()  # greedy is to the left
    actions = [epsilon_greedy(table, tiles(0), epsilon, stream) for _ in range(4000)]
    deviation = math.sqrt(expected * (1.0 - expected) / len(actions))
    assert np.mean(actions) == pytest.approx(expected, abs=4.0 * deviation)


def test_of_equal_values_the_first_is_greedy() -> None:
    assert epsilon_greedy(np.array([[-3.0, 7.0, 7.0]]), tiles(0), 0.0, draws()) == 1


def test_schedules_run_linearly_to_their_ends() -> None:
    discount, rates, epsilons = schedule_of(SETTINGS)
    assert discount == 0.99
    some = [0, 160, 320, 399]
    assert_allclose(rates[some], [0.2, 0.2 - 0.19 * 0.4, 0.2 - 0.19 * 0.8, 0.2 - 0.19 * 399 / 400])
    assert_allclose(epsilons[some], [1.0, 0.5, 0.0, 0.0], atol=1e-15)


def test_exploration_may_be_over_at_once() -> None:
    at_once = schedule_of(SETTINGS.replace(exploration_fraction=5e-324))
    assert at_once.epsilons[:3].tolist() == [1.0, 0.0, 0.0]
