"""Random search over linear policies: draw many, screen them, re-score the best.

The simplest of the direct searches (see Mania, Guy and Recht, "Simple random search of static
linear policies is competitive for reinforcement learning", NeurIPS 2018, which also steps from one
draw to the next). One lucky episode must not pick the winner: the best of the screening play
selection episodes of their own, and these alone decide.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.cartpole import start, starts, step
from stages.rl.compiled import kernel
from stages.rl.linear import linear_action
from stages.rl.seeding import Agent, Purpose, Stream, stream
from stages.rl.training import Run
from stages.rl.xoshiro import uniform


class Settings(NamedTuple):
    """What one run of the search does."""

    candidates: int  # drawn, and screened by one training episode each
    finalists: int  # best of the screening, scored on the selection episodes
    selection_episodes: int


def train(settings: Settings, episode_limit: int, seed: int, run: int) -> Run:
    """Search once; the policy is the weights [S] of the finalist with the best mean return.

    Ties go to the candidate drawn first.
    """
    weights, returns = draw_and_screen(
        settings.candidates, episode_limit, stream(seed, Agent.SEARCH, Purpose.TRAINING, run)
    )
    finalists = np.argsort(-returns, kind="stable")[: settings.finalists]
    selection = stream(seed, Agent.SEARCH, Purpose.SELECTION, run)
    states = starts(selection, settings.selection_episodes)
    scores = play_all(weights[finalists], states, episode_limit)
    best = finalists[np.argmax(scores.sum(axis=1))]
    return Run(weights[best], returns, (finalists + 1).astype(np.int32), scores)


@kernel
def draw_and_screen(
    candidates: int, episode_limit: int, stream: Stream
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Draw weights uniformly from [-1, 1]^S and play one episode with each.

    Returns:
        Weights [C, S] and returns [C].
    """
    weights = np.empty((candidates, 4))
    returns = np.empty(candidates, np.int32)
    for c in range(candidates):
        for i in range(4):
            weights[c, i] = 2.0 * uniform(stream) - 1.0
        x, x_dot, theta, theta_dot = start(stream)
        returns[c] = play(weights[c], x, x_dot, theta, theta_dot, episode_limit)
    return weights, returns


@kernel
def play_all(
    weights: NDArray[np.float64], states: NDArray[np.float64], episode_limit: int
) -> NDArray[np.int32]:
    """Play an episode from each state [E, S] with each candidate [C, S]; return returns [C, E]."""
    returns = np.empty((weights.shape[0], states.shape[0]), np.int32)
    for c in range(weights.shape[0]):
        for e in range(states.shape[0]):
            state = states[e]
            returns[c, e] = play(weights[c], state[0], state[1], state[2], state[3], episode_limit)
    return returns


@kernel
def play(
    weights: NDArray[np.float64],
    x: float,
    x_dot: float,
    theta: float,
    theta_dot: float,
    episode_limit: int,
) -> int:
    """Play one episode from a state; return its return, the limit where it is truncated."""
    for t in range(episode_limit):
        action = linear_action(weights, x, x_dot, theta, theta_dot)
        x, x_dot, theta, theta_dot, terminated = step(x, x_dot, theta, theta_dot, action)
        if terminated:
            return t + 1
    return episode_limit
