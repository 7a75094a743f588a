"""Worlds in which trained policies were not trained: one thing is changed at a time.

That is an option of the environment; or what is seen, by noise; or what is done, when a random
action takes the place of the chosen one, which is a push.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, get_type_hints

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from stages.rl.interface.spec import Dynamics
from stages.rl.interface.task import Task
from stages.rl.judge.episodes import ENDED, Episodes

NOISE, PUSHES = "observation noise", "random actions"


class World(NamedTuple):
    """A world in which one thing is changed."""

    change: str  # the option, or one of the names above
    level: float  # of an option the factor, of a switch 0 or 1, else how much of it: see `worlds`
    as_trained: bool  # nothing is changed, then
    options: dict[str, Any]  # of the environment
    noise: float = 0.0
    random_actions: float = 0.0


def worlds(
    task: Task, factors: Sequence[float], noise: Sequence[float], pushes: Sequence[float]
) -> list[World]:
    """List the worlds, those with the same change together, by rising level, as trained among them.

    Args:
        task: the environment, as trained.
        factors: by which each of its options that is a number is multiplied, where that is allowed.
        noise: standard deviations of what is added to each variable, in those that it has itself
            in test episodes; none where whole numbers are seen.
        pushes: probabilities that an action is a random one.
    """
    by_change: list[list[World]] = []
    for name, value, allowed in numbers_and_switches(task):
        if isinstance(value, bool):
            levels: list[tuple[float, float | bool]] = [(0.0, False), (1.0, True)]
        else:
            multiplied = [(float(by), value * by) for by in sorted({1.0, *factors})]
            levels = [(by, other) for by, other in multiplied if within(other, allowed)]
        by_change.append(
            [
                World(name, level, other == value, {**task.options, name: other})
                for level, other in levels
            ]
        )
    if not task.numbers:
        sizes = sorted({0.0, *noise})
        by_change.append([World(NOISE, of, of == 0.0, task.options, noise=of) for of in sizes])
    chances = sorted({0.0, *pushes})
    by_change.append(
        [World(PUSHES, of, of == 0.0, task.options, random_actions=of) for of in chances]
    )
    return [world for found in by_change if len(found) > 1 for world in found]


def numbers_and_switches(task: Task) -> Iterator[tuple[str, float | bool, Any]]:
    """Yield the environment's options that are numbers other than 0 or switches.

    Each with its name, its value in training, and what is allowed. Of an environment that Gymnasium
    plays nobody knows what its options mean.
    """
    spec = task.spec
    if spec.dynamics is Dynamics.GYMNASIUM or spec.options is None:
        return
    for name, hint in get_type_hints(spec.options, include_extras=True).items():
        value = task.options.get(name, spec.options._field_defaults[name])
        if value is False or (isinstance(value, int | float) and value != 0):
            yield name, value, hint


def within(value: float, hint: Any) -> bool:
    """Tell whether a number is in the range that its type carries."""
    try:
        TypeAdapter(hint).validate_python(value)
    except ValidationError:
        return False
    return True


def spread(recorded: Sequence[Episodes]) -> NDArray[np.float64]:
    """Return the standard deviation of each variable [S] over all steps of recorded episodes."""
    seen = [one.observations[:, :-1][one.actions != ENDED] for one in recorded]
    return np.concatenate(seen).astype(np.float64).std(axis=0)
