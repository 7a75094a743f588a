"""Numbers as people read them: in the terminal, on the page and in the README."""

import math
import re
from collections.abc import Callable, Sequence


def decimals(value: float) -> int:
    """Return how many decimals a return of this size has: 0.742, 7.93, 499.7, 12,345."""
    size = abs(value)
    return 3 if size < 1 else 2 if size < 10 else 1 if size < 1000 else 0


def fixed(value: float, places: int) -> str:
    """Write a number with so many decimals; a zero has no sign."""
    return f"{round(value, places) + 0.0:,.{places}f}"


def number(value: float) -> str:
    """Write a return."""
    return fixed(value, decimals(value))


def interval(low: float | None, high: float | None, form: Callable[[float], str]) -> str:
    """Write an interval; nothing if there is none."""
    if low is None or high is None or math.isnan(low):
        return ""
    return f"[{form(low)}, {form(high)}]"


def estimate(value: float, low: float | None, high: float | None) -> str:
    """Write a return and its interval, if there is one."""
    places = decimals(value)
    return f"{number(value)} {interval(low, high, lambda bound: fixed(bound, places))}".rstrip()


def count(value: float | None) -> str:
    """Write a median of steps to solve; it is infinite if half of the runs or more never do."""
    return f"{value:,.0f}" if value is not None and math.isfinite(value) else "not in half"


def percent(fraction: float) -> str:
    """Write a fraction in percent."""
    return f"{fraction:.0%}"


def of_runs(fraction: float, runs: float) -> str:
    """Write a fraction of the runs as their number."""
    return f"{fraction * runs:.0f} of {runs:.0f}"


def listed(names: Sequence[str]) -> str:
    """Join names: a, b and c."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def signed(text: str) -> str:
    """Set true minus signs before the numbers in a text."""
    return re.sub(r"(?<![\w-])-(?=\d)", "\N{MINUS SIGN}", text)
