"""The cart and the pole: the physics of Gymnasium's CartPole, in SI units.

Barto, Sutton and Anderson, "Neuronlike adaptive elements that can solve difficult learning control
problems", IEEE Transactions on Systems, Man, and Cybernetics 13(5), 1983; the equations of motion
without friction from Florian, "Correct equations for the dynamics of the cart-pole system", 2007.

Plain arithmetic on numbers or on arrays of any one shape: kernels compile it, and episodes that are
recorded for pictures take it as it is, so that these too are the same on every processor.
"""

from typing import Any

from stages.rl.elementary import Number
from stages.rl.environments import (
    ANGLE_LIMIT,
    GRAVITY,
    POLE_HALF_LENGTH,
    POLE_MASS,
    POLE_MOMENT,
    POSITION_LIMIT,
    TIME_STEP,
    TOTAL_MASS,
)


def move(
    x: Number,
    x_dot: Number,
    theta: Number,
    theta_dot: Number,
    force: Number,
    sine: Number,
    cosine: Number,
) -> tuple[Number, Number, Number, Number, Any]:
    """Push the cart for one time step (explicit Euler).

    Args:
        x: cart position in m.
        x_dot: cart velocity in m/s.
        theta: pole angle from the vertical in rad, positive to the right.
        theta_dot: pole angular velocity in rad/s.
        force: on the cart in N, positive to the right.
        sine: of theta, from `elementary.sin_cos`.
        cosine: likewise.

    Returns:
        The next (x, x_dot, theta, theta_dot), and whether the episode terminated there.
    """
    push = (force + POLE_MOMENT * (theta_dot * theta_dot) * sine) / TOTAL_MASS
    # Florian (2007), equation 23: angular acceleration of the pole.
    theta_acceleration = (GRAVITY * sine - cosine * push) / (
        POLE_HALF_LENGTH * (4.0 / 3.0 - POLE_MASS * (cosine * cosine) / TOTAL_MASS)
    )
    # Florian (2007), equation 24: acceleration of the cart.
    x_acceleration = push - POLE_MOMENT * theta_acceleration * cosine / TOTAL_MASS
    x_next = x + TIME_STEP * x_dot
    x_dot_next = x_dot + TIME_STEP * x_acceleration
    theta_next = theta + TIME_STEP * theta_dot
    theta_dot_next = theta_dot + TIME_STEP * theta_acceleration
    terminated = (abs(x_next) > POSITION_LIMIT) | (abs(theta_next) > ANGLE_LIMIT)
    return x_next, x_dot_next, theta_next, theta_dot_next, terminated
