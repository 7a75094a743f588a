"""What the report reads: results, films and policies, from the files of the other stages."""

import argparse
import hashlib
import json
from typing import Any, NamedTuple

import numpy as np

from stages.common.artifacts import blaming, load_arrays, load_bytes, load_json
from stages.common.script import InputError
from stages.pictures.looks import looks
from stages.pictures.page import Agent, Animation, page, try_it
from stages.pictures.page.worlds import KNOWN
from stages.rl.interface.task import Task
from stages.rl.judge import episodes, history, policy_files
from stages.rl.judge.arrays import require


class Files(NamedTuple):
    """Where what the page shows of an agent is."""

    metrics: str
    returns: str
    history: str
    animation: str


def files_of(agent: str, options: argparse.Namespace) -> Files:
    """Find the files of an agent."""
    evaluated = f"{options.evaluated}/{agent}"
    return Files(
        f"{evaluated}/metrics.json",
        f"{evaluated}/returns.npz",
        f"{options.trained}/{agent}/history.npz",
        f"{options.animations}/{agent}.gif",
    )


def read(files: Files, threshold: float | None) -> Agent:
    """Read what the page shows of an agent."""
    returns = load_arrays(files.returns, "returns")["returns"]
    with blaming(files.returns):
        require("returns", returns, np.float64, 2)
    with blaming(files.history):
        training = history.from_arrays(load_arrays(files.history, *history.History._fields))
    return Agent(
        load_json(files.metrics, *page.METRICS, nullable=page.NULLABLE),
        returns.mean(axis=1),
        training.episodes_to_solve(threshold),
        training.steps_to_solve(threshold),
        training,
        animation(files.animation),
    )


def live_section(options: argparse.Namespace, task: Task) -> try_it.Live | None:
    """Read what the live section needs; None where the page has none."""
    if task.name not in KNOWN:
        return None
    trained = {}
    for agent, look in looks(options.agents).items():
        policies = f"{options.trained}/{agent}/policies.npz"
        checkpoints = f"{options.trained}/{agent}/checkpoints.npz"
        recorded = f"{options.evaluated}/{agent}/episodes.npz"
        with blaming(policies):
            of_all = policy_files.from_arrays(load_arrays(policies), task)
        with blaming(checkpoints):
            of_one = policy_files.checkpoints_from_arrays(load_arrays(checkpoints), task)
        with blaming(recorded):
            played = episodes.from_arrays(load_arrays(recorded, *episodes.Episodes._fields), task)
        trained[look] = try_it.Trained(of_all, of_one, played)
    return try_it.section(trained, task)


def animation(path: str) -> Animation:
    """Read an animation."""
    with blaming(path):
        return page.animation(load_bytes(path))


def read_worlds(path: str) -> list[dict[str, Any]]:
    """Read how the agents did in other worlds, see `stages.rl.robustness.returns.rows`."""
    try:
        rows: list[dict[str, Any]] = json.loads(load_bytes(path))
        for row in rows:
            float(row["return"]), float(row["level"]), row["change"], row["agent"]
    except (ValueError, TypeError, KeyError):
        raise InputError(
            f"{path}: not the returns in other worlds; `dvc repro` makes it anew"
        ) from None
    return rows


def digest(path: str) -> str:
    """Return a file's MD5, by which dvc.lock knows it."""
    return hashlib.md5(load_bytes(path), usedforsecurity=False).hexdigest()
