"""What every stage that trains an agent does: read params, train all runs, save."""

import numpy as np

from stages.common import params, script
from stages.common.artifacts import prepare, save_arrays
from stages.rl.engine.compiling import KernelError
from stages.rl.learning import training
from stages.rl.learning.runs import Agent
from stages.workers import pool


def train(agent: Agent, description: str | None) -> None:
    """Train an agent, once for every run.

    Args:
        agent: which.
        description: of the stage.
    """
    folder = script.arguments(description, "trained").trained
    given = params.load("seed", "runs", "env", agent=agent)
    prepare(f"{folder}/policies.npz")
    settings, task = given.settings, given.task
    try:
        trained = training.train(agent, settings, task, given.seed, given.runs, pool())
    except KernelError as error:
        raise script.InputError(str(error)) from None
    episodes, in_between = trained.checkpoints
    for name, arrays, more in (
        ("policies", trained.policies, {}),
        ("untrained", trained.untrained, {}),
        ("checkpoints", in_between, {"episodes": episodes}),
    ):
        policies = agent.policies(settings, task, arrays)
        about = {"kind": np.array(policies.kind), "environment": np.array(task.id)}
        save_arrays(f"{folder}/{name}.npz", **about, **policies.arrays(), **more)
    save_arrays(f"{folder}/history.npz", **trained.history())
