"""What all kinds of policies have in common, and how what is seen becomes what they compute with.

A policy stands twice. In kernels it is a NamedTuple of one run's weights and of room to compute in:
`greedy_action` chooses by it. In NumPy it is all runs of an agent at once, `Policies`: nothing that
evaluates should wait for a compiler. Sums run in the same order, so both choose alike to the last
bit.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import by_class, kernel

Floats: TypeAlias = NDArray[np.float64]


@by_class
def greedy_action(policy: Any, observation: Floats) -> Any:
    """Choose, in a kernel, the action that a policy prefers in an observation [S].

    The policy's class decides, when a kernel is compiled, how the action is chosen.
    """


@dataclass(frozen=True)
class Policies(ABC):
    """The greedy policies of all runs of an agent, in NumPy; their file holds these arrays."""

    kind: ClassVar[str]  # which its file names

    weights: Floats  # [R, ...], what was learned
    state_count: NDArray[np.int64]  # [1], N; 0 where observations are vectors

    @property
    def runs(self) -> int:
        """Count the runs, R."""
        return len(self.weights)

    def select(self, runs: slice) -> Self:
        """Return the policies of some of the runs."""
        return replace(self, weights=self.weights[runs])

    @abstractmethod
    def preferences(self, observations: NDArray[Any]) -> Floats:
        """Say how much run r prefers each action in observation [r, e], of [R, E, S]: [R, E, A]."""

    def act(self, observations: NDArray[Any]) -> NDArray[np.int64]:
        """Choose run r's action for each observation [r, e]: the first of the preferred ones."""
        return self.preferences(observations).argmax(axis=2)

    @abstractmethod
    def of_run(self, run: int, observation_size: int) -> Any:
        """Return the policy of a run for kernels, where observations have so many variables, S."""

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays of the file."""
        return dict(vars(self))

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Do the reverse."""
        return cls(**arrays)


class Inputs(NamedTuple):
    """How an observation [S] becomes the inputs [I] of a policy.

    A vector is multiplied by the scale, and I = S. A state number below N, which has
    no order, becomes I = N zeros, with a one in its place.
    """

    state_count: int  # N; 0 where observations are vectors
    scale: Floats  # [S], not used with numbers


def inputs_of(observation_size: int, state_count: int, scale: list[float]) -> Inputs:
    """Make the inputs for an environment; an empty scale leaves the variables as they are."""
    return Inputs(state_count, np.array(scale or [1.0] * observation_size))


def input_count(inputs: Inputs) -> int:
    """Count the inputs, I."""
    return inputs.state_count or len(inputs.scale)


@kernel
def fill_in(inputs: Inputs, observation: Floats, x: Floats) -> None:
    """Fill in the inputs x, at least [I]."""
    if inputs.state_count > 0:
        x[: inputs.state_count] = 0.0
        x[int(observation[0])] = 1.0
    else:
        for i in range(inputs.scale.size):
            x[i] = inputs.scale[i] * observation[i]


def inputs_for(inputs: Inputs, observations: NDArray[Any]) -> Floats:
    """Do the same for many observations [..., S] at once, in NumPy; return [..., I]."""
    if inputs.state_count:
        return np.equal(observations, np.arange(inputs.state_count)).astype(np.float64)
    return inputs.scale * observations.astype(np.float64)
