"""Why a longer training starts anew: docs/experiments.md, "Train for longer"."""

from typing import Any

import numpy as np
from settings import POLICY, Q_LEARNING
from tasks import cartpole, cliff_walking

from stages.rl.agents import q_learning, reinforce
from stages.rl.interface.task import Task
from stages.rl.training.all_runs import train_run
from stages.rl.training.runs import Run


def trained(agent: Any, settings: Any, task: Task, episodes: int) -> Run:
    return train_run(agent.AGENT, settings.replace(episodes=episodes), task, 0, 0)


def test_with_falling_rates_it_is_another_training_from_its_first_update_on() -> None:
    for agent, settings, task, batch in (
        (reinforce, POLICY, cartpole(), POLICY.batch_episodes),
        (q_learning, Q_LEARNING, cliff_walking(), 1),
    ):
        short, long = (trained(agent, settings, task, episodes) for episodes in (40, 80))
        assert np.array_equal(short.returns[:batch], long.returns[:batch])
        assert not np.array_equal(short.returns, long.returns[:40])


def test_with_constant_ones_it_begins_as_the_shorter_did() -> None:
    constant = Q_LEARNING.replace(
        final_learning_rate=Q_LEARNING.learning_rate, epsilon=0.1, final_epsilon=0.1
    )
    short, long = (trained(q_learning, constant, cliff_walking(), n) for n in (100, 200))
    assert np.array_equal(short.returns, long.returns[:100])
    assert short.scores.tolist() == long.scores[:2].tolist()
    assert short.known_after.tolist() == long.known_after[:2].tolist()
