"""Episodes side by side in lanes are the episodes played alone."""

import numpy as np
import pytest
from numpy.typing import NDArray

from stages.rl.cartpole import step
from stages.rl.lanes import LANES, play
from stages.rl.linear import linear_action

LIMIT = 120


def alone(weights: NDArray[np.float64], state: NDArray[np.float64]) -> int:
    x, x_dot, theta, theta_dot = (float(part) for part in state)
    for t in range(LIMIT):
        action = linear_action(*(*weights, x, x_dot, theta, theta_dot))
        x, x_dot, theta, theta_dot, terminated = step(x, x_dot, theta, theta_dot, action)
        if terminated:
            return t + 1
    return LIMIT


@pytest.mark.parametrize("episodes", [1, 2, LANES - 1, LANES, LANES + 1, 5 * LANES + 7])
def test_every_episode_is_the_one_played_alone(episodes: int) -> None:
    generator = np.random.default_rng(episodes)
    weights = generator.uniform(-1.0, 1.0, (episodes, 4))
    states = generator.uniform(-0.05, 0.05, (episodes, 4))
    returns = play(weights, states, LIMIT)
    assert returns.tolist() == [alone(w, s) for w, s in zip(weights, states, strict=True)]
    # Who plays beside it does not matter.
    order = generator.permutation(episodes)
    assert play(weights[order], states[order], LIMIT).tolist() == returns[order].tolist()


def test_an_episode_may_end_at_its_first_step() -> None:
    falling = np.array([[0.0, 0.0, 0.2, 3.0]])
    assert play(np.ones((1, 4)), falling, LIMIT).tolist() == [1]
    assert play(np.ones((3, 4)), np.zeros((3, 4)), 1).tolist() == [1, 1, 1]
    assert play(np.empty((0, 4)), np.empty((0, 4)), LIMIT).tolist() == []
