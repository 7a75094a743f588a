"""What the module of an environment says of it, beyond what Gymnasium knows; all may be left out.

A module in stages/rl/environments has one `EnvironmentSpec`, under any name, or none.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Dynamics(Enum):
    """What takes the steps of training."""

    GYMNASIUM = "Gymnasium itself"
    TABLE = "the table of the environment that Gymnasium hands out"
    EQUATIONS = "this project's own compiled equations"


def no_errors(options: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Find nothing wrong."""
    del options
    return ()


@dataclass(frozen=True)
class EnvironmentSpec:
    """An environment, as params.yaml, training, evaluation and figures have to know it."""

    # What takes the steps of training; with EQUATIONS the value that kernels take is `options`.
    dynamics: Dynamics = Dynamics.GYMNASIUM
    # Which `env.id` may be given; any without one.
    ids: tuple[str, ...] = ()
    # A NamedTuple: what `env.options` may hold, with ranges and defaults; without it anything.
    options: Any = None
    # Yields the keys of options whose values do not fit one another, and what is wrong.
    option_errors: Callable[[Mapping[str, Any]], Iterable[tuple[str, str]]] = no_errors
    # Gives Gymnasium's environment these options; without it `gymnasium.make` takes them.
    configure: Callable[[Any, Any], None] | None = None
    # With EQUATIONS, if steps have no chance: puts Gymnasium's environment, unwrapped, into a state
    # of the kernels; check_params then compares their steps.
    set_state: Callable[[Any, Any], None] | None = None
    # Of each variable of an observation, and of each action.
    observation_names: tuple[str, ...] = ()
    action_names: tuple[str, ...] = ()
    # Of the limit of steps: the lowest and the highest return of an episode; else it is unknown.
    return_bounds: Callable[[int], tuple[float, float]] | None = None
    # Whether a good agent reaches the highest return in every episode.
    perfection: bool = False
    # The two variables of an observation over which policies are drawn.
    policy_plane: tuple[int, ...] = (0, 1)
    # The variables that are drawn over the steps of an episode.
    trajectories: tuple[int, ...] = (0, 1)
    # By variable, the values at which an episode terminates, drawn as lines.
    reference_lines: Mapping[int, tuple[float, ...]] = field(default_factory=dict)
    # Of the task: columns of the map that numbers of states fill row by row; else of a square.
    map_columns: Callable[[Any], int] | None = None
