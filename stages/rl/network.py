"""A small fully connected network: initialisation, forward, backward, Adam.

Hidden layers are rectified (ReLU); a head without activation gives one output, a logit. Inner
loops run over the units of a layer, and sums that must run along them are held in four parts: so
the loops fill the lanes of a processor, in an order that the source fixes.
"""

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.compiled import kernel
from stages.rl.seeding import Stream
from stages.rl.xoshiro import uniform

# Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, section 2.
ADAM_BETA1 = 0.9
ADAM_BETA2 = 0.999
ADAM_EPSILON = 1e-8

WIDTH_STEP = 4  # widths are multiples of it: the loops take four inputs at a time

# The pole's angle stays below 0.21 rad while the other variables reach about 1 in their units:
# five times the angle puts all inputs on one scale, which halves the episodes that learning takes.
ANGLE_SCALE = 5.0


class Network(NamedTuple):
    """The parts of a parameter vector (or of its gradient), as views into it."""

    weights: tuple[NDArray[np.float64], ...]  # of each hidden layer, [U_in, U_out]
    biases: tuple[NDArray[np.float64], ...]  # of each hidden layer, [U_out]
    head_weights: NDArray[np.float64]  # [U_in]
    head_bias: NDArray[np.float64]  # [1]


def parameter_count(inputs: int, hidden_layers: tuple[int, ...]) -> int:
    """Count the weights and biases; ValueError unless all widths are multiples of 4."""
    widths = [inputs, *hidden_layers]
    if any(width % WIDTH_STEP or width <= 0 for width in widths):
        raise ValueError(f"widths of layers {widths}, not all multiples of {WIDTH_STEP} above 0")
    return sum((fan_in + 1) * width for fan_in, width in pairwise([*widths, 1]))


def network(vector: NDArray[np.float64], inputs: int, hidden_layers: tuple[int, ...]) -> Network:
    """Lay a network over a vector of parameters.

    Args:
        vector: [parameter_count(inputs, hidden_layers)].
        inputs: width of the input, a multiple of 4.
        hidden_layers: widths of the hidden layers, multiples of 4.

    Raises:
        ValueError: a width that is no multiple of 4, or a vector of another length.
    """
    if vector.shape != (parameter_count(inputs, hidden_layers),):
        raise ValueError(f"Require one value per parameter, got shape {vector.shape}")
    weights, biases = [], []
    first = 0
    fan_in = inputs
    for width in hidden_layers:
        middle = first + fan_in * width
        weights.append(vector[first:middle].reshape(fan_in, width))
        biases.append(vector[middle : middle + width])
        first = middle + width
        fan_in = width
    return Network(tuple(weights), tuple(biases), vector[first:-1], vector[-1:])


def activations(
    rows: int, inputs: int, hidden_layers: tuple[int, ...]
) -> tuple[NDArray[np.float64], ...]:
    """Make room for the activations of `rows` steps: the input's, then each hidden layer's."""
    return tuple(np.zeros((rows, width)) for width in (inputs, *hidden_layers))


@kernel
def initialise(network: Network, stream: Stream) -> None:
    """Draw the hidden weights uniformly within sqrt(6 / U_in); biases and head are zero.

    He, Zhang, Ren and Sun, "Delving deep into rectifiers", ICCV 2015, equation 10: variance 2/U_in,
    here of a uniform distribution, which needs no logarithm. A head of zeros starts from the
    uniformly random policy.
    """
    for layer in range(len(network.weights)):
        weights = network.weights[layer]
        bound = math.sqrt(6.0 / weights.shape[0])
        for i in range(weights.shape[0]):
            for j in range(weights.shape[1]):
                weights[i, j] = bound * (2.0 * uniform(stream) - 1.0)
        network.biases[layer][:] = 0.0
    network.head_weights[:] = 0.0
    network.head_bias[:] = 0.0


@kernel
def forward(network: Network, activations: tuple[NDArray[np.float64], ...], t: int) -> float:
    """Fill in row t of the activations behind the input; return the output.

    y[j] = max(b[j] + sum_i x[i] W[i, j], 0) in a hidden layer, c + sum_i v[i] x[i] in the head.

    Args:
        network: its parameters.
        activations: input and output of each hidden layer, [T, U] each; the first is given.
        t: the row.
    """
    for layer in range(len(network.weights)):
        weights, biases = network.weights[layer], network.biases[layer]
        x, y = activations[layer], activations[layer + 1]
        for j in range(biases.size):
            y[t, j] = biases[j]
        for i in range(0, weights.shape[0], WIDTH_STEP):
            x0, x1, x2, x3 = x[t, i], x[t, i + 1], x[t, i + 2], x[t, i + 3]
            for j in range(biases.size):
                y[t, j] += (
                    x0 * weights[i, j]
                    + x1 * weights[i + 1, j]
                    + x2 * weights[i + 2, j]
                    + x3 * weights[i + 3, j]
                )
        for j in range(biases.size):
            y[t, j] = max(y[t, j], 0.0)
    x, v = activations[len(network.weights)], network.head_weights
    sum0, sum1, sum2, sum3 = 0.0, 0.0, 0.0, 0.0
    for i in range(0, v.size, WIDTH_STEP):
        sum0 += v[i] * x[t, i]
        sum1 += v[i + 1] * x[t, i + 1]
        sum2 += v[i + 2] * x[t, i + 2]
        sum3 += v[i + 3] * x[t, i + 3]
    return network.head_bias[0] + ((sum0 + sum1) + (sum2 + sum3))


@kernel
def logit(
    network: Network,
    activations: tuple[NDArray[np.float64], ...],
    t: int,
    x: float,
    x_dot: float,
    theta: float,
    theta_dot: float,
) -> float:
    """Return the log-odds of pushing to the right, with the activations left in row t.

    The greedy action is 1 where they are not negative. The state is seen as float32, as Gymnasium
    shows it.
    """
    inputs = activations[0]
    inputs[t, 0] = np.float32(x)
    inputs[t, 1] = np.float32(x_dot)
    inputs[t, 2] = ANGLE_SCALE * np.float32(theta)
    inputs[t, 3] = np.float32(theta_dot)
    return forward(network, activations, t)


@kernel
def backward(
    network: Network,
    activations: tuple[NDArray[np.float64], ...],
    t: int,
    output_gradient: float,
    gradient: Network,
    deltas: tuple[NDArray[np.float64], ...],
) -> None:
    """Add the gradient of row t, by backpropagation through the activations of `forward`.

    In a hidden layer, with delta[j] the derivative by y[j] where y[j] > 0 and zero elsewhere:
    dW[i, j] += x[i] delta[j],  db[j] += delta[j],  dx[i] = sum_j W[i, j] delta[j].

    Args:
        network: its parameters.
        activations: as `forward` left them.
        t: the row.
        output_gradient: derivative of the objective by the output.
        gradient: sum over rows, added to.
        deltas: scratch, [U] for the output of each hidden layer.
    """
    depth = len(network.weights)
    y, v, delta = activations[depth], network.head_weights, deltas[depth - 1]
    for j in range(v.size):
        gradient.head_weights[j] += output_gradient * y[t, j]
        delta[j] = output_gradient * v[j]
    gradient.head_bias[0] += output_gradient
    for layer in range(depth - 1, -1, -1):
        x, y, delta = activations[layer], activations[layer + 1], deltas[layer]
        weights, weights_gradient = network.weights[layer], gradient.weights[layer]
        for j in range(delta.size):
            delta[j] = delta[j] if y[t, j] > 0.0 else 0.0
            gradient.biases[layer][j] += delta[j]
        for i in range(0, weights.shape[0], WIDTH_STEP):
            x0, x1, x2, x3 = x[t, i], x[t, i + 1], x[t, i + 2], x[t, i + 3]
            for j in range(delta.size):
                weights_gradient[i, j] += x0 * delta[j]
                weights_gradient[i + 1, j] += x1 * delta[j]
                weights_gradient[i + 2, j] += x2 * delta[j]
                weights_gradient[i + 3, j] += x3 * delta[j]
        if layer > 0:
            for i in range(weights.shape[0]):
                total = 0.0
                for j in range(delta.size):
                    total += weights[i, j] * delta[j]
                deltas[layer - 1][i] = total


@kernel
def adam(
    parameters: NDArray[np.float64],
    gradient: NDArray[np.float64],
    moments: NDArray[np.float64],
    decays: NDArray[np.float64],
    learning_rate: float,
) -> None:
    """Climb along a gradient by one step of Adam (Kingma and Ba 2015, algorithm 1; ascent).

    Args:
        parameters: [P], changed in place.
        gradient: [P], of the objective to increase.
        moments: [2, P], first and second moment; zeros at first, changed in place.
        decays: [2], beta1**t and beta2**t; ones at first, changed in place.
        learning_rate: step size.
    """
    decays[0] *= ADAM_BETA1
    decays[1] *= ADAM_BETA2
    for i in range(parameters.size):
        slope = gradient[i]
        moments[0, i] = ADAM_BETA1 * moments[0, i] + (1.0 - ADAM_BETA1) * slope
        moments[1, i] = ADAM_BETA2 * moments[1, i] + (1.0 - ADAM_BETA2) * (slope * slope)
        mean = moments[0, i] / (1.0 - decays[0])
        square = moments[1, i] / (1.0 - decays[1])
        parameters[i] += learning_rate * mean / (math.sqrt(square) + ADAM_EPSILON)
