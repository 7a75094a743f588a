"""Where settings are sought: the axes of the space, and the settings at a point of it.

An agent's module says where, in TUNED. Of one without it, every setting is sought that is a
probability, a rate or a switch.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, get_type_hints

from pydantic import ValidationError

from stages.common.script import InputError
from stages.rl.interface.options import SWITCH, OneOf, Ratios, Steps
from stages.rl.interface.settings import Probability, Rate
from stages.rl.interface.task import Task
from stages.rl.learning.runs import Agent, Where

BY_TYPE: list[tuple[Any, Where]] = [
    (Rate, Ratios(0.001, 1.0)),
    (Probability, Steps(0.0, 1.0, 0.01)),
    (bool, SWITCH),
]


class Axis(NamedTuple):
    """One value that is sought.

    A coordinate on it is the value itself, or a multiple of the present one where that is sought.
    """

    key: str  # the setting
    place: int | None  # in a list; None for a setting that is a single value
    where: Where
    present: Any  # what stands in params.yaml

    @property
    def name(self) -> str:
        """Name the value."""
        return self.key if self.place is None else f"{self.key}[{self.place}]"

    def nearest(self) -> Any:
        """Return the coordinate of the present value, or the nearest one."""
        if isinstance(self.where, OneOf):
            return self.present
        here = 1.0 if self.where.relative else self.present
        return min(max(here, self.where.low), self.where.high)

    def value(self, coordinate: Any) -> Any:
        """Return the value that is tried at a coordinate: two digits, or whole steps."""
        if isinstance(self.where, OneOf):
            return coordinate
        by = self.present if self.where.relative else 1
        if isinstance(self.where, Ratios):
            value = float(f"{coordinate * by:.2g}")
        else:
            low, high, step, _ = self.where
            steps = round((coordinate - low) / step)
            value = round(min(low + steps * step, high) * by, 9)
        return round(value) if isinstance(self.present, int) else value


def axes(
    agent: Agent, settings: Any, fits: "Fits", keys: Sequence[str] | None = None
) -> list[Axis]:
    """List what is sought.

    Args:
        agent: whose.
        settings: as they are.
        fits: says which others could stand in params.yaml.
        keys: of the settings that are sought; without them it is all that can be.

    Raises:
        InputError: a key of which nobody says where to seek, or nothing to seek at all.
    """
    known = ranges(agent)
    for key in keys or ():
        if key not in known:
            raise InputError(f"--vary: is {key}; give some of {', '.join(known) or 'none'}")
    found = []
    for key in keys or known:
        for axis in _axes_of(key, known[key], getattr(settings, key)):
            if isinstance(axis.where, OneOf):  # an environment may allow only some of them
                allowed = [one for one in axis.where.values if fits(at([axis], settings, [one]))]
                if len(allowed) > 1:
                    found.append(axis._replace(where=OneOf(tuple(allowed))))
            else:
                found.append(axis)
    if not found:
        raise InputError(f"{agent.section}: has nothing to tune; name it in TUNED of its module")
    return found


def ranges(agent: Agent) -> dict[str, Where]:
    """Say where each setting of an agent is sought."""
    if agent.tuned is not None:
        return dict(agent.tuned)
    hints = get_type_hints(agent.settings, include_extras=True)
    return {key: where for key, hint in hints.items() for kind, where in BY_TYPE if hint == kind}


def _axes_of(key: str, where: Where, value: Any) -> Iterator[Axis]:
    """Yield an axis for a value, or for each of a list."""
    for place, present in enumerate(value) if isinstance(value, list) else [(None, value)]:
        if isinstance(where, OneOf):
            yield Axis(key, place, OneOf(tuple(sorted({*where.values, present}))), present)
        elif not (where.relative and present == 0):  # whose multiples are all alike
            yield Axis(key, place, where, present)


def at(axes: Iterable[Axis], settings: Any, point: Iterable[Any]) -> Any:
    """Return the settings at a point, which has a coordinate for each axis."""
    changed: dict[str, Any] = {}
    for axis, coordinate in zip(axes, point, strict=True):
        value = axis.value(coordinate)
        if axis.place is None:
            changed[axis.key] = value
        else:
            values = changed.setdefault(axis.key, list(getattr(settings, axis.key)))
            values[axis.place] = value
    return settings.model_copy(update=changed)


class Fits(NamedTuple):
    """What the check of params.yaml would let pass."""

    agent: Agent
    task: Task
    runs: int  # of a training by the pipeline

    def __call__(self, settings: Any) -> bool:
        """Say whether settings could stand in params.yaml."""
        try:
            settings.replace()
        except ValidationError:
            return False
        return not any(self.agent.faults(settings, self.task))
