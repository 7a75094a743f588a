"""Policies and episodes in plain Python: slow and obvious, for comparison."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.random_numbers import Stream
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.interface.task import Task
from stages.rl.policies.network import Layers

Act = Callable[[NDArray[np.float64]], int]  # of an observation [S]


def outputs(layers: Layers, x: Any) -> NDArray[np.float64]:
    """Compute a network's outputs [A] as matrix products."""
    *hidden, last = layers
    for weights, biases in hidden:
        x = np.maximum(x @ weights + biases, 0.0)
    return np.asarray(x @ last.weights + last.biases)


def softmax(z: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(z - z.max())
    return np.asarray(powers / powers.sum())


def inputs(task: Task, observation: NDArray[np.float64], *, bias: bool) -> NDArray[np.float64]:
    """Return what a linear policy weighs: the variables, or a one for the number; and the bias."""
    seen = observation
    if task.state_count:
        seen = np.zeros(task.state_count)
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
    observation, total = np.zeros(task.observation_size), 0.0
    state = start(environment, stream)
    for t in range(task.max_episode_steps):
        observe(environment, state, observation)
        state, reward, terminated, truncated = step(environment, state, act(observation), stream)
        total += reward
        if terminated or truncated:
            return total, t + 1
    return total, task.max_episode_steps
