"""Returns that all agents are held against: lines in the figures, and what axes have to span."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from stages.pictures import formatting
from stages.pictures.agent_style import INK

MARGIN = 0.04  # of what an axis spans, beyond the outermost value
MINUS = "\N{MINUS SIGN}"


class Marks(NamedTuple):
    """The returns, where they are known."""

    threshold: float | None  # which counts as solved
    optimum: float | None  # the highest mean that a policy can have
    random: float | None = None  # mean of random actions

    def known(self) -> list[float]:
        """List those that are known."""
        return [value for value in self if value is not None]

    def draw(self, line: Callable[..., Any]) -> None:
        """Draw them by a method of a panel, axhline or axvline."""
        for value, style in zip(self, ("--", "-.", ":"), strict=True):
            if value is not None:
                line(value, color=INK, linewidth=0.9, linestyle=style, zorder=1.9)

    def told(self) -> str:
        """Say what the lines are; nothing where there are none."""
        styles = ("dashed", "dash-dotted", "dotted")
        pairs = zip(styles, self, self._words(), strict=True)
        return "; ".join(
            f"{style}: {' '.join(said)}" for style, at, said in pairs if at is not None
        )

    def words(self) -> list[tuple[float, str, str]]:
        """Say what they are, each at its height and in their colour."""
        pairs = zip(self, self._words(), strict=True)
        return [(at, "\n".join(said), INK) for at, said in pairs if at is not None]

    def _words(self) -> list[tuple[str, ...]]:
        """Say what each of them is, in lines."""
        return [
            (f"solved at {number(self.threshold or 0.0)}",),
            (f"optimum {written(self.optimum or 0.0)}",),
            ("random actions", written(self.random or 0.0)),
        ]

    def span(self, values: Iterable[float]) -> tuple[float, float]:
        """Return the ends of an axis for some returns and these; 0 where none is below."""
        known = [*values, *self.known()]
        lowest, highest = min(known), max(known)
        if lowest >= 0.0:
            return 0.0, highest * (1.0 + MARGIN) or 1.0
        room = MARGIN * (highest - lowest or 1.0)
        return lowest - room, highest + room


def written(value: float) -> str:
    """Write a return as the page does, with that sign."""
    return formatting.number(value).replace("-", MINUS)


def number(value: float, form: str = "g") -> str:
    """Write a number, with the sign that stands on the axes as well."""
    return f"{value:{form}}".replace("-", MINUS)
