"""The linear policy: push to the right where weights . observation >= 0."""

import numpy as np

from stages.rl.compiled import kernel


@kernel
def linear_action(
    weight_x: float,
    weight_x_dot: float,
    weight_theta: float,
    weight_theta_dot: float,
    x: float,
    x_dot: float,
    theta: float,
    theta_dot: float,
) -> int:
    """Choose an action in a state, which is seen as float32, as Gymnasium shows it."""
    score = (
        weight_x * np.float32(x)
        + weight_x_dot * np.float32(x_dot)
        + weight_theta * np.float32(theta)
        + weight_theta_dot * np.float32(theta_dot)
    )
    return 1 if score >= 0.0 else 0
