"""What every stage that trains an agent does: read params, train all runs, save."""

import json
from pathlib import Path

import numpy as np

from stages.common import script
from stages.common.artifacts import prepare, save_arrays
from stages.common.params import load
from stages.rl.engine.compiling import KernelError
from stages.rl.training import all_runs
from stages.rl.training.runs import Agent
from stages.workers import pool


def train(agent: Agent, description: str | None) -> None:
    """Train an agent, once for every run.

    Args:
        agent: which.
        description: of the stage.
    """
    folder = script.arguments(description, "trained").trained
    if Path(folder).name != agent.name:  # which may hold the results of another agent
        raise script.InputError(f"{folder}: give a folder with the name of the agent, {agent.name}")
    params = load("seed", "runs", "env", agent=agent)
    prepare(f"{folder}/policies.npz")
    settings, task = params.settings, params.task
    try:
        trained = all_runs.train(agent, settings, task, params.seed, params.runs, pool())
    except KernelError as error:
        raise script.InputError(str(error)) from None
    env = {
        "name": task.name,
        "options": task.options,
        "max_episode_steps": task.max_episode_steps,
    }
    about = {"environment": np.array(task.id), "env": np.array(json.dumps(env))}
    episodes, in_between = trained.checkpoints
    for name, arrays, more in (
        ("policies", trained.policies, {}),
        ("untrained", trained.untrained, {}),
        ("checkpoints", in_between, {"episodes": episodes}),
    ):
        policies = agent.policies(settings, task, arrays)
        kind = np.array(policies.kind)
        save_arrays(f"{folder}/{name}.npz", kind=kind, **about, **policies.arrays(), **more)
    save_arrays(f"{folder}/history.npz", **trained.history())
