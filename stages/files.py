"""Reading what the stages leave to one another: checked, and a fault told with its file."""

import numpy as np
from numpy.typing import NDArray

from stages.common.artifacts import blaming, load_arrays
from stages.rl.interface.task import Task
from stages.rl.judge import policy_files
from stages.rl.judge.arrays import require
from stages.rl.judge.episodes import Episodes
from stages.rl.judge.episodes import from_arrays as episodes_from_arrays
from stages.rl.judge.history import History
from stages.rl.judge.history import from_arrays as history_from_arrays
from stages.rl.policies.policy import Policies


def policies(path: str, task: Task) -> Policies:
    """Read the policies of all runs."""
    with blaming(path):
        return policy_files.from_arrays(load_arrays(path), task)


def checkpoints(path: str, task: Task) -> policy_files.Checkpoints:
    """Read the policies of run 0 in the course of its training."""
    with blaming(path):
        return policy_files.checkpoints_from_arrays(load_arrays(path), task)


def training(path: str) -> History:
    """Read how the training of all runs went."""
    with blaming(path):
        return history_from_arrays(load_arrays(path, *History._fields))


def returns(path: str) -> NDArray[np.float64]:
    """Read the returns of the test episodes, [R, E]."""
    with blaming(path):
        found = load_arrays(path, "returns")["returns"]
        require("returns", found, np.float64, 2)
        return found


def recorded(path: str, task: Task) -> Episodes:
    """Read a recorded test episode of each of the first runs."""
    with blaming(path):
        return episodes_from_arrays(load_arrays(path, *Episodes._fields), task)
