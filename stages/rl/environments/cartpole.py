"""CartPole: a cart carries a pole on a hinge, and is pushed to the left or to the right.

Each step gives a reward of 1. An episode ends when the pole leans by more than 12 degrees, or the
cart leaves its track, 2.4 m to either side.

Barto, Sutton and Anderson, "Neuronlike adaptive elements that can solve difficult learning control
problems", IEEE Transactions on Systems, Man, and Cybernetics 13(5), 1983; the equations of motion
without friction from Florian, "Correct equations for the dynamics of the cart-pole system", 2007.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.engine.elementary import sin_cos_near_zero
from stages.rl.engine.random_numbers import Stream, uniform_between
from stages.rl.interface.dynamics import from_column, observation_of, start, step
from stages.rl.interface.environment_spec import Dynamics, EnvironmentSpec
from stages.rl.interface.settings import Positive

POSITION_LIMIT = 2.4  # m
ANGLE_LIMIT = 12 * 2 * math.pi / 360  # rad
START_BOUND = 0.05  # m, m/s, rad and rad/s: an episode starts uniformly within it


class CartPole(NamedTuple):
    """The constants, in SI units; `env.options` changes them."""

    gravity: Positive = 9.8  # m/s^2
    cart_mass: Positive = 1.0  # kg
    pole_mass: Positive = 0.1  # kg
    pole_half_length: Positive = 0.5  # m
    force: Positive = 10.0  # N
    time_step: Positive = 0.02  # s


class State(NamedTuple):
    """Where the cart is and how the pole leans."""

    x: float  # cart position, m
    x_dot: float  # cart velocity, m/s
    theta: float  # pole angle from the vertical, rad, positive to the right
    theta_dot: float  # pole angular velocity, rad/s


@start.register(CartPole)
def start_cartpole(cartpole: CartPole, stream: Stream) -> State:
    """Draw every variable uniformly within START_BOUND."""
    x = uniform_between(-START_BOUND, START_BOUND, stream)
    x_dot = uniform_between(-START_BOUND, START_BOUND, stream)
    theta = uniform_between(-START_BOUND, START_BOUND, stream)
    theta_dot = uniform_between(-START_BOUND, START_BOUND, stream)
    return State(x, x_dot, theta, theta_dot)


@observation_of.register(CartPole)
def observation_of_cartpole(cartpole: CartPole, state: State) -> tuple[np.float32, ...]:
    """Return the state, as float32."""
    x, x_dot, theta, theta_dot = state
    return np.float32(x), np.float32(x_dot), np.float32(theta), np.float32(theta_dot)


@step.register(CartPole)
def step_cartpole(
    cartpole: CartPole, state: State, action: int, stream: Stream
) -> tuple[State, float, bool, bool]:
    """Push to the left (0) or to the right (1)."""
    force = cartpole.force if action == 1 else -cartpole.force
    following = move(cartpole, state, force)
    terminated = abs(following.x) > POSITION_LIMIT or abs(following.theta) > ANGLE_LIMIT
    return following, 1.0, terminated, False


@kernel
def move(cartpole: CartPole, state: State, force: float) -> State:
    """Push the cart for one time step (explicit Euler).

    Args:
        cartpole: the constants.
        state: before.
        force: on the cart in N, positive to the right.
    """
    x, x_dot, theta, theta_dot = state
    sine, cosine = sin_cos_near_zero(theta)
    # Both are constant, so that a loop divides once and multiplies from then on.
    per_mass = 1.0 / (cartpole.cart_mass + cartpole.pole_mass)
    moment = cartpole.pole_mass * cartpole.pole_half_length
    push = (force + moment * (theta_dot * theta_dot) * sine) * per_mass
    # Florian (2007), equation 23: angular acceleration of the pole.
    theta_acceleration = (cartpole.gravity * sine - cosine * push) / (
        cartpole.pole_half_length * (4.0 / 3.0 - cartpole.pole_mass * per_mass * (cosine * cosine))
    )
    # Florian (2007), equation 24: acceleration of the cart.
    x_acceleration = push - moment * per_mass * theta_acceleration * cosine
    return State(
        x + cartpole.time_step * x_dot,
        x_dot + cartpole.time_step * x_acceleration,
        theta + cartpole.time_step * theta_dot,
        theta_dot + cartpole.time_step * theta_acceleration,
    )


@from_column.register(CartPole)
def cartpole_from_column(cartpole: CartPole, states: NDArray[np.float64], k: int) -> State:
    """Read a state, [4, K]."""
    return State(states[0, k], states[1, k], states[2, k], states[3, k])


def return_bounds(limit: int) -> tuple[float, float]:
    """Return the lowest and the highest return that is possible; the highest is perfect."""
    return 1.0, float(limit)


def configure(env: Any, cartpole: CartPole) -> None:
    """Give Gymnasium's environment these constants."""
    env.gravity, env.force_mag, env.tau = (
        cartpole.gravity,
        cartpole.force,
        cartpole.time_step,
    )
    env.masscart, env.masspole = cartpole.cart_mass, cartpole.pole_mass
    env.length = cartpole.pole_half_length
    env.total_mass = cartpole.cart_mass + cartpole.pole_mass
    env.polemass_length = cartpole.pole_mass * cartpole.pole_half_length


SPEC = EnvironmentSpec(
    dynamics=Dynamics.EQUATIONS,
    ids=("CartPole-v1", "CartPole-v0"),  # 500 steps, solved at 475; 200 steps, solved at 195
    options=CartPole,
    configure=configure,
    observation_names=(
        "cart position, m",
        "cart velocity, m/s",
        "pole angle, rad",
        "angular velocity, rad/s",
    ),
    action_names=("left", "right"),
    return_bounds=return_bounds,
    perfection=True,
    policy_plane=(2, 3),
    trajectories=(0, 2),
    reference_lines={0: (-POSITION_LIMIT, POSITION_LIMIT), 2: (-ANGLE_LIMIT, ANGLE_LIMIT)},
)
