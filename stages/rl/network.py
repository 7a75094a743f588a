"""A small fully connected network: initialisation, forward, backward, Adam.

Hidden layers are rectified (ReLU); a head without activation gives one output, a logit. Inner
loops run over the units of a layer, and sums that must run along them are held in four parts: so
the loops fill the lanes of a processor, in an order that the source fixes.

The parameters are one vector [P], in the order that `layers` tells. A row of activations [W] holds
the input and the outputs of the hidden layers, one after the other. Kernels find their way by the
widths: views into the vector, handed about in tuples, cost twice the arithmetic in counted
references, and every depth would be compiled anew.
"""

import math

import numpy as np
from numpy.typing import NDArray

from stages.rl.compiled import at, kernel
from stages.rl.layers import ANGLE_SCALE, WIDTH_STEP
from stages.rl.seeding import Stream
from stages.rl.xoshiro import uniform

# Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, section 2.
ADAM_BETA1 = 0.9
ADAM_BETA2 = 0.999
ADAM_EPSILON = 1e-8

ROWS = 4  # of a batch, that backpropagation takes at a time: it loads the gradient once for them


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
    activations[t, 2] = ANGLE_SCALE * np.float64(np.float32(theta))
    activations[t, 3] = np.float32(theta_dot)
    return forward(widths, parameters, activations, t)


@kernel
def backward(
    widths: NDArray[np.int64],
    parameters: NDArray[np.float64],
    activations: NDArray[np.float64],
    output_gradients: NDArray[np.float64],
    steps: int,
    gradient: NDArray[np.float64],
    deltas: NDArray[np.float64],
) -> None:
    """Sum the gradient over rows, by backpropagation through the activations of `forward`.

    In a hidden layer, with delta[j] the derivative by y[j] where y[j] > 0 and zero elsewhere:
    dW[i, j] += x[i] delta[j],  db[j] += delta[j],  dx[i] = sum_j W[i, j] delta[j].
    Four rows at a time, so that the gradient is loaded and stored once for them.

    Args:
        widths: of the input and of the hidden layers.
        parameters: [P].
        activations: [T, W], as `forward` left them.
        output_gradients: derivatives of the objective by the outputs, [T].
        steps: how many rows count. Those up to the next multiple of ROWS must be there, and their
            output gradients are set to zero.
        gradient: filled in, [P]; rows are added in their order.
        deltas: scratch, [ROWS, W].
    """
    gradient[:] = 0.0
    for t in range(steps, whole_blocks(steps)):
        output_gradients[t] = 0.0
    for t in range(0, steps, ROWS):
        t0, t1, t2, t3 = at(t), at(t + 1), at(t + 2), at(t + 3)
        a, b = output_gradients[t0], output_gradients[t1]
        c, d = output_gradients[t2], output_gradients[t3]
        width = widths[-1]
        y, first = activations.shape[1] - width, parameters.size - 1 - width
        for j in range(width):
            gradient[at(first + j)] = (
                gradient[at(first + j)]
                + a * activations[t0, at(y + j)]
                + b * activations[t1, at(y + j)]
                + c * activations[t2, at(y + j)]
                + d * activations[t3, at(y + j)]
            )
        gradient[first + width] = gradient[first + width] + a + b + c + d
        for r in range(ROWS):
            error = output_gradients[at(t + r)]
            for j in range(width):
                deltas[r, at(y + j)] = error * parameters[at(first + j)]
        for layer in range(widths.size - 1, 0, -1):
            fan_in, width = widths[layer - 1], widths[layer]
            first -= (fan_in + 1) * width
            backward_layer(parameters, activations, t, gradient, deltas, first, y, fan_in, width)
            y -= fan_in


@kernel
def whole_blocks(steps: int) -> int:
    """Round a number of steps up to whole blocks of the rows that `backward` takes together."""
    return (steps + ROWS - 1) // ROWS * ROWS


@kernel
def backward_layer(
    parameters: NDArray[np.float64],
    activations: NDArray[np.float64],
    t: int,
    gradient: NDArray[np.float64],
    deltas: NDArray[np.float64],
    first: int,
    y: int,
    fan_in: int,
    width: int,
) -> None:
    """Do `backward` for four rows of a hidden layer, whose deltas are still those by max(y, 0).

    Its parameters stand from `first` on, its outputs from column y on, its inputs before them.
    """
    t0, t1, t2, t3 = at(t), at(t + 1), at(t + 2), at(t + 3)
    biases, x = first + fan_in * width, y - fan_in
    for r in range(ROWS):
        for j in range(width):
            active = activations[at(t + r), at(y + j)] > 0.0
            deltas[r, at(y + j)] = deltas[r, at(y + j)] if active else 0.0
    for j in range(width):
        gradient[at(biases + j)] = (
            gradient[at(biases + j)]
            + deltas[0, at(y + j)]
            + deltas[1, at(y + j)]
            + deltas[2, at(y + j)]
            + deltas[3, at(y + j)]
        )
    for i in range(fan_in):
        a, b = activations[t0, at(x + i)], activations[t1, at(x + i)]
        c, d = activations[t2, at(x + i)], activations[t3, at(x + i)]
        weights = first + i * width
        for j in range(width):
            gradient[at(weights + j)] = (
                gradient[at(weights + j)]
                + a * deltas[0, at(y + j)]
                + b * deltas[1, at(y + j)]
                + c * deltas[2, at(y + j)]
                + d * deltas[3, at(y + j)]
            )
        if x > 0:  # the inputs are another layer's outputs
            a, b, c, d = 0.0, 0.0, 0.0, 0.0
            for j in range(width):
                weight = parameters[at(weights + j)]
                a += weight * deltas[0, at(y + j)]
                b += weight * deltas[1, at(y + j)]
                c += weight * deltas[2, at(y + j)]
                d += weight * deltas[3, at(y + j)]
            deltas[0, at(x + i)], deltas[1, at(x + i)] = a, b
            deltas[2, at(x + i)], deltas[3, at(x + i)] = c, d


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
