"""Policies from the arrays of their files: a file tells its kind."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.interface.task import Task
from stages.rl.judge.arrays import require
from stages.rl.policies.kind import Policy
from stages.rl.policies.linear import Linear
from stages.rl.policies.network import Network
from stages.rl.policies.table import Table

KINDS: dict[str, type[Linear] | type[Network] | type[Table]] = {
    policy.kind: policy for policy in (Linear, Network, Table)
}


class Checkpoints(NamedTuple):
    """A run's policies in the course of its training: the first, some between, the chosen one."""

    episodes: NDArray[np.int64]  # [C], training episodes that had led to each, ascending from 0
    policies: Policy  # of C runs, as it were


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


def from_arrays(arrays: Mapping[str, NDArray[Any]], task: Task) -> Policy:
    """Build a policy from the arrays of its file.

    Args:
        arrays: `kind`, the policy's kind, and the arrays that the kind holds.
        task: the environment that it is for.

    Raises:
        ValueError: an unknown kind, arrays missing or left over, a wrong shape, a value not finite.
    """
    kind = str(arrays["kind"]) if "kind" in arrays else "none"
    if kind not in KINDS:
        raise ValueError(f"a policy of kind {kind}; known kinds are {', '.join(KINDS)}")
    layout = KINDS[kind].layout
    if set(arrays) != {"kind", *layout}:
        raise ValueError(f"arrays other than those of a {kind} policy: kind, {', '.join(layout)}")
    for name, (dtype, rank) in layout.items():
        require(name, arrays[name], dtype, rank)
    policy = KINDS[kind](**{name: np.ascontiguousarray(arrays[name]) for name in layout})
    fault = policy.misshapen(task.variables, task.numbers, task.actions)
    if fault:
        raise ValueError(f"{fault}, which does not fit {task.id}")
    return policy
