"""An environment as params.yaml names it: what agents, judge and pictures have to know of it."""

import warnings
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple


class Task(NamedTuple):
    """An environment that is set up."""

    name: str  # of the section in params.yaml, and of the module
    id: str  # by which Gymnasium knows it
    options: dict[str, Any]  # that are not as Gymnasium has them
    limit: int  # steps after which an episode is truncated
    threshold: float | None  # mean return that counts as solved; None where nothing does
    variables: int  # S, of an observation; 1 where it is a whole number
    numbers: int  # N, how many numbers an observation can be; 0 where it is a vector
    actions: int  # A

    @property
    def module(self) -> ModuleType:
        """The environment's module."""
        return module_of(self.name)

    @property
    def observation_names(self) -> tuple[str, ...]:
        """Name the variables of an observation."""
        unnamed = tuple(f"observation {i}" for i in range(self.variables))
        unnamed = ("state",) if self.numbers else unnamed
        return getattr(self.module, "OBSERVATION", unnamed)

    @property
    def action_names(self) -> tuple[str, ...]:
        """Name the actions."""
        unnamed = tuple(f"action {a}" for a in range(self.actions))
        return getattr(self.module, "ACTIONS", unnamed)


def module_of(name: str) -> ModuleType:
    """Import the module of an environment."""
    return import_module(f"stages.rl.environments.{name}")


def make(task: Task, **more: Any) -> Any:
    """Make Gymnasium's environment, with the options.

    Args:
        task: the environment.
        more: for `gymnasium.make`, such as a render mode.
    """
    import gymnasium  # noqa: PLC0415 # takes its time, and few need it

    if hasattr(task.module, "configure"):
        made = gymnasium.make(task.id, max_episode_steps=task.limit, **more)
        task.module.configure(made.unwrapped, task.module.Environment(**task.options))
        return made
    return gymnasium.make(task.id, max_episode_steps=task.limit, **task.options, **more)


def dynamics(task: Task) -> Any:
    """Make the value that kernels take first: see `stages.rl.interface.dynamics`."""
    from stages.rl.interface import outside, table  # noqa: PLC0415

    kind = getattr(task.module, "Environment", None)
    if kind is None:
        return outside.connect(make(task))
    if kind is table.Table:
        return table.table_of(make(task).unwrapped)
    return kind(**task.options)


def set_up(name: str, given: Mapping[str, Any]) -> Task:
    """Set up an environment from its section `env` in params.yaml.

    Args:
        name: of the section, and of the module in stages/rl/environments.
        given: `id`; `options` where there are any; `episode_limit` where it is not Gymnasium's.

    Raises:
        ValueError: agents cannot act in it; says why.
    """
    import gymnasium  # noqa: PLC0415 # the same

    warnings.filterwarnings("ignore", ".* is out of date")  # who gives CartPole-v0 means it
    module_of(name)  # which may register what it holds
    try:
        spec = gymnasium.spec(given["id"])
    except gymnasium.error.Error as error:
        raise ValueError(f"env.id: is {given['id']}; {one_line(error)}") from None
    limit = given.get("episode_limit") or spec.max_episode_steps
    if limit is None:
        raise ValueError(f"env.episode_limit: missing; {spec.id} has none, so give one")
    unseen = Task(
        name, spec.id, dict(given.get("options") or {}), limit, spec.reward_threshold, 1, 0, 2
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
        return unseen._replace(numbers=int(seen.n), actions=int(actions.n))
    if not (isinstance(seen, gymnasium.spaces.Box) and len(seen.shape) == 1):
        raise ValueError(f"env.id: {spec.id} shows {seen}; give one with Discrete or a vector, Box")
    return unseen._replace(variables=seen.shape[0], actions=int(actions.n))


def check(task: Task) -> None:
    """See whether an environment keeps the rules of Gymnasium, its seeds among them.

    Raises:
        ValueError: it does not, or raises something in its first steps; says which.
    """
    from gymnasium.utils.env_checker import check_env  # noqa: PLC0415 # few need it

    environment = make(task)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is unusual is allowed
            check_env(environment.unwrapped, skip_render_check=True, skip_close_check=True)
    except Exception as error:  # whatever an environment raises
        raise ValueError(f"env.id: {task.id}: {one_line(error)}") from None
    finally:
        environment.close()


def one_line(error: Exception) -> str:
    """Show what was raised on one line."""
    return " ".join(str(error).split()) or type(error).__name__
