"""What follows from an environment's table alone: the optimum, and the bounds of returns."""

import numpy as np
from numpy.typing import NDArray

from stages.rl.interface.tabular_model import TabularModel


def optimum(table: TabularModel, limit: int) -> float:
    """Return the highest mean return of any policy within a limit of steps.

    Value iteration (Sutton and Barto, 2nd edition, section 4.4) with the steps left as part of the
    state, as the limit is part of the task.
    """
    chances = np.diff(table.chances, axis=2, prepend=0.0)
    values = np.zeros(len(table.starts))
    for _ in range(limit):
        values = (chances * ahead(table, values)).sum(axis=2).max(axis=1)
    return float((np.diff(table.starts, prepend=0.0) * values).sum())


def bounds(table: TabularModel, limit: int) -> tuple[float, float]:
    """Return the lowest and the highest return that an episode can have, chance included."""
    possible = np.diff(table.chances, axis=2, prepend=0.0) > 0.0
    lowest, highest = np.zeros(len(table.starts)), np.zeros(len(table.starts))
    for _ in range(limit):
        lowest = np.where(possible, ahead(table, lowest), np.inf).min(axis=(1, 2))
        highest = np.where(possible, ahead(table, highest), -np.inf).max(axis=(1, 2))
    begins = np.diff(table.starts, prepend=0.0) > 0.0
    return float(lowest[begins].min()), float(highest[begins].max())


def lasting(table: TabularModel) -> NDArray[np.bool_]:
    """Tell in which states [N] an agent can have to act: those that no episode ends in."""
    goes_on = (np.diff(table.chances, axis=2, prepend=0.0) > 0.0) & ~table.terminated
    known, found = np.zeros(len(table.starts), np.bool_), np.diff(table.starts, prepend=0.0) > 0.0
    while (found > known).any():
        known = found.copy()
        found[table.following[known][goes_on[known]]] = True
    return found


def ahead(table: TabularModel, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what may follow [N, A, M]: the reward, and the value [N] of where one is then."""
    return table.rewards + np.where(table.terminated, 0.0, values[table.following])
