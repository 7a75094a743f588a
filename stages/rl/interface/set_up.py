"""Tasks from params.yaml, and what they stand for: Gymnasium's environment, or that of kernels."""

import warnings
from collections.abc import Mapping
from typing import Any

from stages.rl.interface.environment_spec import Dynamics
from stages.rl.interface.task import Task, make, module_of


def set_up(name: str, env: Mapping[str, Any]) -> Task:
    """Set up an environment from its section `env` in params.yaml.

    Args:
        name: of the section, and of the module in stages/rl/environments.
        env: `id`; `options` where there are any; `max_episode_steps` where it is not Gymnasium's.

    Raises:
        ValueError: agents cannot act in it; says why.
    """
    import gymnasium  # noqa: PLC0415 # as in `make`

    warnings.filterwarnings("ignore", ".* is out of date")  # who gives CartPole-v0 means it
    module_of(name)  # which may register what it holds
    try:
        spec = gymnasium.spec(env["id"])
    except gymnasium.error.Error as error:
        raise ValueError(f"env.id: is {env['id']}; {one_line(error)}") from None
    limit = env.get("max_episode_steps") or spec.max_episode_steps
    if limit is None:
        raise ValueError(f"env.max_episode_steps: missing; {spec.id} has none, so give one")
    unseen = Task(
        name, spec.id, dict(env.get("options") or {}), limit, spec.reward_threshold, 1, 0, 2
    )
    try:
        made = make(unseen)
    except Exception as error:  # whatever an environment raises that does not like its options
        key = "options" if unseen.options else "id"
        raise ValueError(f"env.{key}: {one_line(error)}") from None
    actions, seen = made.action_space, made.observation_space
    made.close()
    if not isinstance(actions, gymnasium.spaces.Discrete):
        raise ValueError(f"env.id: {spec.id} has the actions {actions}; give one with Discrete")
    if isinstance(seen, gymnasium.spaces.Discrete):
        return unseen._replace(state_count=int(seen.n), actions=int(actions.n))
    if not (isinstance(seen, gymnasium.spaces.Box) and len(seen.shape) == 1):
        raise ValueError(f"env.id: {spec.id} shows {seen}; give one with Discrete or a vector, Box")
    return unseen._replace(observation_size=seen.shape[0], actions=int(actions.n))


def dynamics(task: Task) -> Any:
    """Make the value that kernels take first: see `stages.rl.interface.dynamics`."""
    spec = task.spec
    if spec.dynamics is Dynamics.EQUATIONS:
        return spec.options(**task.options)
    if spec.dynamics is Dynamics.TABLE:
        from stages.rl.interface.tabular_model import table_of  # noqa: PLC0415 # few need it

        return table_of(make(task).unwrapped)
    from stages.rl.interface.gymnasium_environment import connect  # noqa: PLC0415 # it loads numba

    return connect(make(task))


def one_line(error: Exception) -> str:
    """Show what was raised on one line."""
    return " ".join(str(error).split()) or type(error).__name__
