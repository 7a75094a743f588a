"""An environment as params.yaml names it: what training, evaluation and pictures know of it."""

from importlib import import_module
from types import ModuleType

from stages.rl.interface.problem import Problem
from stages.rl.interface.spec import EnvironmentSpec


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
        unnamed = ("state",) if self.numbers else numbered("observation", self.variables)
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
