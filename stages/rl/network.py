"""A small fully connected network: initialisation, forward, backward, Adam.

Hidden layers are rectified (ReLU); a head without activation gives one output, a logit. Inner
loops run over the units of a layer, and sums that must run along them are held in four parts: so
the loops fill the lanes of a processor, in an order that the source fixes.

The parameters are one vector [P]: of each hidden layer the weights [U_in, U_out], row by row, and
the biases [U_out], at last the head's weights [U_in] and its bias. A row of activations [W] holds
the input and the outputs of the hidden layers, one after the other. Kernels find their way by the
widths: views into the vector, handed about in tuples, cost twice the arithmetic in counted
references, and every depth would be compiled anew.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

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

at = np.uint64  # an index that is never negative: numba need not look, and the loop fills registers


def layer_widths(inputs: int, hidden_layers: Sequence[int]) -> NDArray[np.int64]:
    """List the widths of the input and of the hidden layers; ValueError unless multiples of 4."""
    widths = [inputs, *hidden_layers]
    if any(width % WIDTH_STEP or width <= 0 for width in widths):
        raise ValueError(f"widths of layers {widths}, not all multiples of {WIDTH_STEP} above 0")
    return np.array(widths, np.int64)


def parameter_count(widths: NDArray[np.int64]) -> int:
    """Count the weights and biases of the layers and of the head."""
    return sum((int(fan_in) + 1) * int(width) for fan_in, width in pairwise([*widths, 1]))


@kernel
def initialise(widths: NDArray[np.int64], parameters: NDArray[np.float64], stream: Stream) -> None:
    """Draw the hidden weights uniformly within sqrt(6 / U_in); biases and head are zero.

    He, Zhang, Ren and Sun, "Delving deep into rectifiers", ICCV 2015, equation 10: variance 2/U_in,
    here of a uniform distribution, which needs no logarithm. A head of zeros starts from the
    uniformly random policy.
    """
    parameters[:] = 0.0
    first = 0
    for layer in range(1, widths.size):
        weights = widths[layer - 1] * widths[layer]
        bound = math.sqrt(6.0 / widths[layer - 1])
        for i in range(first, first + weights):
            parameters[i] = bound * (2.0 * uniform(stream) - 1.0)
        first += weights + widths[layer]


@kernel
def forward(
    widths: NDArray[np.int64],
    parameters: NDArray[np.float64],
    activations: NDArray[np.float64],
    t: int,
) -> float:
    """Fill in row t of the activations behind the input; return the output.

    y[j] = max(b[j] + sum_i x[i] W[i, j], 0) in a hidden layer, c + sum_i v[i] x[i] in the head.

    Args:
        widths: of the input and of the hidden layers.
        parameters: [P].
        activations: [T, W]; of row t the input is given.
        t: the row.
    """
    first, x = 0, 0  # where the layer's parameters begin, and where in a row its input
    for layer in range(1, widths.size):
        fan_in, width = widths[layer - 1], widths[layer]
        biases, y = first + fan_in * width, x + fan_in
        for j in range(width):
            activations[t, at(y + j)] = parameters[at(biases + j)]
        for i in range(0, fan_in, WIDTH_STEP):
            x0, x1 = activations[t, at(x + i)], activations[t, at(x + i + 1)]
            x2, x3 = activations[t, at(x + i + 2)], activations[t, at(x + i + 3)]
            w0 = first + i * width
            w1, w2, w3 = w0 + width, w0 + 2 * width, w0 + 3 * width
            for j in range(width):
                activations[t, at(y + j)] += (
                    x0 * parameters[at(w0 + j)]
                    + x1 * parameters[at(w1 + j)]
                    + x2 * parameters[at(w2 + j)]
                    + x3 * parameters[at(w3 + j)]
                )
        for j in range(width):
            activations[t, at(y + j)] = max(activations[t, at(y + j)], 0.0)
        first, x = biases + width, y
    width = widths[-1]
    sum0, sum1, sum2, sum3 = 0.0, 0.0, 0.0, 0.0
    for i in range(0, width, WIDTH_STEP):
        sum0 += parameters[at(first + i)] * activations[t, at(x + i)]
        sum1 += parameters[at(first + i + 1)] * activations[t, at(x + i + 1)]
        sum2 += parameters[at(first + i + 2)] * activations[t, at(x + i + 2)]
        sum3 += parameters[at(first + i + 3)] * activations[t, at(x + i + 3)]
    return parameters[first + width] + ((sum0 + sum1) + (sum2 + sum3))


@kernel
def logit(
    widths: NDArray[np.int64],
    parameters: NDArray[np.float64],
    activations: NDArray[np.float64],
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
    activations[t, 0] = np.float32(x)
    activations[t, 1] = np.float32(x_dot)
    activations[t, 2] = ANGLE_SCALE * np.float32(theta)
    activations[t, 3] = np.float32(theta_dot)
    return forward(widths, parameters, activations, t)


@kernel
def backward(
    widths: NDArray[np.int64],
    parameters: NDArray[np.float64],
    activations: NDArray[np.float64],
    t: int,
    output_gradient: float,
    gradient: NDArray[np.float64],
    deltas: NDArray[np.float64],
) -> None:
    """Add the gradient of row t, by backpropagation through the activations of `forward`.

    In a hidden layer, with delta[j] the derivative by y[j] where y[j] > 0 and zero elsewhere:
    dW[i, j] += x[i] delta[j],  db[j] += delta[j],  dx[i] = sum_j W[i, j] delta[j].

    Args:
        widths: of the input and of the hidden layers.
        parameters: [P].
        activations: [T, W], as `forward` left them.
        t: the row.
        output_gradient: derivative of the objective by the output.
        gradient: [P], the sum over rows, added to.
        deltas: scratch, [W].
    """
    y, first = activations.shape[1] - widths[-1], parameters.size - 1 - widths[-1]
    for j in range(widths[-1]):
        gradient[at(first + j)] += output_gradient * activations[t, at(y + j)]
        deltas[at(y + j)] = output_gradient * parameters[at(first + j)]
    gradient[gradient.size - 1] += output_gradient
    for layer in range(widths.size - 1, 0, -1):
        fan_in, width = widths[layer - 1], widths[layer]
        biases, x = first - width, y - fan_in
        first = biases - fan_in * width
        for j in range(width):
            deltas[at(y + j)] = deltas[at(y + j)] if activations[t, at(y + j)] > 0.0 else 0.0
            gradient[at(biases + j)] += deltas[at(y + j)]
        for i in range(0, fan_in, WIDTH_STEP):
            x0, x1 = activations[t, at(x + i)], activations[t, at(x + i + 1)]
            x2, x3 = activations[t, at(x + i + 2)], activations[t, at(x + i + 3)]
            w0 = first + i * width
            w1, w2, w3 = w0 + width, w0 + 2 * width, w0 + 3 * width
            for j in range(width):
                gradient[at(w0 + j)] += x0 * deltas[at(y + j)]
                gradient[at(w1 + j)] += x1 * deltas[at(y + j)]
                gradient[at(w2 + j)] += x2 * deltas[at(y + j)]
                gradient[at(w3 + j)] += x3 * deltas[at(y + j)]
        if layer > 1:
            for i in range(fan_in):
                total = 0.0
                for j in range(width):
                    total += parameters[first + i * width + j] * deltas[at(y + j)]
                deltas[x + i] = total
        y = x


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
