"""An environment as params.yaml names it: what training, evaluation and pictures know of it."""

from importlib import import_module
from types import ModuleType
from typing import Any

from stages.rl.interface.environment_spec import EnvironmentSpec
from stages.rl.interface.problem import Problem


class Task(Problem):
    """An environment that is set up."""

    @property
    def module(self) -> ModuleType:
        """The environment's module."""
        return module_of(self.name)

    @property
    def spec(self) -> EnvironmentSpec:
        """What its module says of it."""
        return spec_of(self.module)

    @property
    def observation_names(self) -> tuple[str, ...]:
        """Name the variables of an observation."""
        unnamed = ("state",) if self.state_count else numbered("observation", self.observation_size)
        return self.spec.observation_names or unnamed

    @property
    def action_names(self) -> tuple[str, ...]:
        """Name the actions."""
        return self.spec.action_names or numbered("action", self.actions)


def numbered(name: str, count: int) -> tuple[str, ...]:
    """Name things by their numbers, from 0."""
    return tuple(f"{name} {number}" for number in range(count))


def module_of(name: str) -> ModuleType:
    """Import the module of an environment."""
    return import_module(f"stages.rl.environments.{name}")


def spec_of(module: ModuleType) -> EnvironmentSpec:
    """Find what the module of an environment says of it."""
    found = (value for value in vars(module).values() if isinstance(value, EnvironmentSpec))
    return next(found, EnvironmentSpec())


def make(task: Task, **more: Any) -> Any:
    """Make Gymnasium's environment, with the options.

    Args:
        task: the environment.
        more: for `gymnasium.make`, such as a render mode.
    """
    import gymnasium  # noqa: PLC0415 # takes its time, and few need it

    options = task.options if task.spec.configure is None else {}
    made = gymnasium.make(task.id, max_episode_steps=task.max_episode_steps, **options, **more)
    configure(task, made.unwrapped)
    return made


def configure(task: Task, environment: Any) -> None:
    """Give an environment of Gymnasium the options that `gymnasium.make` does not take."""
    spec = task.spec
    if spec.configure is not None:
        spec.configure(environment, spec.options(**task.options))
