"""The registered versions of CartPole, as Gymnasium has them."""

from typing import NamedTuple

STATE_VARIABLES = 4  # S
ACTIONS = 2  # A


class Environment(NamedTuple):
    """What sets the registered versions of CartPole apart."""

    episode_limit: int  # steps after which an episode is truncated
    reward_threshold: float  # mean return at which the environment counts as solved


ENVIRONMENTS = {
    "CartPole-v0": Environment(200, 195.0),
    "CartPole-v1": Environment(500, 475.0),
}
