"""CartPole for kernels: a step, and the states in which episodes start."""

import numpy as np
from numpy.typing import NDArray

from stages.rl import elementary, motion
from stages.rl.compiled import kernel
from stages.rl.environments import FORCE, START_BOUND
from stages.rl.seeding import Stream
from stages.rl.xoshiro import uniform

sin_cos = kernel(elementary.sin_cos)
move = kernel(motion.move)


@kernel
def step(
    x: float, x_dot: float, theta: float, theta_dot: float, action: int
) -> tuple[float, float, float, float, bool]:
    """Take an action; see `motion.move`.

    Args:
        x: cart position in m.
        x_dot: cart velocity in m/s.
        theta: pole angle from the vertical in rad; |theta| <= pi/4, which is far beyond the angle
            at which an episode terminates.
        theta_dot: pole angular velocity in rad/s.
        action: 0 pushes to the left, 1 to the right.

    Returns:
        The next (x, x_dot, theta, theta_dot), and whether the episode terminated there.
    """
    force = FORCE if action == 1 else -FORCE
    sine, cosine = sin_cos(theta)
    return move(x, x_dot, theta, theta_dot, force, sine, cosine)


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
