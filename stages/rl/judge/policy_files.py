"""Policies from the arrays of their files: a file tells its kind."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.interface.task import Task
from stages.rl.judge.arrays import require
from stages.rl.policies.linear import Linear
from stages.rl.policies.network import Network
from stages.rl.policies.policy import Policies
from stages.rl.policies.tile_coding import TileCoding

KINDS: dict[str, type[Policies]] = {kind.kind: kind for kind in (Linear, Network, TileCoding)}


class Checkpoints(NamedTuple):
    """A run's policies in the course of its training: the first, some between, the chosen one."""

    episodes: NDArray[np.int64]  # [C], training episodes that had led to each, ascending from 0
    policies: Policies  # of C runs, as it were


def checkpoints_from_arrays(arrays: Mapping[str, NDArray[Any]], task: Task) -> Checkpoints:
    """Build them from the arrays of their file: `episodes`, and those of a policy's.

    Raises:
        ValueError: likewise, or episodes that are no such numbers.
    """
    others = {name: array for name, array in arrays.items() if name != "episodes"}
    policies = from_arrays(others, task)
    episodes = arrays.get("episodes", np.zeros(0))
    require("episodes", episodes, np.int64, 1)
    if len(episodes) != policies.runs or episodes[0] != 0 or (np.diff(episodes) < 0).any():
        raise ValueError("episodes that do not ascend from 0, one for each policy")
    return Checkpoints(episodes, policies)


def from_arrays(arrays: Mapping[str, NDArray[Any]], task: Task) -> Policies:
    """Build policies from the arrays of their file.

    Args:
        arrays: `kind`, of the policies; `environment`, by its id, and the arrays of the kind.
        task: the environment that they are for.

    Raises:
        ValueError: an unknown kind, another environment, arrays missing or left over.
    """
    about = {name: str(arrays.get(name, "none")) for name in ("kind", "environment")}
    kind, environment = about.values()
    if kind not in KINDS:
        raise ValueError(f"a policy of kind {kind}; known kinds are {', '.join(KINDS)}")
    if environment != task.id:
        raise ValueError(f"policies for {environment}, not for {task.id}")
    held = {name: array for name, array in arrays.items() if name not in about}
    try:
        policies = KINDS[kind].from_arrays(held)
    except (KeyError, TypeError):
        raise ValueError(f"arrays other than those of a {kind} policy") from None
    if policies.numbers.tolist() != [task.numbers]:
        raise ValueError(f"numbers {policies.numbers.tolist()}, which does not fit {task.id}")
    return policies
