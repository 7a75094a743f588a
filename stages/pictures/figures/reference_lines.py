"""Returns that all agents are compared with, as lines, and the returns that axes span."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, NamedTuple

from matplotlib.lines import Line2D

from stages.pictures import formatting
from stages.pictures.agent_style import INK
from stages.pictures.figures import Agent
from stages.pictures.figures.style import MINUS

MARGIN = 0.04  # of what an axis spans, beyond the outermost value


class ReferenceLines(NamedTuple):
    """The returns, where they are known."""

    threshold: float | None  # which counts as solved
    optimum: float | None  # the highest mean that a policy can have
    random: float | None = None  # mean of random actions

    def _lines(self) -> list[tuple[float, str, Literal["--", "-.", ":"]]]:
        """List those that are known: the return, its name and its line."""
        names = (
            f"solved at {number(self.threshold or 0.0)}",
            f"optimum {estimate(self.optimum or 0.0)}",
            f"random actions {estimate(self.random or 0.0)}",
        )
        styles: tuple[Literal["--", "-.", ":"], ...] = ("--", "-.", ":")
        lines = zip(self, names, styles, strict=True)
        return [(value, name, line) for value, name, line in lines if value is not None]

    def draw(self, line: Callable[..., Any]) -> None:
        """Draw them by a method of a panel, axhline or axvline."""
        for value, _, style in self._lines():
            line(value, color=INK, linewidth=0.9, linestyle=style, zorder=1.9)

    def keys(self) -> list[Line2D]:
        """Make their entries of a legend."""
        return [
            Line2D([], [], color=INK, linewidth=0.9, linestyle=style, label=name)
            for _, name, style in self._lines()
        ]

    def span(self, values: Iterable[float]) -> tuple[float, float]:
        """Return the ends of an axis for some returns and these; 0 where none is below."""
        known = [*values, *(value for value in self if value is not None)]
        lowest, highest = min(known), max(known)
        if lowest >= 0.0:
            return 0.0, highest * (1.0 + MARGIN) or 1.0
        room = MARGIN * (highest - lowest or 1.0)
        return lowest - room, highest + room

    def span_of_training(self, agents: Sequence[Agent], highest: float) -> tuple[float, float]:
        """Return the ends of an axis for training: returns of the test, these, and all above.

        Agents can begin far below what random actions have: they walk over a cliff again and again.
        """
        return self.span([highest, *(agent.returns.mean() for agent in agents)])


def number(value: float) -> str:
    """Write a number that somebody chose."""
    return f"{value:g}".replace("-", MINUS)


def estimate(value: float, low: float | None = None, high: float | None = None) -> str:
    """Write a mean return, and its interval where there is one."""
    return formatting.estimate(value, low, high).replace("-", MINUS)
