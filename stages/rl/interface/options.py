"""Where tuning seeks: an agent's module may have a mapping TUNED, of names of settings to these.

`stages.tuning` reads it; each number of a list is sought by itself.
"""

from typing import Any, NamedTuple


class Ratios(NamedTuple):
    """Seek a number from `low` to `high` by ratios: numbers of two significant digits."""

    low: float  # above 0
    high: float
    relative: bool = False  # both are multiples of what stands in params.yaml


class Steps(NamedTuple):
    """Seek a number from `low` to `high` by steps."""

    low: float
    high: float
    step: float
    relative: bool = False  # all three are multiples of what stands in params.yaml


class OneOf(NamedTuple):
    """Seek among these values, and what stands in params.yaml."""

    values: tuple[Any, ...]


DISCOUNTS = OneOf((0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0))
FACTORS = Ratios(0.25, 4.0, relative=True)
SWITCH = OneOf((False, True))
