"""What a policy computes with: the observation in scaled variables, or a one for its number."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel


class Inputs(NamedTuple):
    """How an observation [S] becomes the inputs [I] of a policy.

    A vector is multiplied by the scale, and I = S. A whole number below N, of which nobody knows
    what lies beside what, becomes I = N zeros, with a one in its place.
    """

    numbers: int  # N; 0 where observations are vectors
    scale: NDArray[np.float64]  # [S], not used with numbers


def inputs_of(variables: int, numbers: int, scale: list[float]) -> Inputs:
    """Make the inputs for an environment; an empty scale leaves the variables as they are."""
    return Inputs(numbers, np.array(scale or [1.0] * variables))


def input_count(inputs: Inputs) -> int:
    """Count the inputs, I."""
    return inputs.numbers or len(inputs.scale)


def scale_faults(scale: list[float], variables: int, numbers: int) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a scale for an environment, if anything, and its key."""
    if scale and numbers:
        yield "scale", f"has {len(scale)} values; give none, as numbers are seen"
    elif scale and len(scale) != variables:
        yield "scale", f"has {len(scale)} values; give {variables}, or none"


@kernel
def fill_in(inputs: Inputs, observation: NDArray[np.float64], x: NDArray[np.float64]) -> None:
    """Fill in the inputs x, at least [I]."""
    if inputs.numbers > 0:
        x[: inputs.numbers] = 0.0
        x[int(observation[0])] = 1.0
    else:
        for i in range(inputs.scale.size):
            x[i] = inputs.scale[i] * observation[i]


def for_batch(inputs: Inputs, observations: NDArray[Any]) -> NDArray[np.float64]:
    """Do the same for many observations [..., S] at once, in NumPy; return [..., I]."""
    if inputs.numbers:
        return np.equal(observations, np.arange(inputs.numbers)).astype(np.float64)
    return inputs.scale * observations.astype(np.float64)
