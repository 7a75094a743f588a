"""Episodes played at once are, to the last bit, the episodes played one after the other."""

import numpy as np
import pytest
from numpy.typing import NDArray
from tasks import acrobot, cartpole, corridor, frozen_lake, mountain_car

from stages.rl.agents import random_search
from stages.rl.engine.random_numbers import Purpose, Stream, stream
from stages.rl.interface.set_up import dynamics
from stages.rl.interface.task import Task
from stages.rl.policies.linear import LinearPolicy
from stages.rl.policies.policy import inputs_of
from stages.rl.training import batched
from stages.rl.training.batched import MAX_LANES
from stages.rl.training.greedy_episodes import world_of

# Scales with which some policies last to the limit and some do not.
TASKS = [
    (cartpole(60), [1.0, 1.0, 1.0, 1.0]),
    (acrobot(150), [0.1, 0.1, 0.1, 0.1, 1.0, 1.0]),
    (mountain_car(150), [1.0, 30.0]),
]
LIMITS = pytest.mark.parametrize(
    ("task", "scale"), TASKS, ids=["cartpole", "acrobot", "mountain_car"]
)
EPISODES = pytest.mark.parametrize(
    "episodes", [1, 2, 3, 50, MAX_LANES - 1, MAX_LANES, MAX_LANES + 1, 300]
)
BIAS = pytest.mark.parametrize("bias", [False, True], ids=["", "bias"])
FORMS = random_search, batched


def policy_of(task: Task, width: int) -> LinearPolicy:
    inputs = inputs_of(task.observation_size, task.state_count, [])
    return LinearPolicy(np.zeros((task.actions - 1, width)), inputs, np.zeros(width))


def draws() -> Stream:
    return stream(0, "lanes", Purpose.TRAINING, 0)


@EPISODES
@BIAS
@LIMITS
def test_candidates_are_screened_alike(
    task: Task, scale: list[float], episodes: int, *, bias: bool
) -> None:
    wide, world = np.array([*scale, 1.0] if bias else scale), world_of(task, dynamics(task))
    policy, found = policy_of(task, wide.size), []
    for form in FORMS:
        weights, returns, lengths = form.screen(world, policy, wide, episodes, draws())
        found.append((weights.tobytes(), returns.tolist(), lengths.tolist()))
    assert found[0] == found[1]
    if episodes == 300:
        assert min(found[0][2]) < task.max_episode_steps == max(found[0][2])


def scored_alike(task: Task, weights: NDArray[np.float64], episodes: int) -> list[float]:
    world, policy, found = world_of(task, dynamics(task)), policy_of(task, weights.shape[2]), []
    for form in FORMS:
        scores, steps = form.score(world, policy, weights, draws(), episodes)
        found.append((scores.tolist(), steps))
    assert found[0] == found[1]
    return found[0][0]


@EPISODES
@BIAS
@LIMITS
def test_finalists_are_scored_alike(
    task: Task, scale: list[float], episodes: int, *, bias: bool
) -> None:
    wide = np.array([*scale, 1.0] if bias else scale)
    generator = np.random.default_rng(episodes)
    weights = generator.uniform(-wide, wide, (3, task.actions - 1, wide.size))
    together = scored_alike(task, weights, episodes)
    # All of them play the same episodes, whoever else does.
    assert [scored_alike(task, weights[k : k + 1], episodes)[0] for k in range(3)] == together


@LIMITS
def test_of_equal_scores_both_take_the_last_action(task: Task, scale: list[float]) -> None:
    weights = np.zeros((3, task.actions - 1, len(scale)))
    weights[1, 0] = 1.0
    weights[2] = 1.0  # scores of 0, x and x, where there are three
    scored_alike(task, weights, 10)


@pytest.mark.parametrize("limit", [1, 7])
def test_an_episode_may_end_at_the_limit(limit: int) -> None:
    scored_alike(cartpole(limit), np.ones((3, 1, 4)), 5)


def test_only_environments_of_numbers_without_chance_are_played_at_once() -> None:
    tasks = cartpole(), acrobot(), mountain_car(), frozen_lake(), corridor()
    possible = [batched.possible(dynamics(task)) for task in tasks]
    assert possible == [True, True, True, False, False]
