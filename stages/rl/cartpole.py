"""The cart and the pole: the physics of Gymnasium's CartPole, in SI units.

Barto, Sutton and Anderson, "Neuronlike adaptive elements that can solve difficult learning control
problems", IEEE Transactions on Systems, Man, and Cybernetics 13(5), 1983; the equations of motion
without friction from Florian, "Correct equations for the dynamics of the cart-pole system", 2007.
"""

import numpy as np
from numpy.typing import NDArray

from stages.rl import elementary
from stages.rl.compiled import kernel
from stages.rl.environments import (
    ANGLE_LIMIT,
    FORCE,
    GRAVITY,
    POLE_HALF_LENGTH,
    POLE_MASS,
    POLE_MOMENT,
    POSITION_LIMIT,
    START_BOUND,
    TIME_STEP,
    TOTAL_MASS,
)
from stages.rl.seeding import Stream
from stages.rl.xoshiro import uniform

sin_cos = kernel(elementary.sin_cos)


@kernel
def step(
    x: float, x_dot: float, theta: float, theta_dot: float, action: int
) -> tuple[float, float, float, float, bool]:
    """Push the cart for one time step (explicit Euler).

    Args:
        x: cart position in m.
        x_dot: cart velocity in m/s.
        theta: pole angle from the vertical in rad, positive to the right; |theta| <= pi/4, which
            is far beyond the angle at which an episode terminates.
        theta_dot: pole angular velocity in rad/s.
        action: 0 pushes to the left, 1 to the right.

    Returns:
        The next (x, x_dot, theta, theta_dot), and whether the episode terminated there.
    """
    force = FORCE if action == 1 else -FORCE
    sine, cosine = sin_cos(theta)
    push = (force + POLE_MOMENT * (theta_dot * theta_dot) * sine) / TOTAL_MASS
    # Florian (2007), equation 23: angular acceleration of the pole.
    theta_acceleration = (GRAVITY * sine - cosine * push) / (
        POLE_HALF_LENGTH * (4.0 / 3.0 - POLE_MASS * (cosine * cosine) / TOTAL_MASS)
    )
    # Florian (2007), equation 24: acceleration of the cart.
    x_acceleration = push - POLE_MOMENT * theta_acceleration * cosine / TOTAL_MASS
    x += TIME_STEP * x_dot
    x_dot += TIME_STEP * x_acceleration
    theta += TIME_STEP * theta_dot
    theta_dot += TIME_STEP * theta_acceleration
    terminated = (abs(x) > POSITION_LIMIT) | (abs(theta) > ANGLE_LIMIT)
    return x, x_dot, theta, theta_dot, terminated


@kernel
def start(stream: Stream) -> tuple[float, float, float, float]:
    """Draw the state in which an episode starts: (x, x_dot, theta, theta_dot)."""
    width = 2.0 * START_BOUND
    x = width * uniform(stream) - START_BOUND
    x_dot = width * uniform(stream) - START_BOUND
    theta = width * uniform(stream) - START_BOUND
    theta_dot = width * uniform(stream) - START_BOUND
    return x, x_dot, theta, theta_dot


@kernel
def starts(stream: Stream, episodes: int) -> NDArray[np.float64]:
    """Draw the states in which episodes start.

    Returns:
        States [E, S].
    """
    states = np.empty((episodes, 4))
    for e in range(episodes):
        states[e, 0], states[e, 1], states[e, 2], states[e, 3] = start(stream)
    return states
