"""The notebook that this project began as: its loops, with the faults that cost it its learning.

Kept: one environment, a NumPy product for each layer and each step, a second forward pass before
each backward pass, the sigmoid's derivative on top of the likelihood's gradient, returns
standardised within one episode, no biases. Told apart from it: the random numbers are seeded.
"""

from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from bench.peers import Candidates, repeat

Array = NDArray[np.float64]

CANDIDATES = 500
GAMMA = 0.99
LEARNING_RATE = 1e-2


def environment(seed: int) -> gymnasium.Env[Any, Any]:
    """Make the environment as the notebook does, ready to draw pictures."""
    env = gymnasium.make("CartPole-v1", render_mode="rgb_array")
    env.reset(seed=seed)
    return env


def search(seed: int, candidates: Candidates) -> tuple[int, float]:
    """Screen candidates by an episode each, over and over again; its own, not ours."""
    del candidates
    env, rng = environment(seed), np.random.default_rng(seed)
    return repeat(lambda: int(sum(search_once(env, rng)[1])))


def search_once(
    env: gymnasium.Env[Any, Any], rng: np.random.Generator
) -> tuple[Array | None, list[float]]:
    """Return the weights of the best single episode, and all returns."""
    best, best_return = None, 0.0
    returns = []
    for _ in range(CANDIDATES):
        weights = rng.standard_normal(4)
        returns.append(play_linear(env, weights))
        if returns[-1] > best_return:
            best, best_return = weights, returns[-1]
    return best, returns


def play_linear(env: gymnasium.Env[Any, Any], weights: Array) -> float:
    """Play an episode; return its return."""
    state, _ = env.reset()
    total = 0.0
    for _ in range(500):
        state, reward, terminated, _, _ = env.step(int(weights @ state >= 0))
        total += float(reward)
        if terminated:
            break
    return total


class Layer:
    """A fully connected layer without biases, and the gradient that it sums up."""

    def __init__(
        self, rng: np.random.Generator, outputs: int, inputs: int, activation: str = ""
    ) -> None:
        self.activation = activation
        self.weights = rng.standard_normal((outputs, inputs)) / np.sqrt(inputs)
        self.gradient = np.zeros_like(self.weights)

    def forward(self, inputs: Array) -> Array:
        """Return the outputs."""
        self.inputs = inputs.copy()
        self.outputs = np.dot(self.weights, self.inputs)
        if self.activation == "relu":
            self.outputs[self.outputs < 0] = 0
        if self.activation == "sigmoid":
            self.outputs = 1.0 / (1.0 + np.exp(-self.outputs))
        return self.outputs

    def backward(self, delta: Array) -> Array:
        """Sum up the gradient; return the one with respect to the inputs."""
        delta = delta.copy()
        if self.activation == "relu":
            delta[self.outputs <= 0] = 0
        if self.activation == "sigmoid":
            delta = delta * self.outputs * (1 - self.outputs)
        self.gradient += np.outer(delta, self.inputs)
        return np.dot(self.weights.T, delta)

    def update(self) -> None:
        """Descend by the gradient summed up since the last time."""
        self.weights -= LEARNING_RATE * self.gradient.copy()
        self.gradient = np.zeros_like(self.weights)


def forward(layers: list[Layer], values: Array) -> Array:
    """Return the probability of pushing to the right."""
    for layer in layers:
        values = layer.forward(values)
    return values


def backward(layers: list[Layer], delta: Array) -> None:
    """Sum up the gradients of all layers."""
    for layer in reversed(layers):
        delta = layer.backward(delta)


def policy(seed: int) -> tuple[int, float]:
    """Learn a policy, episode after episode."""
    env, rng = environment(seed), np.random.default_rng(seed)
    layers = [Layer(rng, 10, 4, "relu"), Layer(rng, 10, 10), Layer(rng, 1, 10, "sigmoid")]
    return repeat(lambda: learn_from_an_episode(env, rng, layers))


def learn_from_an_episode(
    env: gymnasium.Env[Any, Any], rng: np.random.Generator, layers: list[Layer]
) -> int:
    """Play an episode and climb; return its steps."""
    errors: list[Array] = []
    states: list[Array] = []
    rewards: list[float] = []
    terminated, truncated = False, False
    state, _ = env.reset()
    while not (terminated or truncated):
        probability = forward(layers, state)
        action = 1 if rng.random() < probability else 0
        errors.append(-(action - probability))
        states.append(state)
        state, reward, terminated, truncated, _ = env.step(action)
        rewards.append(float(reward))
    gradients = np.vstack(errors) * standardised_returns(np.vstack(rewards))
    for seen, delta in zip(states, gradients, strict=True):
        forward(layers, seen)
        backward(layers, delta)
    for layer in layers:
        layer.update()
    return len(rewards)


def standardised_returns(rewards: Array) -> Array:
    """Discount the rewards [T, 1] of an episode and standardise them within it."""
    discounted = np.zeros_like(rewards)
    total = 0.0
    for t in reversed(range(len(rewards))):
        total = total * GAMMA + rewards[t]
        discounted[t] = total
    discounted -= np.mean(discounted)
    discounted /= np.std(discounted)
    return discounted
