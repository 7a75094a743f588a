"""The linear policy: push to the right where weights . observation >= 0."""

import numpy as np
from numpy.typing import NDArray

from stages.rl.compiled import kernel


@kernel
def linear_action(
    weights: NDArray[np.float64], x: float, x_dot: float, theta: float, theta_dot: float
) -> int:
    """Choose an action; weights [S]. The state is seen as float32, as Gymnasium shows it."""
    score = (
        weights[0] * np.float32(x)
        + weights[1] * np.float32(x_dot)
        + weights[2] * np.float32(theta)
        + weights[3] * np.float32(theta_dot)
    )
    return 1 if score >= 0.0 else 0
