"""Trained policies, all runs of an agent at once: what they hold and how they act on a batch.

A policy file tells its kind; whoever plays a policy needs to know no more than `act`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from stages.rl import linear, network, table
from stages.rl.arrays import require
from stages.rl.compiled import kernel
from stages.rl.environments import ACTIONS, STATE_VARIABLES

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

    def act(self, observations: Observations) -> Actions:
        """Choose run r's action for each observation [r, e]."""
        return _linear_actions(self.weights, observations)


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

    def act(self, observations: Observations) -> Actions:
        """Choose run r's action for each observation [r, e]."""
        widths = network.layer_widths(STATE_VARIABLES, self.hidden_layers.tolist())
        return _network_actions(widths, self.parameters, observations)


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

    def act(self, observations: Observations) -> Actions:
        """Choose run r's action for each observation [r, e]."""
        return _table_actions(self.values, self.bins, self.limits, observations)


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
        widths = network.layer_widths(STATE_VARIABLES, policy.hidden_layers.tolist())
        return (network.parameter_count(widths),)
    bins, limits = len(policy.bins), len(policy.limits)
    if bins != STATE_VARIABLES or limits != STATE_VARIABLES:
        counts = f"bins of {bins} and limits of {limits} variables"
        raise ValueError(f"{counts}, not of {STATE_VARIABLES}")
    if policy.bins.min() < 1 or policy.limits.min() <= 0.0:
        raise ValueError("bins or limits that are not above 0")
    return math.prod(int(bins) for bins in policy.bins), ACTIONS


@kernel
def _linear_actions(weights: NDArray[np.float64], observations: Observations) -> Actions:
    actions = np.empty(observations.shape[:2], np.int64)
    for r in range(observations.shape[0]):
        for e in range(observations.shape[1]):
            seen = observations[r, e]
            actions[r, e] = linear.linear_action(
                weights[r, 0],
                weights[r, 1],
                weights[r, 2],
                weights[r, 3],
                seen[0],
                seen[1],
                seen[2],
                seen[3],
            )
    return actions


@kernel
def _network_actions(
    widths: NDArray[np.int64], parameters: NDArray[np.float64], observations: Observations
) -> Actions:
    actions = np.empty(observations.shape[:2], np.int64)
    row = np.empty((1, widths.sum()))
    for r in range(observations.shape[0]):
        for e in range(observations.shape[1]):
            seen = observations[r, e]
            score = network.logit(widths, parameters[r], row, 0, seen[0], seen[1], seen[2], seen[3])
            actions[r, e] = 1 if score >= 0.0 else 0
    return actions


@kernel
def _table_actions(
    values: NDArray[np.float64],
    bins: NDArray[np.int64],
    limits: NDArray[np.float64],
    observations: Observations,
) -> Actions:
    actions = np.empty(observations.shape[:2], np.int64)
    for r in range(observations.shape[0]):
        for e in range(observations.shape[1]):
            seen = observations[r, e]
            cell = table.cell_of(bins, limits, seen[0], seen[1], seen[2], seen[3])
            actions[r, e] = table.greedy(values[r], cell)
    return actions
