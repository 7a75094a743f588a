"""How the trained policies do in perturbed environments."""

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from stages.evaluation.perturbations import NOISE, RANDOM_ACTIONS
from stages.pictures.agent_style import INK, AgentStyle
from stages.pictures.figures import style
from stages.pictures.figures.reference_lines import ReferenceLines

COLUMNS = 2  # of panels
TITLE = 28  # letters in a line above a panel
MARGIN = 0.2  # beside the outermost levels, of the distance between two
NUMBERS = ("level", "return", "low", "high", "as_trained")  # of a row
LABELLED = 5  # levels that are written below a panel at most


class Line(NamedTuple):
    """What an agent has in the environments of one perturbation, by rising level."""

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
        By perturbation, the line of each agent; none of which there is one level alone.
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
    lines: Mapping[str, Sequence[Line]], styles: Sequence[AgentStyle], reference: ReferenceLines
) -> Figure:
    """Draw the mean return over how much is changed, a panel for each perturbation.

    Args:
        lines: by perturbation, the line of each agent.
        styles: of the agents.
        reference: returns to compare them with.
    """
    if not lines:
        return style.sentence("There is no perturbed environment in which the agents were played.")
    reference = reference._replace(random=None)
    count = -(-len(lines) // COLUMNS)
    titles = [fill(change.replace("_", " "), TITLE) for change in lines]
    gap = 0.5 + 0.15 * max(title.count("\n") for title in titles)
    figure, rows = style.panels(count, COLUMNS, 1.0, gap, 0.3, sharey=True)
    every = [panel for row in rows for panel in row]
    values = np.concatenate([np.ravel(line[1:4]) for drawn in lines.values() for line in drawn])
    limits = reference.span(values[np.isfinite(values)].tolist())
    for panel, title, (change, drawn) in zip(every, titles, lines.items(), strict=False):
        panel.set_title(title)
        panel.set_ylim(limits)
        _draw(panel, change, drawn, styles)
        reference.draw(panel.axhline)
    for panel in every[len(lines) :]:
        panel.remove()
    for row in rows:
        row[0].set_ylabel("mean return")
    banded = any(np.isfinite(line.low).any() for drawn in lines.values() for line in drawn)
    return style.finish(
        figure,
        [*(style.key(agent) for agent in styles), *reference.keys()],
        "Trained policies in perturbed environments; vertical line: as in training. Line: mean over"
        " runs" + "; band: its 95% interval" * banded + ".",
        " ".join(_explain(set(lines))),
    )


def _explain(changes: set[str]) -> list[str]:
    """Say in which units there are levels."""
    found = []
    if changes - {NOISE, RANDOM_ACTIONS}:
        found.append("Options of the environment are multiplied by a factor, or off and on.")
    if NOISE in changes:
        found.append(f"{NOISE.capitalize()}: in standard deviations of each variable.")
    return found


def _draw(panel: Axes, change: str, drawn: Sequence[Line], styles: Sequence[AgentStyle]) -> None:
    """Draw the line of each agent; levels are evenly apart."""
    levels = drawn[0].levels
    panel.set_xlim(-MARGIN, len(levels) - 1 + MARGIN)
    for place in np.flatnonzero(drawn[0].as_trained):
        panel.axvline(int(place), color=INK, linewidth=0.8, linestyle=":", zorder=1.9)
    for line, agent, width in zip(drawn, styles, style.widths(len(styles)), strict=True):
        at = np.arange(len(line.levels))
        colour = agent.colour
        panel.fill_between(at, line.low, line.high, color=colour, alpha=style.BAND / 2, linewidth=0)
        panel.plot(at, line.means, "o-", color=colour, linewidth=width, markersize=width + 1)
    labelled = style.thin(len(levels), LABELLED)
    panel.set_xticks(labelled, _labels(change, levels[labelled]))


def _labels(change: str, levels: NDArray[np.float64]) -> list[str]:
    """Write the levels of a perturbation as what they are."""
    if change == RANDOM_ACTIONS:
        return [style.percent(level) for level in levels]
    if change == NOISE:
        return [style.written(level) for level in levels]
    if set(levels.tolist()) == {0.0, 1.0}:
        return ["off", "on"]
    return [f"\N{MULTIPLICATION SIGN}{style.written(level)}" for level in levels]
