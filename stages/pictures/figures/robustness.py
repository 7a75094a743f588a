"""How the trained policies do in worlds that they were not trained in."""

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from stages.evaluation.perturbations import NOISE, RANDOM_ACTIONS
from stages.pictures.agent_style import INK, AgentStyle
from stages.pictures.figures.axes import write_beside
from stages.pictures.figures.marks import Marks
from stages.pictures.figures.style import BAND, explain, panels, sheet, thin, widths

COLUMNS = 4  # of panels at most
LETTERS = 15  # in a line beside the panels
TITLE = 80  # letters in a line above all panels of a row together
MARGIN = 0.2  # beside the outermost levels, of the distance between two
NUMBERS = ("level", "return", "low", "high", "as_trained")  # of a row
TOLD = 6  # levels that are written below a panel at most


class Line(NamedTuple):
    """What an agent has in the worlds of one change, by rising level."""

    levels: NDArray[np.float64]  # [L]
    means: NDArray[np.float64]  # [L], over runs
    low: NDArray[np.float64]  # [L], 95% interval; NaN where there is none
    high: NDArray[np.float64]  # [L]
    as_trained: NDArray[np.float64]  # [L], 1 where nothing is changed, else 0


def lines_of(rows: Any, agents: Sequence[str]) -> dict[str, list[Line]]:
    """Sort the rows of the file of the stage `robustness`.

    Args:
        rows: what the file holds.
        agents: their names, in the order in which they are drawn.

    Returns:
        By change, the line of each agent; no change of which there is one level alone.
    """
    found: dict[str, dict[str, list[tuple[float, ...]]]] = {}
    for row in rows:
        numbers = [row[name] for name in NUMBERS]
        values = tuple(np.nan if number is None else float(number) for number in numbers)
        found.setdefault(row["change"], {}).setdefault(row["agent"], []).append(values)
    lines = {
        change: [Line(*np.array(sorted(of[agent])).T) for agent in agents]
        for change, of in found.items()
    }
    return {change: drawn for change, drawn in lines.items() if len(drawn[0].levels) > 1}


def robustness(
    lines: Mapping[str, Sequence[Line]], looks: Sequence[AgentStyle], marks: Marks
) -> Figure:
    """Draw the mean return over how much a thing is changed, a panel for each thing.

    Args:
        lines: by change, the line of each agent.
        looks: of the agents.
        marks: returns to hold them against.
    """
    if not lines:
        figure = sheet(0.5)
        figure.text(0.01, 0.4, "There is no other world that the agents were played in.")
        return figure
    marks = marks._replace(random=None)
    columns = min(COLUMNS, len(lines))
    count = -(-len(lines) // columns)
    figure, rows = panels(count, columns, 0.9 + 1.55 * count, sharey=True)
    every = [panel for row in rows for panel in row]
    shown = np.concatenate([np.ravel(line[1:4]) for drawn in lines.values() for line in drawn])
    limits = marks.span(shown[np.isfinite(shown)].tolist())
    for panel, (change, drawn) in zip(every, lines.items(), strict=False):
        panel.set_title(fill(change.replace("_", " "), TITLE // columns), fontsize=9)
        panel.set_ylim(limits)
        _draw(panel, change, drawn, looks)
        marks.draw(panel.axhline)
    for panel in every[len(lines) :]:
        panel.set_visible(False)
    for row in rows:
        row[0].set_ylabel("mean return")
    last = list(lines.values())[columns - 1]  # of the first row
    names = [
        (float(line.means[-1]), fill(look.name, LETTERS), look.colour)
        for line, look in zip(last, looks, strict=True)
    ]
    write_beside(rows[0][-1], [*names, *marks.words()], size=8)
    explain(figure, *_told(lines))
    return figure


def _told(lines: Mapping[str, Sequence[Line]]) -> tuple[str, str]:
    """Say what is drawn."""
    banded = any(np.isfinite(line.low).any() for drawn in lines.values() for line in drawn)
    band = "; band: its 95% interval" * banded
    parts = {
        "an option of the environment times a factor, or off and on": set(lines)
        - {NOISE, RANDOM_ACTIONS},
        f"{NOISE} in standard deviations of what is seen": NOISE in lines,
        f"{RANDOM_ACTIONS} as a share of all": RANDOM_ACTIONS in lines,
    }
    return (
        f"trained policies in other worlds, dotted: as in training; line: mean over runs{band}",
        "; ".join(said for said, there in parts.items() if there),
    )


def _draw(panel: Axes, change: str, drawn: Sequence[Line], looks: Sequence[AgentStyle]) -> None:
    """Draw the line of each agent; levels are evenly apart."""
    levels = drawn[0].levels
    panel.set_xlim(-MARGIN, len(levels) - 1 + MARGIN)
    panel.locator_params(axis="y", nbins=4)
    for place in np.flatnonzero(drawn[0].as_trained):
        panel.axvline(int(place), color=INK, linewidth=0.8, linestyle=":", zorder=1.9)
    for line, look, width in zip(drawn, looks, widths(len(looks)), strict=True):
        at = np.arange(len(line.levels))
        panel.fill_between(at, line.low, line.high, color=look.colour, alpha=BAND / 2, linewidth=0)
        panel.plot(at, line.means, "o-", color=look.colour, linewidth=width, markersize=width + 1)
    written = thin(len(levels), TOLD)
    panel.set_xticks(written, _written(change, levels[written]))


def _written(change: str, levels: NDArray[np.float64]) -> list[str]:
    """Write the levels of a change as what they are."""
    if change == RANDOM_ACTIONS:
        return [f"{level:.0%}" for level in levels]
    if change == NOISE:
        return [f"{level:g}" for level in levels]
    if set(levels.tolist()) == {0.0, 1.0}:
        return ["off", "on"]
    return [f"\N{MULTIPLICATION SIGN}{level:g}" for level in levels]
