"""Policies and episodes in plain Python: slow and obvious, for comparison."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.random_numbers import Stream
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.interface.task import Task

Act = Callable[[NDArray[np.float64]], int]  # of an observation [S]


class Layer(NamedTuple):
    """The parameters of a network's layer, as views into their vector."""

    weights: NDArray[np.float64]  # [U_in, U_out]
    biases: NDArray[np.float64]  # [U_out]


def layers(vector: NDArray[np.float64], widths: Sequence[int]) -> list[Layer]:
    """Take the vector of parameters apart; of the last layer it holds the transposed weights."""
    found, rest = [], vector
    for number, (fan_in, width) in enumerate(pairwise(widths)):
        weights, biases = rest[: fan_in * width], rest[fan_in * width : (fan_in + 1) * width]
        last = number == len(widths) - 2
        shaped = weights.reshape(width, fan_in).T if last else weights.reshape(fan_in, width)
        found.append(Layer(shaped, biases))
        rest = rest[(fan_in + 1) * width :]
    assert rest.size == 0
    return found


def outputs(vector: NDArray[np.float64], widths: Sequence[int], x: Any) -> NDArray[np.float64]:
    """Compute a network's outputs [A] as matrix products."""
    *hidden, last = layers(vector, widths)
    for weights, biases in hidden:
        x = np.maximum(x @ weights + biases, 0.0)
    return np.asarray(x @ last.weights + last.biases)


def softmax(z: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(z - z.max())
    return np.asarray(powers / powers.sum())


def inputs(task: Task, observation: NDArray[np.float64], *, bias: bool) -> NDArray[np.float64]:
    """Return what a linear policy weighs: the variables, or a one for the number; and the bias."""
    seen = observation
    if task.numbers:
        seen = np.zeros(task.numbers)
        seen[int(observation[0])] = 1.0
    return np.append(seen, 1.0) if bias else seen.copy()


def linear_action(weights: NDArray[np.float64], x: NDArray[np.float64]) -> int:
    """Take the highest score, of equal ones the last; that of the first action is zero."""
    scores = [0.0]
    for row in weights:
        score = 0.0
        for weight, value in zip(row, x, strict=True):
            score += weight * value
        scores.append(score)
    return max(range(len(scores)), key=lambda action: (scores[action], action))


def play(environment: Any, act: Act, task: Task, stream: Stream) -> tuple[float, int]:
    """Play an episode; return its return and its steps."""
    observation, total = np.zeros(task.variables), 0.0
    state = start(environment, stream)
    for t in range(task.limit):
        observe(environment, state, observation)
        state, reward, terminated, truncated = step(environment, state, act(observation), stream)
        total += reward
        if terminated or truncated:
            return total, t + 1
    return total, task.limit
