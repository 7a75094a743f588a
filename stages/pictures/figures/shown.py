"""What the module of an environment tells of how it is shown; it need not tell any of it.

PLANE    the two variables of the observation over which policies are drawn
COURSES  the variables whose courses through an episode are drawn
ENDS     by variable, the values at which an episode terminates
columns  of whole numbers, a function of the task: they count the fields of a map with so many
         columns, row by row
"""

import math
from collections.abc import Mapping

from stages.rl.interface.task import Task


def plane(task: Task) -> tuple[int, ...]:
    """Choose two variables, or the only one there is."""
    return getattr(task.module, "PLANE", tuple(range(min(2, task.variables))))


def courses(task: Task) -> tuple[int, ...]:
    """Choose some variables: without a choice of the module's, the first two."""
    return getattr(task.module, "COURSES", tuple(range(min(2, task.variables))))


def ends(task: Task) -> Mapping[int, tuple[float, ...]]:
    """Tell, by variable, the values at which an episode terminates."""
    return getattr(task.module, "ENDS", {})


def columns(task: Task) -> int:
    """Count the columns of the map; where there is none, of a square that holds the numbers."""
    if hasattr(task.module, "columns"):
        return task.module.columns(task)
    return math.isqrt(task.numbers - 1) + 1
