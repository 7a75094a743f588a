"""How the agents learned: the return of their training episodes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from stages.evaluation.statistics import BOOTSTRAP_RUNS, bootstrap_interval, trailing_mean
from stages.pictures.figures import Agent, of_runs
from stages.pictures.figures.axes import Axis, axis_of, write_beside
from stages.pictures.figures.marks import Marks, number
from stages.pictures.figures.style import BAND, FAINT, LEGIBLE_RUNS, explain, panels, thin

RESAMPLES = 1000  # behind the band of a curve
DECIMALS = 3  # of the returns in a table
STRIP = 0.4  # inches, of the count of the runs that still train


class Curve(NamedTuple):
    """Training returns over the environment steps taken, smoothed."""

    at: NDArray[np.float64]  # [N], steps
    runs: NDArray[np.float64]  # [R, N], return of each run; when it has ended, its last one
    mean: NDArray[np.float64]  # [N], over runs
    low: NDArray[np.float64]  # [N], 95% interval of the mean; NaN where the runs are too few
    high: NDArray[np.float64]  # [N]
    ends: NDArray[np.float64]  # [R], steps of each run, ascending


def curves(
    agents: Sequence[Agent], smoothing: int, generator: np.random.Generator
) -> tuple[Axis, list[Curve]]:
    """Smooth the training returns and take their mean over runs, with its 95% band.

    Args:
        agents: what was trained.
        smoothing: episodes of a run that are averaged, up to the one shown.
        generator: of the bootstrap over runs.

    Returns:
        The axis of steps for all of them, and for each the curve from where every run has so many
        episodes behind it to where the last run ends. A run that has ended counts with its last
        return: were it left out, the mean would jump to that of the runs that go on.
    """
    steps = [agent.history.training_steps() for agent in agents]
    windows = [max(1, smoothing // int(agent.history.episodes[0])) for agent in agents]
    firsts = [
        float(taken[:, min(window, taken.shape[1]) - 1].max())
        for taken, window in zip(steps, windows, strict=True)
    ]
    lasts = [float(taken[:, -1].max()) for taken in steps]
    axis = axis_of(min(firsts), max(lasts), lasts)
    drawn = []
    for agent, taken, window, first in zip(agents, steps, windows, firsts, strict=True):
        smooth = trailing_mean(agent.history.returns.astype(np.float64), window)
        ends = np.sort(taken[:, -1])
        between = axis.values[(axis.values > first) & (axis.values < ends[-1])]
        at = np.unique(np.concatenate(([first], between, [ends[-1]])))
        runs = np.stack([np.interp(at, *run) for run in zip(taken, smooth, strict=True)])
        low = high = np.full(len(at), np.nan)
        if len(runs) >= BOOTSTRAP_RUNS:
            low, high = bootstrap_interval(runs, RESAMPLES, generator)
        drawn.append(Curve(at, runs, runs.mean(axis=0), low, high, ends))
    return axis, drawn


def learning_curves(
    agents: Sequence[Agent], axis: Axis, drawn: Sequence[Curve], marks: Marks, smoothing: int
) -> Figure:
    """Draw the return of the training episodes over environment steps, one agent below another.

    Args:
        agents: what to show.
        axis: of the steps.
        drawn: the curve of each agent.
        marks: returns to hold them against.
        smoothing: episodes that each point averages over.
    """
    runs = len(agents[0].returns)
    each = max(0.75, 1.45 - 0.12 * len(agents))
    heights = [each] * len(agents) + [STRIP] * (runs > 1)
    figure, rows = panels(
        len(heights), 1, sum(heights) * 1.25 + 1.0, sharex=True, height_ratios=heights
    )
    low, high = _span(agents, drawn, marks)
    for agent, curve, (panel,) in zip(agents, drawn, rows, strict=False):
        _draw(panel, curve, axis, agent.look.colour, low)
        panel.set_title(agent.look.name, color=agent.look.colour, fontsize=9, pad=3)
        panel.set(ylabel="return", ylim=(low, high))
        panel.locator_params(axis="y", nbins=5)
        marks.draw(panel.axhline)
    write_beside(rows[0][0], marks.words(), size=8)
    if runs > 1:
        _count(rows[-1][0], agents, drawn, axis, runs)
    axis.draw(rows[-1][0], "environment steps of training")
    band = any(np.isfinite(curve.low).any() for curve in drawn)
    interval = "band: its 95% interval (bootstrap over runs)"
    none = f"fewer than {BOOTSTRAP_RUNS} have no interval"
    cut = any(curve.mean.min() < low for curve in drawn)
    ended = f"a run that has ended counts with its last return; faint: {LEGIBLE_RUNS} runs at most"
    explain(
        figure,
        f"line: mean over {of_runs(runs)} of the last {smoothing} training episodes;"
        f" {interval if band else none}",
        "; ".join([ended] * (runs > 1) + ["lower returns are not shown"] * cut),
    )
    return figure


def _span(agents: Sequence[Agent], drawn: Sequence[Curve], marks: Marks) -> tuple[float, float]:
    """Choose which returns are shown: those of the test, the marks, and all above.

    Learners can begin far below what random actions have: they walk over a cliff again and again.
    """
    highest = max(float(curve.runs[:LEGIBLE_RUNS].max()) for curve in drawn)
    return marks.span([highest, *(agent.returns.mean() for agent in agents)])


def _draw(panel: Axes, curve: Curve, axis: Axis, colour: str, lowest: float) -> None:
    """Draw the single runs, the band and the mean, and say where it is if that is too low."""
    at = axis.place(curve.at)
    panel.plot(at, curve.runs[:LEGIBLE_RUNS].T, color=colour, alpha=FAINT, linewidth=0.5)
    panel.fill_between(at, curve.low, curve.high, color=colour, alpha=BAND, linewidth=0)
    panel.plot(at, curve.mean, color=colour)
    middle = float(np.median(curve.mean))
    if middle < lowest:
        told = f"median {number(middle, ',.0f')} \N{BLACK DOWN-POINTING TRIANGLE}"
        panel.text(0.5, 0.08, told, transform=panel.transAxes, ha="center", color=colour)


def _count(
    panel: Axes, agents: Sequence[Agent], drawn: Sequence[Curve], axis: Axis, runs: int
) -> None:
    """Draw how many runs of each agent still train."""
    for agent, curve in zip(agents, drawn, strict=True):
        count = len(curve.ends)
        shown = thin(count)
        at = np.concatenate((axis.values[:1], curve.ends[shown]))
        left = np.concatenate(([count], count - 1 - shown))
        panel.step(axis.place(at), left, where="post", color=agent.look.colour)
    panel.set(ylim=(0, runs * 1.1), yticks=[0, runs], ylabel="runs that\ntrain")


def table(
    agents: Sequence[Agent], drawn: Sequence[Curve], threshold: float | None
) -> list[dict[str, Any]]:
    """List the points of the curves, for DVC's own plots."""
    return [
        {
            "agent": agent.look.name,
            "step": int(step),
            "return": round(float(mean), DECIMALS),
            "low": None if np.isnan(low) else round(float(low), DECIMALS),
            "high": None if np.isnan(high) else round(float(high), DECIMALS),
            "solved": threshold,
        }
        for agent, curve in zip(agents, drawn, strict=True)
        for step, mean, low, high in zip(curve.at, curve.mean, curve.low, curve.high, strict=True)
    ]
