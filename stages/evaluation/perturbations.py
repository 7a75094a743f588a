"""Perturbations under which trained policies are tested: one thing is changed at a time.

That is an option of the environment; or an observation, by noise; or an action, when a random one
takes the place of the chosen one.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, get_type_hints

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from stages.evaluation.episodes import ENDED, Episodes
from stages.rl.interface.environment_spec import Dynamics
from stages.rl.interface.task import Task

NOISE, RANDOM_ACTIONS = "observation noise", "random actions"


class Perturbation(NamedTuple):
    """An environment in which one thing is changed."""

    change: str  # the option, or one of the names above
    level: float  # of an option the factor, of a switch 0 or 1, else how much: see below
    as_trained: bool  # nothing is changed
    options: dict[str, Any]  # of the environment
    noise: float = 0.0
    random_actions: float = 0.0


def perturbations(
    task: Task,
    factors: Sequence[float],
    noise: Sequence[float],
    random_actions: Sequence[float],
) -> list[Perturbation]:
    """List them: those of the same change together, by rising level, as trained among them.

    Args:
        task: the environment, as trained.
        factors: by which each of its options that is a number is multiplied, where that is allowed.
        noise: standard deviations of what is added to each number of an observation, in those that
            it has itself in test episodes; none where states are numbered.
        random_actions: probabilities that an action is a random one.
    """
    by_change: list[list[Perturbation]] = []
    for name, value, allowed in numbers_and_switches(task):
        if isinstance(value, bool):
            levels: list[tuple[float, float | bool]] = [(0.0, False), (1.0, True)]
        else:
            multiplied = [(float(by), value * by) for by in sorted({1.0, *factors})]
            levels = [(by, other) for by, other in multiplied if within(other, allowed)]
        by_change.append(
            [
                Perturbation(name, level, other == value, {**task.options, name: other})
                for level, other in levels
            ]
        )
    if not task.state_count:
        sizes = sorted({0.0, *noise})
        by_change.append(
            [Perturbation(NOISE, of, of == 0.0, task.options, noise=of) for of in sizes]
        )
    chances = sorted({0.0, *random_actions})
    by_change.append(
        [
            Perturbation(RANDOM_ACTIONS, of, of == 0.0, task.options, random_actions=of)
            for of in chances
        ]
    )
    return [one for found in by_change if len(found) > 1 for one in found]


def numbers_and_switches(task: Task) -> Iterator[tuple[str, float | bool, Any]]:
    """Yield the environment's options that are numbers other than 0 or switches.

    Each with its name, its value in training, and what is allowed. What the options of an
    environment that Gymnasium plays mean is not known.
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
