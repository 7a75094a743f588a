"""FrozenLake: cross the ice to the goal without falling into a hole; it may be slippery.

The goal gives a reward of 1, all else none. An episode ends there, or in a hole.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from stages.rl.interface.environment_spec import Dynamics, EnvironmentSpec
from stages.rl.interface.settings import Probability
from stages.rl.interface.task import Task


def map_columns(task: Task) -> int:
    """Count the columns of the map: a square, if it is one of Gymnasium's."""
    own = task.options.get("desc")
    return len(own[0]) if own else math.isqrt(task.state_count)


class Options(NamedTuple):
    """What `gymnasium.make` takes besides the id; Gymnasium's defaults hold."""

    map_name: Literal["4x4", "8x8"] = "4x4"
    desc: Annotated[list[str], Field(min_length=1, max_length=100)] | None = None  # rows of a map
    is_slippery: bool = True
    success_rate: Probability = 1.0 / 3.0  # where it is slippery


def faults(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the options, if anything, and its key.

    A map has a start, frozen ice, holes and a goal; Gymnasium takes other letters for ice, and does
    without a start, which leads to numbers that are none.
    """
    rows = options.get("desc") or ["SFHG"]
    letters = set("".join(rows))
    if len(set(map(len, rows))) > 1 or not set("SG") <= letters <= set("SFHG"):
        yield (
            "desc",
            f"is {rows}; give rows of equal length, made of S (start), F (ice), H (hole) and "
            "G (goal), with an S and a G",
        )


SPEC = EnvironmentSpec(
    dynamics=Dynamics.TABLE,
    ids=("FrozenLake-v1", "FrozenLake8x8-v1"),  # 100 steps, solved at 0.70; 200 steps, at 0.85
    options=Options,
    option_errors=faults,
    action_names=("left", "down", "right", "up"),
    map_columns=map_columns,
)
