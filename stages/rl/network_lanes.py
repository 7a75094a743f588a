"""A network plays greedily: one episode in each lane, all by the same parameters."""

import numpy as np
from numpy.typing import NDArray

from stages.rl.compiled import at, kernel
from stages.rl.lanes import advance, empty, refill
from stages.rl.layers import ANGLE_SCALE, WIDTH_STEP


@kernel
def play(
    widths: NDArray[np.int64],
    parameters: NDArray[np.float64],
    states: NDArray[np.float64],
    episode_limit: int,
) -> int:
    """Play one greedy episode from each state; return the sum of their returns.

    Args:
        widths: of the input and of the hidden layers.
        parameters: [P].
        states: in which the episodes start, [E, S].
        episode_limit: steps after which an episode is truncated.
    """
    returns = np.empty(states.shape[0], np.int32)
    lanes = empty(states)
    activations = np.zeros((widths.sum(), lanes.steps.size))
    while refill(lanes, states, returns):
        _play_until_one_ends(
            widths,
            parameters,
            activations,
            lanes.variables,
            lanes.steps,
            lanes.ended,
            episode_limit,
        )
    total = 0
    for e in range(returns.size):
        total += returns[e]
    return total


@kernel
def _play_until_one_ends(
    widths: NDArray[np.int64],
    parameters: NDArray[np.float64],
    activations: NDArray[np.float64],
    states: NDArray[np.float64],
    steps: NDArray[np.int64],
    ended: NDArray[np.int64],
    episode_limit: int,
) -> None:
    """Do `network.forward` in every lane, the same sums in the same order, and take the step."""
    lanes = steps.size
    nothing = int(np.int64(0))  # not a literal 0, for which numba would compile the layer once more
    ends = 0
    while ends == 0:
        for lane in range(lanes):
            activations[0, lane] = np.float32(states[0, lane])
            activations[1, lane] = np.float32(states[1, lane])
            activations[2, lane] = ANGLE_SCALE * np.float64(np.float32(states[2, lane]))
            activations[3, lane] = np.float32(states[3, lane])
        first, x = nothing, nothing
        for layer in range(1, widths.size):
            fan_in, width = widths[layer - 1], widths[layer]
            _forward_layer(parameters, activations, first, x, fan_in, width)
            first, x = first + (fan_in + 1) * width, x + fan_in
        width = widths[-1]
        for lane in range(lanes):
            sum0, sum1, sum2, sum3 = 0.0, 0.0, 0.0, 0.0
            for i in range(0, width, WIDTH_STEP):
                sum0 += parameters[at(first + i)] * activations[at(x + i), lane]
                sum1 += parameters[at(first + i + 1)] * activations[at(x + i + 1), lane]
                sum2 += parameters[at(first + i + 2)] * activations[at(x + i + 2), lane]
                sum3 += parameters[at(first + i + 3)] * activations[at(x + i + 3), lane]
            logit = parameters[first + width] + ((sum0 + sum1) + (sum2 + sum3))
            ends += advance(states, steps, ended, lane, 1 if logit >= 0.0 else 0, episode_limit)


@kernel
def _forward_layer(
    parameters: NDArray[np.float64],
    activations: NDArray[np.float64],
    first: int,
    x: int,
    fan_in: int,
    width: int,
) -> None:
    """Fill in a hidden layer, whose parameters stand from `first` on and its inputs from row x."""
    lanes = activations.shape[1]
    biases, y = first + fan_in * width, x + fan_in
    for j in range(width):
        for lane in range(lanes):
            activations[at(y + j), lane] = parameters[at(biases + j)]
        for i in range(0, fan_in, WIDTH_STEP):
            w = first + i * width + j
            a, b = parameters[at(w)], parameters[at(w + width)]
            c, d = parameters[at(w + 2 * width)], parameters[at(w + 3 * width)]
            for lane in range(lanes):
                activations[at(y + j), lane] += (
                    activations[at(x + i), lane] * a
                    + activations[at(x + i + 1), lane] * b
                    + activations[at(x + i + 2), lane] * c
                    + activations[at(x + i + 3), lane] * d
                )
        for lane in range(lanes):
            activations[at(y + j), lane] = max(activations[at(y + j), lane], 0.0)
