"""MountainCar: a car too weak for the hill on its right gains speed on the one on its left.

Each step costs 1. An episode ends on top of the hill on the right.

Moore, "Efficient memory-based learning for robot control", PhD thesis, Cambridge, 1990; the
constants as in Sutton and Barto, "Reinforcement learning", 2nd edition, 2018, example 10.1.
"""

from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from stages.rl.engine.elementary import sin_cos
from stages.rl.engine.random_numbers import Stream, uniform_between
from stages.rl.interface.dynamics import from_column, observation_of, start, step
from stages.rl.interface.environment_spec import Dynamics, EnvironmentSpec

LEFT_END, GOAL, RIGHT_END = -1.2, 0.5, 0.6
MAX_SPEED = 0.07  # per step


class MountainCar(NamedTuple):
    """The constants, in lengths and steps; `env.options` changes them."""

    force: Annotated[float, Field(gt=0, le=0.1)] = 0.001
    gravity: Annotated[float, Field(gt=0, le=0.1)] = 0.0025
    goal_velocity: Annotated[float, Field(ge=0, le=MAX_SPEED)] = 0.0  # to have at the goal


class State(NamedTuple):
    """Where the car is, and how fast."""

    position: float
    velocity: float


@start.register(MountainCar)
def start_mountain_car(car: MountainCar, stream: Stream) -> State:
    """Draw a place around the bottom; the car stands still."""
    return State(uniform_between(-0.6, -0.4, stream), 0.0)


@observation_of.register(MountainCar)
def observation_of_mountain_car(car: MountainCar, state: State) -> tuple[np.float32, ...]:
    """Return the state, as float32."""
    return np.float32(state.position), np.float32(state.velocity)


@step.register(MountainCar)
def step_mountain_car(
    car: MountainCar, state: State, action: int, stream: Stream
) -> tuple[State, float, bool, bool]:
    """Accelerate to the left (0), not at all (1) or to the right (2)."""
    _, slope = sin_cos(3.0 * state.position)
    velocity = state.velocity + (action - 1) * car.force - car.gravity * slope
    velocity = min(max(velocity, -MAX_SPEED), MAX_SPEED)
    position = min(max(state.position + velocity, LEFT_END), RIGHT_END)
    if position == LEFT_END and velocity < 0.0:  # a wall
        velocity = 0.0
    terminated = position >= GOAL and velocity >= car.goal_velocity
    return State(position, velocity), -1.0, terminated, False


@from_column.register(MountainCar)
def mountain_car_from_column(car: MountainCar, states: NDArray[np.float64], k: int) -> State:
    """Read a state, [2, K]."""
    return State(states[0, k], states[1, k])


def return_bounds(limit: int) -> tuple[float, float]:
    """Return the lowest and the highest return that is possible."""
    return -float(limit), 0.0


def configure(env: Any, car: MountainCar) -> None:
    """Give Gymnasium's environment these constants."""
    env.force, env.gravity, env.goal_velocity = car


SPEC = EnvironmentSpec(
    dynamics=Dynamics.EQUATIONS,
    ids=("MountainCar-v0",),  # 200 steps, solved at -110
    options=MountainCar,
    configure=configure,
    observation_names=("position", "velocity per step"),
    action_names=("left", "none", "right"),
    return_bounds=return_bounds,
    reference_lines={0: (GOAL,)},
)
