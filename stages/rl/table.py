"""The tabular policy: a state's cell, and the action of greatest value there."""

import numpy as np
from numpy.typing import NDArray

from stages.rl.compiled import kernel


@kernel
def interval(value: float, bins: int, limit: float) -> int:
    """Find the number of the interval that a value falls in, of equal ones over [-limit, limit].

    A value beyond the limit counts as at the limit, and so does a NaN, the state of an idle lane.
    It is seen as float32, as Gymnasium shows it.
    """
    seen: float = np.float64(np.float32(value))
    seen = seen if seen > -limit else -limit
    seen = seen if seen < limit else limit
    return min(int((seen + limit) / (2.0 * limit) * bins), bins - 1)


@kernel
def cell_of(
    bins: NDArray[np.int64],
    limits: NDArray[np.float64],
    x: float,
    x_dot: float,
    theta: float,
    theta_dot: float,
) -> int:
    """Find the cell of a state.

    Args:
        bins: [S], how many intervals each state variable has.
        limits: [S], the greatest magnitude told apart, in each variable's unit.
        x: cart position in m.
        x_dot: cart velocity in m/s.
        theta: pole angle in rad.
        theta_dot: pole angular velocity in rad/s.

    Returns:
        Cell in [0, B), B the product of the bins; the last variable counts fastest.
    """
    cell = interval(x, bins[0], limits[0])
    cell = cell * bins[1] + interval(x_dot, bins[1], limits[1])
    cell = cell * bins[2] + interval(theta, bins[2], limits[2])
    return cell * bins[3] + interval(theta_dot, bins[3], limits[3])


@kernel
def greedy(table: NDArray[np.float64], cell: int) -> int:
    """Take the action of greater value, the first where they are equal; table [B, A]."""
    return 1 if table[cell, 1] > table[cell, 0] else 0
