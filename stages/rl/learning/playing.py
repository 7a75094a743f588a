"""Greedy episodes in kernels: to score what is kept of a training, a candidate or a checkpoint.

And, disturbed, to see how a trained policy holds up (`stages.rl.robustness`): by the same
kernel, so that it is compiled once.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.engine.random_numbers import Stream, below, uniform, uniform_between
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.policies.kind import greedy_action


class Disturbance(NamedTuple):
    """What comes between a policy and the world."""

    noise: NDArray[np.float64]  # [S], the most that is added to or taken from what is seen
    random_actions: float  # probability that an action is a random one
    actions: int  # A
    stream: Stream  # of both; nothing is drawn where there is no disturbance


def undisturbed(variables: int) -> Disturbance:
    """Let a policy see S variables as they are, and do what it chooses."""
    return Disturbance(np.zeros(variables), 0.0, 1, np.zeros(4, np.uint64))


def mean_return(
    environment: Any,
    player: Any,
    observation: NDArray[np.float64],
    limit: int,
    stream: Stream,
    episodes: int,
    disturbance: Disturbance | None = None,
) -> tuple[float, int]:
    """Play greedy episodes, one after the other; return their mean return and all their steps.

    Args:
        environment: see `stages.rl.interface.dynamics`.
        player: who plays.
        observation: room for one, [S].
        limit: steps after which an episode is truncated.
        stream: of start states, and of chance in the environment.
        episodes: how many.
        disturbance: of each step; none without it.
    """
    between = undisturbed(observation.size) if disturbance is None else disturbance
    return play_all(environment, player, observation, limit, stream, between, episodes)


@kernel
def play_all(
    environment: Any,
    player: Any,
    observation: NDArray[np.float64],
    limit: int,
    stream: Stream,
    disturbance: Disturbance,
    episodes: int,
) -> tuple[float, int]:
    """Do that, in one kernel: a call from Python takes as long as many steps."""
    total, steps = 0.0, 0
    for _ in range(episodes):
        gained, taken = play(environment, player, observation, limit, stream, disturbance)
        total += gained
        steps += taken
    return total / episodes, steps


@kernel
def play(
    environment: Any,
    player: Any,
    observation: NDArray[np.float64],
    limit: int,
    stream: Stream,
    disturbance: Disturbance,
) -> tuple[float, int]:
    """Play one greedy episode; return its return and its steps."""
    noise, random_actions, actions, draws = disturbance
    total = 0.0
    state = start(environment, stream)
    for t in range(limit):
        observe(environment, state, observation)
        for i in range(noise.size):
            if noise[i] > 0.0:
                observation[i] += uniform_between(-noise[i], noise[i], draws)
        action = greedy_action(player, observation)
        if random_actions > 0.0 and uniform(draws) < random_actions:
            action = below(actions, draws)
        state, reward, terminated, truncated = step(environment, state, action, stream)
        total += reward
        if terminated or truncated:
            return total, t + 1
    return total, limit
