"""The shape of a network: the widths of its layers, its parameters, the scale of its input.

The parameters are one vector [P]: of each hidden layer the weights [U_in, U_out], row by row, and
the biases [U_out], at last the head's weights [U_in] and its bias.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

WIDTH_STEP = 4  # widths are multiples of it: the loops take four inputs at a time

# The pole's angle stays below 0.21 rad while the other variables reach about 1 in their units:
# five times the angle puts all inputs on one scale, which halves the episodes that learning takes.
ANGLE_SCALE = 5.0


def layer_widths(inputs: int, hidden_layers: Sequence[int]) -> NDArray[np.int64]:
    """List the widths of the input and of the hidden layers; ValueError unless multiples of 4."""
    widths = [inputs, *hidden_layers]
    if any(width % WIDTH_STEP or width <= 0 for width in widths):
        raise ValueError(f"widths of layers {widths}, not all multiples of {WIDTH_STEP} above 0")
    return np.array(widths, np.int64)


def parameter_count(widths: NDArray[np.int64]) -> int:
    """Count the weights and biases of the layers and of the head."""
    return sum((int(fan_in) + 1) * int(width) for fan_in, width in pairwise([*widths, 1]))
