"""What the report reads: results, films and policies, from the files of the other stages."""

import argparse
import hashlib
import json
from typing import Any, NamedTuple

from stages import files
from stages.common.artifacts import blaming, load_bytes, load_json
from stages.common.script import InputError
from stages.pictures.looks import looks
from stages.pictures.page import Agent, Animation, page, try_it
from stages.pictures.page.worlds import KNOWN
from stages.rl.interface.task import Task


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


def read(name: str, of: Files, threshold: float | None) -> Agent:
    """Read what the page shows of an agent."""
    returns, training = files.returns(of.returns), files.training(of.history)
    return Agent(
        name,
        load_json(of.metrics, *page.METRICS, nullable=page.NULLABLE),
        returns.mean(axis=1),
        training.episodes_to_solve(threshold),
        training.steps_to_solve(threshold),
        training,
        animation(of.animation),
    )


def live_section(options: argparse.Namespace, task: Task) -> try_it.Live | None:
    """Read what the live section needs; None where the page has none."""
    if task.name not in KNOWN:
        return None
    trained = {}
    for agent, look in looks(options.agents).items():
        trained[look] = try_it.Trained(
            files.policies(f"{options.trained}/{agent}/policies.npz", task),
            files.checkpoints(f"{options.trained}/{agent}/checkpoints.npz", task),
            files.recorded(f"{options.evaluated}/{agent}/episodes.npz", task),
        )
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
