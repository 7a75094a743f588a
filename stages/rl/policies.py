"""Trained policies, all runs of an agent at once: what they hold and how they act on a batch.

A policy file tells its kind; whoever plays a policy needs to know no more than `act`. All of it is
NumPy, for nothing that judges the agents should wait for a compiler, or share its kernels; sums
run in the kernels' order, so the actions are theirs to the last bit.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from stages.rl.arrays import require
from stages.rl.environments import ACTIONS, STATE_VARIABLES
from stages.rl.layers import ANGLE_SCALE, WIDTH_STEP, layer_widths, parameter_count

Observations: TypeAlias = NDArray[np.float32]  # [R, E, S]
Actions: TypeAlias = NDArray[np.int64]  # [R, E]


Layout: TypeAlias = dict[str, tuple[type[np.generic], int]]  # of each array: dtype, rank


class Policy(Protocol):
    """Greedy policies, one for each run."""

    @property
    def runs(self) -> int:
        """Count the runs, R."""

    def select(self, runs: slice) -> "Policy":
        """Return the policies of some of the runs."""

    def preference(self, observations: Observations) -> NDArray[np.float64]:
        """Tell how much run r prefers the right to the left in each observation [r, e]."""

    def act(self, observations: Observations) -> Actions:
        """Choose run r's action for each observation [r, e]."""


@dataclass(frozen=True)
class Linear:
    """Weights of linear policies."""

    weights: NDArray[np.float64]  # [R, S]
    kind: ClassVar[str] = "linear"
    layout: ClassVar[Layout] = {"weights": (np.float64, 2)}

    @property
    def runs(self) -> int:
        """Count the runs, R."""
        return len(self.weights)

    def select(self, runs: slice) -> "Linear":
        """Return the policies of some of the runs."""
        return Linear(self.weights[runs])

    def preference(self, observations: Observations) -> NDArray[np.float64]:
        """Return the scores, weights . observation, of observations [R, E, S]."""
        x, x_dot, theta, theta_dot = np.moveaxis(observations, 2, 0)
        a, b, c, d = self.weights.T[:, :, np.newaxis]
        return a * x + b * x_dot + c * theta + d * theta_dot

    def act(self, observations: Observations) -> Actions:
        """Choose run r's action for each observation [r, e]."""
        return (self.preference(observations) >= 0.0).astype(np.int64)


@dataclass(frozen=True)
class Network:
    """Parameters of networks of one shape."""

    parameters: NDArray[np.float64]  # [R, P]
    hidden_layers: NDArray[np.int64]  # [layers], their widths
    kind: ClassVar[str] = "network"
    layout: ClassVar[Layout] = {"parameters": (np.float64, 2), "hidden_layers": (np.int64, 1)}

    @property
    def runs(self) -> int:
        """Count the runs, R."""
        return len(self.parameters)

    def select(self, runs: slice) -> "Network":
        """Return the policies of some of the runs."""
        return Network(self.parameters[runs], self.hidden_layers)

    def preference(self, observations: Observations) -> NDArray[np.float64]:
        """Return the logits of pushing to the right for observations [R, E, S]."""
        widths = layer_widths(STATE_VARIABLES, self.hidden_layers.tolist())
        units = np.moveaxis(observations, 2, 1) * np.array([[1.0], [1.0], [ANGLE_SCALE], [1.0]])
        first = 0
        for fan_in, width in pairwise(widths):
            biases = first + fan_in * width
            shape = (-1, fan_in, width, 1)
            weights = self.parameters[:, first:biases].reshape(shape)
            first = biases + width
            inputs = units[:, :, np.newaxis]
            outputs = self.parameters[:, biases:first, np.newaxis]
            for i in range(0, fan_in, WIDTH_STEP):
                outputs = outputs + (
                    inputs[:, i] * weights[:, i]
                    + inputs[:, i + 1] * weights[:, i + 1]
                    + inputs[:, i + 2] * weights[:, i + 2]
                    + inputs[:, i + 3] * weights[:, i + 3]
                )
            units = np.maximum(outputs, 0.0)
        products = self.parameters[:, first:-1, np.newaxis] * units
        parts = [products[:, i] for i in range(WIDTH_STEP)]
        for i in range(WIDTH_STEP, widths[-1]):
            parts[i % WIDTH_STEP] = parts[i % WIDTH_STEP] + products[:, i]
        return self.parameters[:, -1:] + ((parts[0] + parts[1]) + (parts[2] + parts[3]))

    def act(self, observations: Observations) -> Actions:
        """Choose run r's action for each observation [r, e]."""
        return (self.preference(observations) >= 0.0).astype(np.int64)


@dataclass(frozen=True)
class Table:
    """Action values over the cells of a discretised state."""

    values: NDArray[np.float64]  # [R, B, A]
    bins: NDArray[np.int64]  # [S]
    limits: NDArray[np.float64]  # [S]
    kind: ClassVar[str] = "table"
    layout: ClassVar[Layout] = {
        "values": (np.float64, 3),
        "bins": (np.int64, 1),
        "limits": (np.float64, 1),
    }

    @property
    def runs(self) -> int:
        """Count the runs, R."""
        return len(self.values)

    def select(self, runs: slice) -> "Table":
        """Return the policies of some of the runs."""
        return Table(self.values[runs], self.bins, self.limits)

    def preference(self, observations: Observations) -> NDArray[np.float64]:
        """Return the advantages Q(s, right) - Q(s, left) of observations [R, E, S]."""
        cells = np.zeros(observations.shape[:2], np.int64)
        for i, (bins, limit) in enumerate(zip(self.bins, self.limits, strict=True)):
            seen = np.clip(observations[:, :, i].astype(np.float64), -limit, limit)
            places = ((seen + limit) / (2.0 * limit) * bins).astype(np.int64)
            cells = cells * bins + np.minimum(places, bins - 1)
        advantages = self.values[:, :, 1] - self.values[:, :, 0]
        return np.take_along_axis(advantages, cells, axis=1)

    def act(self, observations: Observations) -> Actions:
        """Choose run r's action for each observation [r, e]."""
        return (self.preference(observations) > 0.0).astype(np.int64)


KINDS: dict[str, type[Linear] | type[Network] | type[Table]] = {
    policy.kind: policy for policy in (Linear, Network, Table)
}


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Policy:
    """Build a policy from the arrays of its file.

    Args:
        arrays: `kind`, the policy's kind, and the arrays that the kind holds.

    Raises:
        ValueError: an unknown kind, arrays missing or left over, a wrong shape, a value not finite.
    """
    kind = str(arrays["kind"]) if "kind" in arrays else "none"
    if kind not in KINDS:
        raise ValueError(f"a policy of kind {kind}; known kinds are {', '.join(KINDS)}")
    layout = KINDS[kind].layout
    if set(arrays) != {"kind", *layout}:
        raise ValueError(f"arrays other than those of a {kind} policy: kind, {', '.join(layout)}")
    for name, (dtype, rank) in layout.items():
        require(name, arrays[name], dtype, rank)
    policy = KINDS[kind](**{name: np.ascontiguousarray(arrays[name]) for name in layout})
    name = next(iter(layout))
    shape, expected = arrays[name].shape, _expected_shape(policy)
    if shape[1:] != expected:
        raise ValueError(f"{name} of shape {shape}, not of shape {expected} for each run")
    return policy


def _expected_shape(policy: Linear | Network | Table) -> tuple[int, ...]:
    """Return the shape that one run's array must have; ValueError where that has no answer."""
    if isinstance(policy, Linear):
        return (STATE_VARIABLES,)
    if isinstance(policy, Network):
        widths = layer_widths(STATE_VARIABLES, policy.hidden_layers.tolist())
        return (parameter_count(widths),)
    bins, limits = len(policy.bins), len(policy.limits)
    if bins != STATE_VARIABLES or limits != STATE_VARIABLES:
        counts = f"bins of {bins} and limits of {limits} variables"
        raise ValueError(f"{counts}, not of {STATE_VARIABLES}")
    if policy.bins.min() < 1 or policy.limits.min() <= 0.0:
        raise ValueError("bins or limits that are not above 0")
    return math.prod(int(bins) for bins in policy.bins), ACTIONS
