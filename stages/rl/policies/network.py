"""A small fully connected network: initialisation, forward, backward, Adam.

    y = max(x W + b, 0) in a hidden layer,    y = x W + b in the last one

The parameters are one vector [P]: of each hidden layer the weights [U_in, U_out], row by row, then
the biases [U_out]; of the last one the weights [A, U_in], so that inner loops are long. A row of
activations [W] holds the inputs and the outputs of all layers, one after the other. Widths and
places are unsigned: numba asks of every other index whether it is negative.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.engine.random_numbers import Stream, uniform_between
from stages.rl.policies.inputs import Inputs, fill_in, for_batch
from stages.rl.policies.kind import Layout, Observations, greedy_action

ZERO, ONE = np.uint64(0), np.uint64(1)

# Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, section 2.
ADAM_BETA1 = 0.9
ADAM_BETA2 = 0.999
ADAM_EPSILON = 1e-8


def layer_widths(inputs: int, hidden_layers: Sequence[int], actions: int) -> NDArray[np.uint64]:
    """List the widths: of the input, the hidden layers, and the output."""
    return np.array([inputs, *hidden_layers, actions], np.uint64)


def parameter_count(widths: NDArray[np.uint64 | np.int64]) -> int:
    """Count the weights and biases of all layers."""
    return sum((fan_in + 1) * width for fan_in, width in pairwise(widths.tolist()))


@kernel
def initialise(widths: NDArray[np.uint64], parameters: NDArray[np.float64], stream: Stream) -> None:
    """Draw the hidden weights uniformly within sqrt(6 / U_in); biases and last layer are zero.

    He, Zhang, Ren and Sun, "Delving deep into rectifiers", ICCV 2015, equation 10: variance 2/U_in,
    here of a uniform distribution, which needs no logarithm. A last layer of zeros starts from the
    uniformly random policy.
    """
    parameters[:] = 0.0
    first = ZERO
    for layer in range(ONE, widths.size - ONE):
        weights = widths[layer - ONE] * widths[layer]
        bound = math.sqrt(6.0 / widths[layer - ONE])
        for i in range(weights):
            parameters[first + i] = uniform_between(-bound, bound, stream)
        first += weights + widths[layer]


@kernel
def forward(
    widths: NDArray[np.uint64], parameters: NDArray[np.float64], activations: NDArray[np.float64]
) -> None:
    """Fill in a row of activations [W] behind its inputs; the outputs are its last ones."""
    weights, x = ZERO, ZERO  # where the layer's weights begin, and where in the row its input
    for layer in range(ONE, widths.size - ONE):
        fan_in, width = widths[layer - ONE], widths[layer]
        biases, y = weights + fan_in * width, x + fan_in
        for j in range(width):
            activations[y + j] = parameters[biases + j]
        for i in range(fan_in):
            if activations[x + i] != 0.0:
                for j in range(width):
                    activations[y + j] += activations[x + i] * parameters[weights + i * width + j]
        for j in range(width):
            activations[y + j] = max(activations[y + j], 0.0)
        weights, x = biases + width, y
    fan_in, actions = widths[-2], widths[-1]
    biases, y = weights + actions * fan_in, x + fan_in
    for a in range(actions):
        output = parameters[biases + a]
        for i in range(fan_in):
            output += activations[x + i] * parameters[weights + a * fan_in + i]
        activations[y + a] = output


@kernel
def backward(  # noqa: C901 # one recursion, from layer to layer
    widths: NDArray[np.uint64],
    parameters: NDArray[np.float64],
    activations: NDArray[np.float64],
    deltas: NDArray[np.float64],
    gradient: NDArray[np.float64],
) -> None:
    """Add to the gradient of an objective what one row of activations contributes.

    With delta[j] the objective's derivative by the sum behind output j of a layer:
    dW[i, j] += x[i] delta[j],  db[j] += delta[j],  dx[i] = sum_j W[i, j] delta[j].

    Args:
        widths: of all layers.
        parameters: [P].
        activations: a row [W], as `forward` left it.
        deltas: scratch [W]; its last values are the derivatives by the outputs, and given.
        gradient: [P], added to.
    """
    fan_in, actions = widths[-2], widths[-1]
    biases, y = np.uint64(parameters.size) - actions, np.uint64(activations.size) - actions
    weights, x = biases - actions * fan_in, y - fan_in
    for i in range(fan_in):
        deltas[x + i] = 0.0
    for a in range(actions):
        gradient[biases + a] += deltas[y + a]
        for i in range(fan_in):
            gradient[weights + a * fan_in + i] += activations[x + i] * deltas[y + a]
            deltas[x + i] += parameters[weights + a * fan_in + i] * deltas[y + a]
    for layer in range(widths.size - np.uint64(2), ZERO, -1):
        fan_in, width = widths[layer - ONE], widths[layer]
        y, biases = x, weights - width
        weights, x = biases - fan_in * width, y - fan_in
        for j in range(width):
            if activations[y + j] <= 0.0:
                deltas[y + j] = 0.0
            gradient[biases + j] += deltas[y + j]
        for i in range(fan_in):
            for j in range(width):
                gradient[weights + i * width + j] += activations[x + i] * deltas[y + j]
            if layer > ONE:  # else nothing lies behind
                deltas[x + i] = 0.0
                for j in range(width):
                    deltas[x + i] += parameters[weights + i * width + j] * deltas[y + j]


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


class Player(NamedTuple):
    """A policy in kernels, see `stages.rl.policies.kind`."""

    widths: NDArray[np.uint64]  # of all layers
    parameters: NDArray[np.float64]  # [P]
    inputs: Inputs
    activations: NDArray[np.float64]  # [W], scratch


@greedy_action.implement(Player)
def _(player: Player, observation: NDArray[np.float64]) -> int:
    row = player.activations
    fill_in(player.inputs, observation, row)
    forward(player.widths, player.parameters, row)
    first = row.size - int(player.widths[-1])
    action = 0
    for a in range(1, row.size - first):
        if row[first + a] > row[first + action]:
            action = a
    return action


@dataclass(frozen=True)
class Network:
    """Parameters of networks of one shape."""

    parameters: NDArray[np.float64]  # [R, P]
    widths: NDArray[np.int64]  # of all layers
    scale: NDArray[np.float64]  # [S]
    numbers: NDArray[np.int64]  # [1], N, or 0
    kind: ClassVar[str] = "network"
    layout: ClassVar[Layout] = {
        "parameters": (np.float64, 2),
        "widths": (np.int64, 1),
        "scale": (np.float64, 1),
        "numbers": (np.int64, 1),
    }

    @property
    def runs(self) -> int:
        """Count the runs, R."""
        return len(self.parameters)

    def select(self, runs: slice) -> "Network":
        """Return the policies of some of the runs."""
        return replace(self, parameters=self.parameters[runs])

    def preferences(self, observations: Observations) -> NDArray[np.float64]:
        """Return the outputs, [R, E, A], for observations [R, E, S]."""
        x = for_batch(Inputs(int(self.numbers[0]), self.scale), observations)
        first = 0
        for layer, (fan_in, width) in enumerate(pairwise(self.widths.tolist())):
            biases = first + fan_in * width
            last = layer == len(self.widths) - 2
            weights = self.parameters[:, first:biases]
            weights = (
                weights.reshape(-1, width, fan_in).transpose(0, 2, 1)
                if last
                else weights.reshape(-1, fan_in, width)
            )[:, :, np.newaxis]
            first = biases + width
            shape = (*x.shape[:2], width)
            y = np.broadcast_to(self.parameters[:, np.newaxis, biases:first], shape).copy()
            for i in range(fan_in):
                y += x[:, :, i, np.newaxis] * weights[:, i]
            x = y if last else np.maximum(y, 0.0)
        return x

    def act(self, observations: Observations) -> NDArray[np.int64]:
        """Choose run r's action for each observation [r, e]: the first of the highest output."""
        return self.preferences(observations).argmax(axis=2)

    def player(self, run: int, variables: int) -> Player:
        """Make the player of a run, for kernels."""
        del variables
        inputs, row = Inputs(int(self.numbers[0]), self.scale), np.zeros(int(self.widths.sum()))
        return Player(self.widths.astype(np.uint64), self.parameters[run], inputs, row)

    def misshapen(self, variables: int, numbers: int, actions: int) -> str:
        """Say what does not fit an environment; nothing where all does."""
        if self.widths[0] != (numbers or variables) or self.widths[-1] != actions:
            return f"widths {self.widths.tolist()}"
        if self.widths.min() < 1 or self.parameters.shape[1] != parameter_count(self.widths):
            return f"parameters of shape {self.parameters.shape}"
        if self.scale.shape != (variables,):
            return f"a scale of shape {self.scale.shape}"
        return "" if self.numbers.tolist() == [numbers] else f"numbers {self.numbers.tolist()}"
