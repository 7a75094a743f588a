"""CartPole as Gymnasium has it: the constants of its physics, and its registered versions."""

import math
from typing import NamedTuple

STATE_VARIABLES = 4  # S
ACTIONS = 2  # A

GRAVITY = 9.8  # m/s^2
CART_MASS = 1.0  # kg
POLE_MASS = 0.1  # kg
TOTAL_MASS = POLE_MASS + CART_MASS  # kg
POLE_HALF_LENGTH = 0.5  # m
POLE_MOMENT = POLE_MASS * POLE_HALF_LENGTH  # kg m
FORCE = 10.0  # N
TIME_STEP = 0.02  # s

POSITION_LIMIT = 2.4  # m
ANGLE_LIMIT = 12 * 2 * math.pi / 360  # rad
START_BOUND = 0.05  # m, m/s, rad and rad/s: an episode starts uniformly within it


class Environment(NamedTuple):
    """What sets the registered versions of CartPole apart."""

    episode_limit: int  # steps after which an episode is truncated
    reward_threshold: float  # mean return at which the environment counts as solved


ENVIRONMENTS = {
    "CartPole-v0": Environment(200, 195.0),
    "CartPole-v1": Environment(500, 475.0),
}
