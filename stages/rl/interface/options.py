"""Ranges that settings carry: annotated types, from which the checks and the schema are made."""

from typing import Annotated

from annotated_types import Interval

Positive = Annotated[float, Interval(gt=0, le=1000)]
Count = Annotated[int, Interval(ge=1, le=1_000_000)]
Rate = Annotated[float, Interval(gt=0, le=1)]
Probability = Annotated[float, Interval(ge=0, le=1)]
Number = Annotated[float, Interval(ge=-1e6, le=1e6)]
