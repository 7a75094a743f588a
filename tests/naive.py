"""The network as matrices: slow and obvious, for comparison."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Network(NamedTuple):
    """The parts of a parameter vector, as views into it."""

    weights: list[NDArray[np.float64]]  # of each hidden layer, [U_in, U_out]
    biases: list[NDArray[np.float64]]
    head_weights: NDArray[np.float64]
    head_bias: NDArray[np.float64]  # [1]


def network(vector: NDArray[np.float64], hidden_layers: tuple[int, ...]) -> Network:
    weights, biases, rest = [], [], vector
    for fan_in, width in pairwise((4, *hidden_layers)):
        weights.append(rest[: fan_in * width].reshape(fan_in, width))
        biases.append(rest[fan_in * width : (fan_in + 1) * width])
        rest = rest[(fan_in + 1) * width :]
    return Network(weights, biases, rest[:-1], rest[-1:])


def output(vector: np.ndarray, hidden_layers: tuple[int, ...], x: np.ndarray) -> float:
    """Compute the output as matrix products, from a vector of parameters."""
    layers = network(vector, hidden_layers)
    for weights, biases in zip(layers.weights, layers.biases, strict=True):
        x = np.maximum(x @ weights + biases, 0.0)
    return float(x @ layers.head_weights + layers.head_bias[0])
