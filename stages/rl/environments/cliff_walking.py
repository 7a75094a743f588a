"""CliffWalking: walk along a cliff to the goal; who falls is back at the start, 100 poorer.

Each step costs 1. An episode ends at the goal.

Sutton and Barto, "Reinforcement learning", 2nd edition, 2018, example 6.6.
"""

from typing import NamedTuple

from stages.rl.interface.table import Table
from stages.rl.interface.task import Task

IDS = ("CliffWalking-v1",)
ACTIONS = ("up", "right", "down", "left")
Environment = Table


def columns(_: Task) -> int:
    """Count the columns of the map."""
    return 12


class Options(NamedTuple):
    """What `gymnasium.make` takes beside the id; what is not given is as Gymnasium has it."""

    is_slippery: bool = False
