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
    outputs = "--policies", "--untrained", "--checkpoints", "--history"
    options = script.arguments(description, *outputs)
    given = params.load("seed", "runs", "env", agent=agent)
    prepare(options.policies, options.untrained, options.checkpoints, options.history)
    settings, task = given.settings, given.task
    try:
        trained = training.train(agent, settings, task, given.seed, given.runs, pool())
    except KernelError as error:
        raise script.InputError(str(error)) from None
    episodes, in_between = trained.checkpoints
    for path, arrays, more in (
        (options.policies, trained.policies, {}),
        (options.untrained, trained.untrained, {}),
        (options.checkpoints, in_between, {"episodes": episodes}),
    ):
        policies = agent.policies(settings, task, arrays)
        about = {"kind": np.array(policies.kind), "environment": np.array(task.id)}
        save_arrays(path, **about, **policies.arrays(), **more)
    save_arrays(options.history, **trained.history())
