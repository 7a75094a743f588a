"""How the agents learned: the return of their training episodes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from stages.evaluation.statistics import BOOTSTRAP_RUNS, bootstrap_interval, trailing_mean
from stages.pictures.figures import Agent, style
from stages.pictures.figures.reference_lines import ReferenceLines, estimate
from stages.pictures.figures.steps_axis import StepsAxis, steps_axis

RESAMPLES = 1000  # behind the band of a curve
DECIMALS = 3  # of the returns in a table


class Curve(NamedTuple):
    """Training returns over the environment steps taken, smoothed."""

    at: NDArray[np.float64]  # [N], steps
    runs: NDArray[np.float64]  # [R, N], return of each run; when it has ended, its last one
    mean: NDArray[np.float64]  # [N], over runs
    low: NDArray[np.float64]  # [N], 95% interval of the mean; NaN where the runs are too few
    high: NDArray[np.float64]  # [N]


def curves(
    agents: Sequence[Agent], smoothing: int, generator: np.random.Generator
) -> tuple[StepsAxis, list[Curve]]:
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
    axis = steps_axis(min(firsts), max(lasts), lasts)
    drawn = []
    for agent, taken, window, first, last in zip(
        agents, steps, windows, firsts, lasts, strict=True
    ):
        smooth = trailing_mean(agent.history.returns.astype(np.float64), window)
        points = axis.points()
        between = points[(points > first) & (points < last)]
        at = np.unique(np.concatenate(([first], between, [last])))
        runs = np.stack([np.interp(at, *run) for run in zip(taken, smooth, strict=True)])
        low = high = np.full(len(at), np.nan)
        if len(runs) >= BOOTSTRAP_RUNS:
            low, high = bootstrap_interval(runs, RESAMPLES, generator)
        drawn.append(Curve(at, runs, runs.mean(axis=0), low, high))
    return axis, drawn


def learning_curves(
    agents: Sequence[Agent],
    axis: StepsAxis,
    drawn: Sequence[Curve],
    lines: ReferenceLines,
    smoothing: int,
) -> Figure:
    """Draw the return of the training episodes over environment steps, one agent below another.

    Args:
        agents: what to show.
        axis: of the steps.
        drawn: the curve of each agent.
        lines: returns to compare them with.
        smoothing: episodes that each point averages over.
    """
    figure, rows = style.panels(len(agents), 1, 1.0, 0.3, sharex=True)
    highest = max(float(curve.runs[: style.LEGIBLE_RUNS].max()) for curve in drawn)
    low, high = lines.span_of_training(agents, highest)
    for agent, curve, (panel,) in zip(agents, drawn, rows, strict=True):
        _draw(panel, curve, agent.style.colour, low)
        panel.set_title(agent.style.name, color=agent.style.colour)
        panel.set(ylabel="return", ylim=(low, high))
        lines.draw(panel.axhline)
    axis.draw(rows[-1][0], "environment steps of training")
    runs = len(agents[0].returns)
    band = any(np.isfinite(curve.low).any() for curve in drawn)
    return style.finish(
        figure,
        lines.keys(),
        f"Line: mean over {style.count_runs(runs)} of the last {smoothing} training episodes; "
        + ("band: its 95% interval (bootstrap over runs)." * band)
        + (f"fewer than {BOOTSTRAP_RUNS} runs have no interval." * (not band)),
        f"Thin: single runs, {style.LEGIBLE_RUNS} at most. A run that has ended counts with its"
        " last return." * (runs > 1),
        "Lower returns are not shown." * any(curve.mean.min() < low for curve in drawn),
    )


def _draw(panel: Axes, curve: Curve, colour: str, lowest: float) -> None:
    """Draw single runs, the band and the mean, and say where the mean is if it is below all."""
    single = [np.stack((curve.at, run), axis=1) for run in curve.runs[: style.LEGIBLE_RUNS]]
    style.draw_runs(panel, single, colour)
    panel.fill_between(curve.at, curve.low, curve.high, color=colour, alpha=style.BAND, linewidth=0)
    panel.plot(curve.at, curve.mean, color=colour)
    middle = float(np.median(curve.mean))
    if middle < lowest:
        text = f"median {estimate(middle)}, below what is shown"
        panel.text(0.5, 0.1, text, transform=panel.transAxes, ha="center", color=colour)


def table(
    agents: Sequence[Agent], drawn: Sequence[Curve], threshold: float | None
) -> list[dict[str, Any]]:
    """List the points of the curves, for DVC's own plots."""
    return [
        {
            "agent": agent.style.name,
            "step": int(step),
            "return": round(float(mean), DECIMALS),
            "low": None if np.isnan(low) else round(float(low), DECIMALS),
            "high": None if np.isnan(high) else round(float(high), DECIMALS),
            "solved": threshold,
        }
        for agent, curve in zip(agents, drawn, strict=True)
        for step, mean, low, high in zip(curve.at, curve.mean, curve.low, curve.high, strict=True)
    ]
