"""Actor-critic: its update by hand, episodes step by step, known answers recovered."""

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from naive import softmax
from numpy.testing import assert_allclose
from settings import ACTOR_CRITIC, train
from tasks import cartpole, corridor, frozen_lake, glider, mountain_car

from stages.rl.agents.actor_critic import AGENT, Learner, learner_of, train_episode, update
from stages.rl.engine.random_numbers import Purpose, Stream, stream, uniform
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.interface.set_up import dynamics
from stages.rl.interface.tabular_model import TabularModel, table_of
from stages.rl.interface.task import Task
from stages.rl.policies.tile_coding import find_tiles, tile_policy, tiling_of, value
from stages.rl.training.greedy_episodes import World, no_noise, world_of

TWO_VARIABLES = {"bins": [2, 3], "low": [-1.0, -1.0], "high": [1.0, 1.0]}
POLE = {"bins": [1, 1, 6, 3], "low": [-2.4, -2.5, -0.21, -2.0], "high": [2.4, 2.5, 0.21, 2.0]}

LAKE = {
    "initial_value": 1.0,
    "discount": 0.99,
    "episodes": 5000,
    "checkpoint_every": 500,
    "validation_episodes": 1000,
}


def draws() -> Stream:
    return stream(0, "actor_critic", Purpose.TRAINING, 0)


def tiles(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.uint64)


def learner(critic: list[float], actions: int, *rates: float) -> Learner:
    """Make one of numbered states, theta zero, with its discount, actor's and critic's rates."""
    theta, one_each = np.zeros((len(critic), actions)), np.array(critic)[:, np.newaxis]
    policy = tile_policy(tiling_of(len(critic), [], [], [], 1), theta)
    return Learner(policy, one_each, *np.zeros((2, actions)), *rates)


@pytest.mark.parametrize(
    ("terminated", "left", "v", "theta"),
    [(False, 1.0, 6.0, 0.8), (True, 1.0, 1.5, -0.1), (False, 0.5, 4.0, 0.4)],
    ids=["goes on", "terminated", "half-way"],
)
def test_an_update_by_hand(terminated: bool, left: float, v: float, theta: float) -> None:
    """delta = 1 + 0.9 * 10 - 2 = 8, or 1 - 2 = -1; v = 2 + 0.5 delta, theta = +-0.2 delta / 2."""
    one = learner([2.0, 10.0], 2, 0.9, 0.2, 0.5)
    one.score_gradient[:] = [-0.5, 0.5]  # of the second of two equal actions
    update(one, left, tiles(0), 1.0, tiles(1), terminated)
    assert_allclose(one.critic[:, 0], [v, 10.0], rtol=1e-15)
    assert_allclose(one.policy.weights, [[-theta, theta], [0.0, 0.0]], rtol=1e-15)


def test_each_tiling_takes_its_share_of_an_update() -> None:
    one = learner([1.0, 2.0, 3.0, 4.0], 2, 0.5, 0.2, 0.4)
    one.score_gradient[:] = [0.5, -0.5]
    update(one, 1.0, tiles(0, 2), 6.0, tiles(1, 3), False)
    # v was 1 + 3, the error is 6 + 0.5 (2 + 4) - 4 = 5: 0.4 * 5 and 0.2 * 5 / 2, halved.
    assert_allclose(one.critic[:, 0], [2.0, 2.0, 4.0, 4.0], rtol=1e-15)
    assert_allclose(one.policy.weights[:, 0], [0.25, 0.0, 0.25, 0.0], rtol=1e-15)


def test_a_step_at_the_limit_is_updated_like_any_other() -> None:
    """One step, cut off with the pole up, from v = 100 everywhere: 1 + 0.99 * 100 - 100 = 0."""
    settings = ACTOR_CRITIC.replace(**POLE, initial_value=100.0, discount=0.99)
    one = learner_of(settings, cartpole(1))
    assert train_episode(world_of(cartpole(1), dynamics(cartpole(1))), one, 1.0, draws()) == (1, 1)
    assert (one.critic == 100.0).all()  # a fallen pole would have left less behind


def model(steps: dict[int, list[tuple[int, float, bool]]]) -> World:
    """Make a world: from each state each action leads to a state, with a reward, or to an end."""
    table = {s: {a: [(1.0, *to)] for a, to in enumerate(actions)} for s, actions in steps.items()}
    starts = np.array([1.0, *[0.0] * (len(steps) - 1)])
    made: TabularModel = table_of(SimpleNamespace(P=table, initial_state_distrib=starts))
    return World(made, np.zeros(1), 1000, no_noise(1))


def test_a_bandit_is_learned_as_its_gradient_says() -> None:
    """With v held at 0, theta climbs along the gradient of the mean reward, in expectation.

    At theta = 0 and rewards (0, 1, 2) that is pi_b (r_b - mean r) = (-1/3, 0, 1/3).
    """
    bandit, changes, stream = (
        model({0: [(0, 0.0, True), (0, 1.0, True), (0, 2.0, True)]}),
        [],
        draws(),
    )
    for _ in range(20_000):
        one = learner([0.0], 3, 1.0, 1.0, 1e-300)
        train_episode(bandit, one, 1.0, stream)
        changes.append(one.policy.weights[0].copy())
    error = np.std(changes, axis=0) / math.sqrt(len(changes))
    assert (np.abs(np.mean(changes, axis=0) - [-1 / 3, 0.0, 1 / 3]) < 4.0 * error).all()


def test_the_way_through_a_chain_and_what_it_costs_are_found() -> None:
    """Action 1 leads to the right, 0 to the left; each step costs 1; behind the fourth is the end.

    By hand v = -(1 + g + ...), as many terms as steps are left, with g = 0.9.
    """
    chain = model(
        {s: [(max(s - 1, 0), -1.0, False), (min(s + 1, 3), -1.0, s == 3)] for s in range(4)}
    )
    one, stream = learner([0.0] * 4, 2, 0.9, 0.5, 0.2), draws()
    for _ in range(5000):
        train_episode(chain, one, 1.0, stream)
    assert (one.policy.weights.argmax(axis=1) == 1).all()
    assert_allclose(one.critic[:, 0], [-3.439, -2.71, -1.9, -1.0], atol=0.05)


def episode_plainly(
    one: Learner, left: float, task: Task, environment: Any, theta: Any, v: Any, draws: Stream
) -> str:
    """Play and learn as the book's pseudocode does; return how the episode ended."""
    observation, (tiling, *_) = np.zeros(task.observation_size), one.policy

    def see() -> list[int]:
        found = np.zeros(max(1, len(tiling.shifts)), np.uint64)
        observe(environment, state, observation)
        find_tiles(tiling, observation, found)
        return [int(tile) for tile in found]

    state = start(environment, draws)
    seen = see()
    for _ in range(task.max_episode_steps):
        pi = softmax(theta[seen].sum(axis=0))
        action = min(int(np.searchsorted(pi.cumsum(), uniform(draws), "right")), task.actions - 1)
        state, reward, terminated, truncated = step(environment, state, action, draws)
        before, seen = seen, see()
        ahead = 0.0 if terminated else one.discount * v[seen].sum()
        delta = reward + ahead - v[before].sum()
        for tile in before:
            v[tile] += left * one.critic_rate * delta / len(before)
            for b in range(task.actions):
                change = left * one.actor_rate * delta * ((b == action) - pi[b])
                theta[tile, b] += change / len(before)
        if terminated or truncated:
            return "terminated" if terminated else "truncated"
    return "limit"


@pytest.mark.parametrize(
    ("task", "cut", "ends"),
    [
        (corridor(), {}, {"terminated", "truncated"}),
        (glider(20), {**TWO_VARIABLES, "tilings": 4}, {"truncated"}),
        (frozen_lake(), {}, {"terminated"}),
        (cartpole(), POLE, {"terminated"}),
        (mountain_car(30), {**TWO_VARIABLES, "tilings": 8}, {"limit"}),
    ],
    ids=lambda value: value.id if isinstance(value, Task) else "",
)
def test_episodes_are_learned_from_step_by_step(
    task: Task, cut: dict[str, Any], ends: set[str]
) -> None:
    one, environment = learner_of(ACTOR_CRITIC.replace(**cut, discount=0.9), task), dynamics(task)
    theta, v, found = one.policy.weights.copy(), one.critic[:, 0].copy(), set()
    ours, others = draws(), draws()
    for left in np.linspace(1.0, 0.1, 15):
        train_episode(world_of(task, environment), one, float(left), ours)
        found.add(episode_plainly(one, float(left), task, environment, theta, v, others))
        assert_allclose(one.policy.weights, theta, rtol=1e-9, atol=1e-12)
        assert_allclose(one.critic[:, 0], v, rtol=1e-9, atol=1e-12)
        assert (ours == others).all()
    assert found == ends


def test_the_initial_value_is_that_of_every_state() -> None:
    settings = ACTOR_CRITIC.replace(**TWO_VARIABLES, tilings=8, initial_value=-5.0)
    one = learner_of(settings, mountain_car())
    assert value(one.critic, tiles(*range(8)), 0) == -5.0


@pytest.mark.parametrize(
    ("task", "changed", "good"),
    [
        (cartpole(), {**POLE, "discount": 0.99, "actor_rate": 0.005, "critic_rate": 0.3}, 475.0),
        (frozen_lake(), LAKE, 0.70),
        (corridor(), {"validation_episodes": 200}, -1.0),
    ],
    ids=lambda value: value.id if isinstance(value, Task) else "",
)
def test_it_learns(task: Task, changed: dict[str, Any], good: float) -> None:
    training = train(AGENT, ACTOR_CRITIC.replace(**changed), task, 4)
    assert (training.scores.max(axis=1) >= good).all()
    assert training.returns[:, :5].mean() < good - 0.1
