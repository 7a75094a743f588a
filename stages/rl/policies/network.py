"""A small fully connected network: initialisation, forward, backward, and Adam.

    y = max(x W + b, 0) in a hidden layer,    y = x W + b in the last one

A network is a tuple of layers. Their weights and biases are views into one vector of parameters
[P], so that Adam need not know of layers.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.engine.random_numbers import Stream, uniform_between
from stages.rl.policies.policy import Floats, Inputs, Policies, fill_in, greedy_action, inputs_for

# Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, section 2.
ADAM_BETA1 = 0.9
ADAM_BETA2 = 0.999
ADAM_EPSILON = 1e-8


class Layer(NamedTuple):
    """The parameters of a layer."""

    weights: Floats  # [U_in, U_out], or of several runs [R, U_in, U_out]
    biases: Floats  # [U_out], or [R, U_out]


Layers: TypeAlias = tuple[Layer, ...]
Activations: TypeAlias = tuple[Floats, ...]  # [T, U] each: inputs, each layer's output


def parameter_count(widths: Sequence[int]) -> int:
    """Count the weights and biases, where the widths are those of inputs and of all layers."""
    return sum((fan_in + 1) * width for fan_in, width in pairwise(widths))


def layers_of(widths: Sequence[int], parameters: Floats) -> Layers:
    """See parameters [..., P] as layers, which change together with them."""
    layers, first = [], 0
    for fan_in, width in pairwise(widths):
        middle, last = first + fan_in * width, first + (fan_in + 1) * width
        weights = parameters[..., first:middle].reshape(*parameters.shape[:-1], fan_in, width)
        layers.append(Layer(weights, parameters[..., middle:last]))
        first = last
    return tuple(layers)


def activations_for(widths: Sequence[int], steps: int = 1) -> Activations:
    """Make room for the inputs and for what each layer puts out, in so many steps."""
    return tuple(np.zeros((steps, width)) for width in widths)


@kernel
def initialise(layers: Layers, stream: Stream) -> None:
    """Draw the hidden weights uniformly within sqrt(6 / U_in); all else stays as it is, zero.

    He, Zhang, Ren and Sun, "Delving deep into rectifiers", ICCV 2015, equation 10: variance 2/U_in,
    here of a uniform distribution, which needs no logarithm. A last layer of zeros starts from the
    uniformly random policy.
    """
    for k in range(len(layers) - 1):
        weights = layers[k].weights
        bound = math.sqrt(6.0 / weights.shape[0])
        for i in range(weights.shape[0]):
            for j in range(weights.shape[1]):
                weights[i, j] = uniform_between(-bound, bound, stream)


@kernel
def forward(layers: Layers, activations: Activations, t: int) -> None:
    """Fill in what each layer puts out at step t, from the inputs, activations[0][t]."""
    for k in range(len(layers)):
        weights, biases = layers[k]
        x, y = activations[k][t], activations[k + 1][t]
        for j in range(y.size):
            y[j] = biases[j]
        for i in range(x.size):
            if x[i] != 0.0:
                for j in range(y.size):
                    y[j] += x[i] * weights[i, j]
        if k < len(layers) - 1:
            for j in range(y.size):
                y[j] = max(y[j], 0.0)


class Adam(NamedTuple):
    """What backpropagation and a step of Adam need."""

    parameters: Floats  # [P]
    gradient: Floats  # [P], of the objective to increase
    gradient_layers: Layers  # views into the gradient
    deltas: tuple[Floats, ...]  # [U] of inputs and layers: derivatives by what they put out
    mean: Floats  # [P], of past gradients; zeros at first
    square: Floats  # [P], mean of their squares; zeros at first
    decays: Floats  # [2], beta1**t and beta2**t; ones at first


def adam_for(widths: Sequence[int]) -> Adam:
    """Make parameters, all zero, and room for what a step needs."""
    parameters, gradient, mean, square = np.zeros((4, parameter_count(widths)))
    deltas = tuple(np.zeros(width) for width in widths)
    layers = layers_of(widths, gradient)
    return Adam(parameters, gradient, layers, deltas, mean, square, np.ones(2))


@kernel
def backward(layers: Layers, activations: Activations, t: int, adam: Adam) -> None:
    """Add to the gradient of an objective what step t contributes to it.

    With delta[j] the objective's derivative by the sum behind output j of a layer:
    dW[i, j] += x[i] delta[j],  db[j] += delta[j],  and one layer before,
    delta[i] = sum_j W[i, j] delta[j] where x[i] > 0, else 0.

    `activations` are as `forward` left them; delta of the last layer is given, in adam.deltas[-1].
    """
    for k in range(len(layers) - 1, -1, -1):
        weights, biases = adam.gradient_layers[k]
        x, before, delta = activations[k][t], adam.deltas[k], adam.deltas[k + 1]
        for j in range(delta.size):
            biases[j] += delta[j]
        for i in range(x.size):
            for j in range(delta.size):
                weights[i, j] += x[i] * delta[j]
            if k > 0:  # before the first layer is nothing to learn
                total = 0.0
                for j in range(delta.size):
                    total += layers[k].weights[i, j] * delta[j]
                before[i] = total if x[i] > 0.0 else 0.0


@kernel
def climb(adam: Adam, learning_rate: float) -> None:
    """Change the parameters by one step up the gradient (Kingma and Ba 2015, algorithm 1)."""
    adam.decays[0] *= ADAM_BETA1
    adam.decays[1] *= ADAM_BETA2
    for i in range(adam.parameters.size):
        slope = adam.gradient[i]
        adam.mean[i] = ADAM_BETA1 * adam.mean[i] + (1.0 - ADAM_BETA1) * slope
        adam.square[i] = ADAM_BETA2 * adam.square[i] + (1.0 - ADAM_BETA2) * (slope * slope)
        mean = adam.mean[i] / (1.0 - adam.decays[0])
        square = adam.square[i] / (1.0 - adam.decays[1])
        adam.parameters[i] += learning_rate * mean / (math.sqrt(square) + ADAM_EPSILON)


class NetworkPolicy(NamedTuple):
    """A policy in kernels: it prefers the action of the highest output."""

    layers: Layers
    inputs: Inputs
    activations: Activations  # [1, U] each, scratch


def policy_of(inputs: Inputs, widths: Sequence[int], parameters: Floats) -> NetworkPolicy:
    """Make a policy of parameters [P], which change it when they change."""
    return NetworkPolicy(layers_of(widths, parameters), inputs, activations_for(widths))


@greedy_action.register(NetworkPolicy)
def network_action(policy: NetworkPolicy, observation: Floats) -> int:
    """Choose the action of the highest output, the first of equal ones."""
    fill_in(policy.inputs, observation, policy.activations[0][0])
    forward(policy.layers, policy.activations, 0)
    outputs, action = policy.activations[-1][0], 0
    for a in range(1, outputs.size):
        if outputs[a] > outputs[action]:
            action = a
    return action


@dataclass(frozen=True)
class Network(Policies):
    """Networks of one shape, their parameters [R, P]. Their file holds them layer by layer."""

    widths: list[int]  # of the inputs and of all layers
    scale: Floats  # [S]
    kind: ClassVar[str] = "network"

    def preferences(self, observations: NDArray[Any]) -> Floats:
        """Return the outputs, [R, E, A], for observations [R, E, S]."""
        y = inputs_for(Inputs(int(self.state_count[0]), self.scale), observations)
        for number, (weights, biases) in enumerate(layers_of(self.widths, self.weights)):
            x = np.maximum(y, 0.0) if number > 0 else y
            y = np.repeat(biases[:, np.newaxis], x.shape[1], axis=1)
            for i in range(x.shape[2]):
                y += x[:, :, i, np.newaxis] * weights[:, np.newaxis, i]
        return y

    def of_run(self, run: int, observation_size: int) -> NetworkPolicy:
        """Return the policy of a run for kernels."""
        del observation_size
        inputs = Inputs(int(self.state_count[0]), self.scale)
        return policy_of(inputs, self.widths, self.weights[run])

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return weights_1 [R, U_in, U_out], biases_1 [R, U_out], weights_2, ..., and the rest."""
        held: dict[str, NDArray[Any]] = {}
        for number, layer in enumerate(layers_of(self.widths, self.weights), start=1):
            held |= {f"weights_{number}": layer.weights, f"biases_{number}": layer.biases}
        return held | {"state_count": self.state_count, "scale": self.scale}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Do the reverse."""
        numbers = range(1, len(arrays) // 2)  # of the layers; two arrays are none of theirs
        layers = [(arrays[f"weights_{k}"], arrays[f"biases_{k}"]) for k in numbers]
        flat = [array.reshape(len(array), -1) for layer in layers for array in layer]
        widths = [layers[0][0].shape[1], *(biases.shape[1] for _, biases in layers)]
        return cls(np.concatenate(flat, axis=1), arrays["state_count"], widths, arrays["scale"])
