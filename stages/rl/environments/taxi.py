"""Taxi: find the passenger, take them in, and set them down where they want to go.

Each step costs 1, or 10 where it takes in or sets down in the wrong place; to set down in the right
one gives 20, and an episode ends.

Dietterich, "Hierarchical reinforcement learning with the MAXQ value function decomposition",
Journal of Artificial Intelligence Research 13, 2000.
"""

from typing import NamedTuple

from stages.rl.interface.environment_spec import Dynamics, EnvironmentSpec
from stages.rl.interface.settings import Probability


class Options(NamedTuple):
    """What `gymnasium.make` takes besides the id; Gymnasium's defaults hold."""

    is_rainy: bool = False
    rainy_probability: Probability = 0.8


SPEC = EnvironmentSpec(
    dynamics=Dynamics.TABLE,
    ids=("Taxi-v4",),  # 200 steps; 8, at which it counts as solved, is above the optimum
    options=Options,
    action_names=("south", "north", "east", "west", "take in", "set down"),
    map_columns=lambda _: 20,  # a row has the states of one place of the taxi
)
