"""Acrobot: two links hang on a bar, and a motor between them has to swing the tip up.

Each step costs 1, but for the one that lifts the tip more than a link's length above the bar and
ends an episode.

Sutton, "Generalization in reinforcement learning: successful examples using sparse coarse coding",
NeurIPS 1996; the equations as in Sutton and Barto, "Reinforcement learning", 1st edition, 1998,
section 11.3, which correct the paper's.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.engine.elementary import sin_cos
from stages.rl.engine.random_numbers import Stream, uniform_between
from stages.rl.interface.dynamics import from_column, observation_of, start, step
from stages.rl.interface.environment_spec import Dynamics, EnvironmentSpec
from stages.rl.interface.settings import Positive

GRAVITY = 9.8  # m/s^2
TIME_STEP = 0.2  # s
MAX_VELOCITY = 4.0 * math.pi, 9.0 * math.pi  # rad/s
HEIGHT = 1.0  # of the tip above the bar, in lengths of a link: the goal


class Acrobot(NamedTuple):
    """The constants, in SI units; `env.options` changes them."""

    upper_mass: Positive = 1.0  # kg
    lower_mass: Positive = 1.0  # kg
    upper_length: Positive = 1.0  # m
    upper_centre: Positive = 0.5  # m, from its joint
    lower_centre: Positive = 0.5  # m, from its joint
    inertia: Positive = 1.0  # of either link, kg m^2


class State(NamedTuple):
    """How the links hang, and how fast they turn."""

    theta1: float  # of the upper link, rad, 0 downwards
    theta2: float  # of the lower link against the upper one, rad
    theta1_dot: float  # rad/s
    theta2_dot: float  # rad/s


@start.register(Acrobot)
def start_acrobot(acrobot: Acrobot, stream: Stream) -> State:
    """Draw every variable uniformly within 0.1 rad and rad/s."""
    theta1 = uniform_between(-0.1, 0.1, stream)
    theta2 = uniform_between(-0.1, 0.1, stream)
    theta1_dot = uniform_between(-0.1, 0.1, stream)
    return State(theta1, theta2, theta1_dot, uniform_between(-0.1, 0.1, stream))


@observation_of.register(Acrobot)
def observation_of_acrobot(acrobot: Acrobot, state: State) -> tuple[np.float32, ...]:
    """Return cosines and sines of the angles, and the velocities, as float32."""
    sine1, cosine1 = sin_cos(state.theta1)
    sine2, cosine2 = sin_cos(state.theta2)
    return (
        np.float32(cosine1),
        np.float32(sine1),
        np.float32(cosine2),
        np.float32(sine2),
        np.float32(state.theta1_dot),
        np.float32(state.theta2_dot),
    )


@step.register(Acrobot)
def step_acrobot(
    acrobot: Acrobot, state: State, action: int, stream: Stream
) -> tuple[State, float, bool, bool]:
    """Apply a torque of -1, 0 or 1 N m for one time step."""
    torque = action - 1.0
    # Runge and Kutta's method of fourth order, over one step.
    first = slope(acrobot, state, torque)
    second = slope(acrobot, moved(state, first, 0.5 * TIME_STEP), torque)
    third = slope(acrobot, moved(state, second, 0.5 * TIME_STEP), torque)
    fourth = slope(acrobot, moved(state, third, TIME_STEP), torque)
    mean = State(
        (first[0] + 2.0 * second[0] + 2.0 * third[0] + fourth[0]) / 6.0,
        (first[1] + 2.0 * second[1] + 2.0 * third[1] + fourth[1]) / 6.0,
        (first[2] + 2.0 * second[2] + 2.0 * third[2] + fourth[2]) / 6.0,
        (first[3] + 2.0 * second[3] + 2.0 * third[3] + fourth[3]) / 6.0,
    )
    theta1, theta2, theta1_dot, theta2_dot = moved(state, mean, TIME_STEP)
    following = State(
        wrapped(theta1),
        wrapped(theta2),
        min(max(theta1_dot, -MAX_VELOCITY[0]), MAX_VELOCITY[0]),
        min(max(theta2_dot, -MAX_VELOCITY[1]), MAX_VELOCITY[1]),
    )
    _, cosine1 = sin_cos(following.theta1)
    _, cosine_sum = sin_cos(following.theta1 + following.theta2)
    terminated = -cosine1 - cosine_sum > HEIGHT
    return following, 0.0 if terminated else -1.0, terminated, False


@kernel
def slope(acrobot: Acrobot, state: State, torque: float) -> State:
    """Return how fast each variable of the state changes under a torque in N m."""
    m1, m2, l1, lc1, lc2, inertia = acrobot
    theta1, theta2, theta1_dot, theta2_dot = state
    sine1, _ = sin_cos(theta1)
    sine_sum, _ = sin_cos(theta1 + theta2)
    sine2, cosine2 = sin_cos(theta2)
    d1 = m1 * lc1 * lc1 + m2 * (l1 * l1 + lc2 * lc2 + 2.0 * l1 * lc2 * cosine2) + 2.0 * inertia
    d2 = m2 * (lc2 * lc2 + l1 * lc2 * cosine2) + inertia
    phi2 = m2 * lc2 * GRAVITY * sine_sum
    phi1 = (
        -m2 * l1 * lc2 * sine2 * theta2_dot * (theta2_dot + 2.0 * theta1_dot)
        + (m1 * lc1 + m2 * l1) * GRAVITY * sine1
        + phi2
    )
    coriolis = m2 * l1 * lc2 * theta1_dot * theta1_dot * sine2
    acceleration2 = (torque + d2 / d1 * phi1 - coriolis - phi2) / (
        m2 * lc2 * lc2 + inertia - d2 * d2 / d1
    )
    acceleration1 = -(d2 * acceleration2 + phi1) / d1
    return State(theta1_dot, theta2_dot, acceleration1, acceleration2)


@kernel
def moved(state: State, slope: State, time: float) -> State:
    """Move a state along a slope."""
    return State(
        state.theta1 + time * slope.theta1,
        state.theta2 + time * slope.theta2,
        state.theta1_dot + time * slope.theta1_dot,
        state.theta2_dot + time * slope.theta2_dot,
    )


@kernel
def wrapped(angle: float) -> float:
    """Turn an angle by whole turns into [-pi, pi]."""
    return angle - 2.0 * math.pi * math.floor((angle + math.pi) / (2.0 * math.pi))


@from_column.register(Acrobot)
def acrobot_from_column(acrobot: Acrobot, states: NDArray[np.float64], k: int) -> State:
    """Read a state, [4, K]."""
    return State(states[0, k], states[1, k], states[2, k], states[3, k])


def return_bounds(limit: int) -> tuple[float, float]:
    """Return the lowest and the highest return that is possible."""
    return -float(limit), 0.0


def configure(env: Any, acrobot: Acrobot) -> None:
    """Give Gymnasium's environment these constants."""
    env.LINK_MASS_1, env.LINK_MASS_2 = acrobot.upper_mass, acrobot.lower_mass
    env.LINK_LENGTH_1, env.LINK_MOI = acrobot.upper_length, acrobot.inertia
    env.LINK_COM_POS_1, env.LINK_COM_POS_2 = acrobot.upper_centre, acrobot.lower_centre


SPEC = EnvironmentSpec(
    dynamics=Dynamics.EQUATIONS,
    ids=("Acrobot-v1",),  # 500 steps, solved at -100
    options=Acrobot,
    configure=configure,
    observation_names=(
        "cosine of the upper link's angle",
        "sine of the upper link's angle",
        "cosine of the lower link's angle",
        "sine of the lower link's angle",
        "angular velocity of the upper link, rad/s",
        "angular velocity of the lower link, rad/s",
    ),
    action_names=("torque -1", "none", "torque +1"),
    return_bounds=return_bounds,
    policy_plane=(4, 5),
    trajectories=(0, 4),
)
