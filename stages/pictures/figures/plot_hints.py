"""What the specification of an environment says of its figures."""

import math

from stages.rl.interface.task import Task


def plane(task: Task) -> tuple[int, ...]:
    """Return the two variables over which policies are drawn, or the only one there is."""
    return task.spec.policy_plane[: task.observation_size][:2]


def trajectories(task: Task) -> tuple[int, ...]:
    """Return the variables that are drawn over an episode."""
    return task.spec.trajectories[: task.observation_size]


def columns(task: Task) -> int:
    """Count the columns of the map; where there is none, of a square that holds the states."""
    if task.spec.map_columns is not None:
        return task.spec.map_columns(task)
    return math.isqrt(task.state_count - 1) + 1


def action_names(task: Task) -> list[str]:
    """Name every action, by its number where the environment has no name for it."""
    unnamed = (f"action {action}" for action in range(len(task.action_names), task.actions))
    return [*task.action_names[: task.actions], *unnamed]
