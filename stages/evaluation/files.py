"""Reading the folders that training and evaluation leave: data/train/AGENT, data/evaluate/AGENT."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.common.artifacts import load_arrays, load_json
from stages.common.script import InputError
from stages.evaluation.episodes import Episodes
from stages.evaluation.history import History
from stages.rl.interface.task import Task
from stages.rl.policies.linear import Linear
from stages.rl.policies.network import Network
from stages.rl.policies.policy import Policies
from stages.rl.policies.tile_coding import TileCoding

KINDS: dict[str, type[Policies]] = {kind.kind: kind for kind in (Linear, Network, TileCoding)}
OTHERS = "kind", "environment", "env", "episodes"  # in a file of policies, beside their arrays


class Checkpoints(NamedTuple):
    """A run's policies in the course of its training: the first, some between, the chosen one."""

    episodes: NDArray[np.int64]  # [C], training episodes that had led to each, ascending from 0
    policies: Policies  # of C runs, as it were


def policies(folder: str, task: Task, name: str = "policies") -> Policies:
    """Read the policies of all runs from an agent's folder: the trained ones, or `untrained`."""
    return _read(f"{folder}/{name}.npz", task)[0]


def checkpoints(folder: str, task: Task) -> Checkpoints:
    """Read the policies of run 0 in the course of its training."""
    found, others = _read(f"{folder}/checkpoints.npz", task)
    return Checkpoints(others["episodes"], found)


def _read(path: str, task: Task) -> tuple[Policies, dict[str, NDArray[Any]]]:
    """Read policies, and what else is in their file.

    Raises:
        InputError: they are for another environment, as after a switch without `dvc repro`.
    """
    found, others = read(path)
    environment = others["environment"]
    if environment != task.id:
        raise InputError(f"{path}: is for {environment}, not {task.id}; `dvc repro` makes it anew")
    return found, others


def read(path: str) -> tuple[Policies, dict[str, NDArray[Any]]]:
    """Read policies of any environment; return them, and what else `stages.common.training` saves.

    Raises:
        InputError: no such file, or not whole.
    """
    arrays = load_arrays(path)
    others = {name: arrays.pop(name) for name in OTHERS if name in arrays}
    return KINDS[str(others["kind"])].from_arrays(arrays), others


def history(folder: str) -> History:
    """Read how the training of all runs went."""
    return History(**load_arrays(f"{folder}/history.npz", *History._fields))


def returns(folder: str) -> NDArray[np.float64]:
    """Read the returns of the test episodes, [R, E]."""
    return load_arrays(f"{folder}/returns.npz", "returns")["returns"]


def summary(folder: str) -> dict[str, Any]:
    """Read an agent's test and training in numbers: see `stages.evaluation.summary`."""
    found: dict[str, Any] = load_json(f"{folder}/summary.json")
    return found


def episodes(folder: str) -> Episodes:
    """Read a recorded test episode of each of the first runs."""
    return Episodes(**load_arrays(f"{folder}/episodes.npz", *Episodes._fields))


def checkpoint_episodes(folder: str) -> tuple[NDArray[np.int64], Episodes]:
    """Read run 0's first test episode as its policies played it in the course of the training.

    Returns:
        The training episodes that had led to each policy, [C], and an episode of each.
    """
    arrays = load_arrays(f"{folder}/checkpoint_episodes.npz", "episodes", *Episodes._fields)
    trained = arrays.pop("episodes")
    return trained, Episodes(**arrays)
