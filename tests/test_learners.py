"""The agents learn what is known to be within their reach."""

import math

import pytest
from settings import POLICY, Q_LEARNING, SEARCH, train
from tasks import acrobot, cartpole, cliff_walking, corridor, frozen_lake, mountain_car, taxi

from stages.evaluation.planning import optimum
from stages.rl.agents import q_learning, random_search, reinforce
from stages.rl.interface.set_up import dynamics
from stages.rl.interface.task import Task

CARTPOLE = Q_LEARNING.replace(
    bins=[1, 1, 6, 3],
    low=[-2.4, -2.5, -0.21, -2.0],
    high=[2.4, 2.5, 0.21, 2.0],
    initial_value=100.0,
    discount=0.99,
    learning_rate=0.2,
    epsilon=1.0,
    exploration_fraction=0.8,
)
MOUNTAIN_CAR = Q_LEARNING.replace(
    bins=[8, 8],
    low=[-1.2, -0.07],
    high=[0.6, 0.07],
    tilings=16,
    episodes=2000,
    learning_rate=0.3,
    checkpoint_every=200,
)
ACROBOT = Q_LEARNING.replace(
    bins=[2, 2, 2, 2, 6, 6],
    low=[-1.0, -1.0, -1.0, -1.0, -6.0, -12.0],
    high=[1.0, 1.0, 1.0, 1.0, 6.0, 12.0],
    tilings=16,
    episodes=600,
    final_learning_rate=0.05,
)
FROZEN_LAKE = Q_LEARNING.replace(
    episodes=5000, initial_value=1.0, discount=0.99, checkpoint_every=500, validation_episodes=1000
)
CLIFF_WALKING = Q_LEARNING.replace(final_learning_rate=0.5, epsilon=0.1, final_epsilon=0.1)
TAXI = Q_LEARNING.replace(episodes=5000, learning_rate=0.8, checkpoint_every=500)
CORRIDOR = Q_LEARNING.replace(initial_value=2.0, learning_rate=0.2, validation_episodes=200)


@pytest.mark.parametrize(
    ("settings", "task", "good"),
    [
        (CARTPOLE, cartpole(), 475.0),
        (MOUNTAIN_CAR, mountain_car(), -110.0),
        (ACROBOT, acrobot(), -110.0),
        (FROZEN_LAKE, frozen_lake(), 0.70),
        (CLIFF_WALKING, cliff_walking(), -13.0),
        (TAXI, taxi(), 7.0),
        (CORRIDOR, corridor(), -1.0),
    ],
    ids=lambda value: value.id if isinstance(value, Task) else "",
)
def test_q_learning_learns_every_environment(
    settings: q_learning.Settings, task: Task, good: float
) -> None:
    training = train(q_learning.AGENT, settings, task, 4)
    assert (training.scores.max(axis=1) >= good).all()
    assert training.returns[:, :5].mean() < good - 0.1


def test_no_score_is_above_the_optimum_but_by_luck() -> None:
    task = frozen_lake()
    scores = train(q_learning.AGENT, FROZEN_LAKE, task, 4).scores
    deviation = math.sqrt(0.744 * 0.256 / FROZEN_LAKE.validation_episodes)
    assert scores.max() < optimum(dynamics(task), task.max_episode_steps) + 4.0 * deviation


def test_reinforce_learns_to_balance_the_pole() -> None:
    settings = POLICY.replace(scale=[1.0, 1.0, 5.0, 1.0])
    training = train(reinforce.AGENT, settings, cartpole(), 4)
    assert (training.scores.max(axis=1) >= 475.0).all()
    assert training.returns[:, :20].mean() < 60.0


@pytest.mark.parametrize(
    ("task", "good"), [(corridor(), -1.0), (frozen_lake(is_slippery=False), 1.0)], ids=["", ""]
)
def test_reinforce_learns_from_numbers(task: Task, good: float) -> None:
    settings = POLICY.replace(batch_episodes=20, learning_rate=0.1, validation_episodes=200)
    training = train(reinforce.AGENT, settings, task, 4)
    assert (training.scores.max(axis=1) >= good).all()


def test_search_finds_who_balances_the_pole() -> None:
    training = train(random_search.AGENT, SEARCH, cartpole(), 4)
    assert (training.scores.max(axis=1) >= 475.0).all()
    assert training.returns.mean() < 100.0
