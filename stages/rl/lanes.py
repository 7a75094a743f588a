"""Linear policies play side by side: one episode in each lane of a block, refilled as they end.

A loop over lanes does the same arithmetic for all of them, so the compiler puts 2, 4 or 8 lanes
into one register; each lane's numbers are those of an episode played alone, whatever the width.
"""

import numpy as np
from numpy.typing import NDArray

from stages.rl.cartpole import step
from stages.rl.compiled import kernel
from stages.rl.environments import STATE_VARIABLES
from stages.rl.linear import linear_action

LANES = 64  # enough that the refilling between two steps of the block costs little
NOBODY = -1
NEVER = -(2**62)  # steps that reach no limit


@kernel
def play(
    weights: NDArray[np.float64], states: NDArray[np.float64], episode_limit: int
) -> NDArray[np.int32]:
    """Play one episode with each policy.

    Args:
        weights: of the policies, [E, S].
        states: in which their episodes start, [E, S].
        episode_limit: steps after which an episode is truncated.

    Returns:
        Returns [E].
    """
    returns = np.empty(weights.shape[0], np.int32)
    block = np.zeros((2 * STATE_VARIABLES, LANES))  # the state, then the weights, of each lane
    steps = np.zeros(LANES, np.int64)
    ended = np.ones(LANES, np.int64)
    episodes = np.full(LANES, NOBODY)
    begun = 0
    to_end = weights.shape[0]
    while True:
        for lane in range(LANES):
            if ended[lane] == 0:
                continue
            if episodes[lane] != NOBODY:
                returns[episodes[lane]] = steps[lane]
                to_end -= 1
            if begun < weights.shape[0]:
                for i in range(STATE_VARIABLES):
                    block[i, lane] = states[begun, i]
                    block[STATE_VARIABLES + i, lane] = weights[begun, i]
                episodes[lane] = begun
                steps[lane] = 0
                begun += 1
            else:  # an idle lane never ends: no comparison holds for a NaN
                block[:, lane] = np.nan
                episodes[lane] = NOBODY
                steps[lane] = NEVER
        if to_end == 0:
            return returns
        _play_until_one_ends(block, steps, ended, episode_limit)


@kernel
def _play_until_one_ends(
    block: NDArray[np.float64],
    steps: NDArray[np.int64],
    ended: NDArray[np.int64],
    episode_limit: int,
) -> None:
    ends = 0
    while ends == 0:
        for lane in range(LANES):
            x, x_dot = block[0, lane], block[1, lane]
            theta, theta_dot = block[2, lane], block[3, lane]
            weight_x, weight_x_dot = block[4, lane], block[5, lane]
            weight_theta, weight_theta_dot = block[6, lane], block[7, lane]
            action = linear_action(
                weight_x, weight_x_dot, weight_theta, weight_theta_dot, x, x_dot, theta, theta_dot
            )
            x, x_dot, theta, theta_dot, terminated = step(x, x_dot, theta, theta_dot, action)
            block[0, lane], block[1, lane] = x, x_dot
            block[2, lane], block[3, lane] = theta, theta_dot
            steps[lane] += 1
            ended[lane] = terminated | (steps[lane] >= episode_limit)
            ends += ended[lane]
