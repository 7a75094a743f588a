"""Episodes side by side: one in each lane of a block, refilled as they end.

A loop over lanes does the same arithmetic for all of them, so the compiler puts 2, 4 or 8 lanes
into one register; each lane's numbers are those of an episode played alone, whatever the width.

Who plays so chooses each lane's action and lets `advance` take the step, until an episode ends:

    lanes = empty(episodes)
    while refill(lanes, episodes, returns):
        play_until_one_ends(..., lanes.variables, lanes.steps, lanes.ended, episode_limit)
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.cartpole import step
from stages.rl.compiled import kernel

MAX_LANES = 64  # more would cost less refilling, but stay idle longer at the end
NOBODY = -1
NEVER = -(2**62)  # steps that reach no limit


class Lanes(NamedTuple):
    """A block of L lanes, and which episodes are in it."""

    variables: NDArray[np.float64]  # [V, L], the state, then what else differs between episodes
    steps: NDArray[np.int64]  # [L], taken so far
    ended: NDArray[np.int64]  # [L], 1 where the episode has ended
    episode: NDArray[np.int64]  # [L], its number
    counts: NDArray[np.int64]  # [2], episodes begun, and episodes yet to end


@kernel
def empty(episodes: NDArray[np.float64]) -> Lanes:
    """Make a block for episodes [E, V]: the state in which each starts, and what belongs to it."""
    lanes = episodes.shape[0] if episodes.shape[0] < MAX_LANES else MAX_LANES
    block = Lanes(
        np.zeros((episodes.shape[1], lanes)),
        np.zeros(lanes, np.int64),
        np.zeros(lanes, np.int64),
        np.zeros(lanes, np.int64),
        np.zeros(2, np.int64),
    )
    for lane in range(lanes):
        block.ended[lane] = 1
        block.episode[lane] = NOBODY
    block.counts[1] = episodes.shape[0]
    return block


@kernel
def refill(lanes: Lanes, episodes: NDArray[np.float64], returns: NDArray[np.int32]) -> bool:
    """Note the returns [E] of what has ended, and put waiting episodes [E, V] in its place.

    Returns:
        Whether any episode is being played.
    """
    variables, steps, ended = lanes.variables, lanes.steps, lanes.ended
    episode, counts = lanes.episode, lanes.counts
    for lane in range(steps.size):
        if ended[lane] == 0:
            continue
        if episode[lane] != NOBODY:
            returns[episode[lane]] = steps[lane]
            counts[1] -= 1
        begun = counts[0]
        if begun < episodes.shape[0]:
            for i in range(episodes.shape[1]):
                variables[i, lane] = episodes[begun, i]
            episode[lane] = begun
            steps[lane] = 0
            counts[0] += 1
        else:  # an idle lane never ends: no comparison holds for a NaN
            for i in range(episodes.shape[1]):
                variables[i, lane] = np.nan
            episode[lane] = NOBODY
            steps[lane] = NEVER
    return bool(counts[1] > 0)


@kernel
def advance(
    variables: NDArray[np.float64],
    steps: NDArray[np.int64],
    ended: NDArray[np.int64],
    lane: int,
    action: int,
    episode_limit: int,
) -> int:
    """Step the episode in a lane; return 1 if it has ended, else 0."""
    x, x_dot, theta, theta_dot, terminated = step(
        variables[0, lane], variables[1, lane], variables[2, lane], variables[3, lane], action
    )
    variables[0, lane], variables[1, lane] = x, x_dot
    variables[2, lane], variables[3, lane] = theta, theta_dot
    steps[lane] += 1
    ended[lane] = terminated | (steps[lane] >= episode_limit)
    return ended[lane]
