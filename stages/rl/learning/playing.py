"""Greedy episodes in kernels: to score what is kept of a training, a candidate or a checkpoint."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.kernels import kernel
from stages.rl.engine.seeding import Stream
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.policies.kind import greedy_action


@kernel
def play(
    environment: Any, player: Any, observation: NDArray[np.float64], limit: int, stream: Stream
) -> tuple[float, int]:
    """Play one greedy episode; return its return and its steps.

    Args:
        environment: see `stages.rl.interface.dynamics`.
        player: who plays.
        observation: room for one, [S].
        limit: steps after which the episode is truncated.
        stream: of start states, and of chance in the environment.
    """
    total = 0.0
    state = start(environment, stream)
    for t in range(limit):
        observe(environment, state, observation)
        action = greedy_action(player, observation)
        state, reward, terminated, truncated = step(environment, state, action, stream)
        total += reward
        if terminated or truncated:
            return total, t + 1
    return total, limit


@kernel
def mean_return(
    environment: Any,
    player: Any,
    observation: NDArray[np.float64],
    limit: int,
    stream: Stream,
    episodes: int,
) -> tuple[float, int]:
    """Play greedy episodes, one after the other; return their mean return and all their steps."""
    total, steps = 0.0, 0
    for _ in range(episodes):
        gained, taken = play(environment, player, observation, limit, stream)
        total += gained
        steps += taken
    return total / episodes, steps
