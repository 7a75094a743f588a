"""What every stage that trains an agent does: read params, train all runs, save."""

from types import ModuleType

import numpy as np

from stages.common import params, script
from stages.common.artifacts import prepare, save_arrays
from stages.rl.engine.compiling import KernelError
from stages.rl.learning.runs import train_agent
from stages.workers import pool


def train(agent: ModuleType, description: str | None) -> None:
    """Train an agent, once for every run.

    Args:
        agent: a module of stages/rl/agents.
        description: of the stage.
    """
    outputs = "--policies", "--untrained", "--checkpoints", "--history"
    options = script.arguments(description, *outputs)
    given = params.load("seed", "runs", "env", agent=agent)
    prepare(options.policies, options.untrained, options.checkpoints, options.history)
    settings, task = given.settings, given.task
    try:
        training = train_agent(agent, settings, task, given.seed, given.runs, pool())
    except KernelError as error:
        raise script.InputError(str(error)) from None
    episodes, in_between = training.checkpoints
    for path, arrays, more in (
        (options.policies, training.policies, {}),
        (options.untrained, training.untrained, {}),
        (options.checkpoints, in_between, {"episodes": episodes}),
    ):
        policy = agent.policies(settings, task, arrays)
        save_arrays(path, kind=np.array(policy.kind), **vars(policy), **more)
    save_arrays(options.history, **training.history())
