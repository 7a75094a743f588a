"""CliffWalking: walk along a cliff to the goal; who falls is back at the start, 100 poorer.

Each step costs 1. An episode ends at the goal.

Sutton and Barto, "Reinforcement learning", 2nd edition, 2018, example 6.6.
"""

from typing import NamedTuple

from stages.rl.interface.environment_spec import Dynamics, EnvironmentSpec


class Options(NamedTuple):
    """What `gymnasium.make` takes besides the id; Gymnasium's defaults hold."""

    is_slippery: bool = False


SPEC = EnvironmentSpec(
    dynamics=Dynamics.TABLE,
    ids=("CliffWalking-v1",),
    options=Options,
    action_names=("up", "right", "down", "left"),
    map_columns=lambda _: 12,
)
