"""How the agents learned: the return of their training episodes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from stages.pictures.figures import Agent, of_runs
from stages.pictures.figures.marks import Marks, number
from stages.pictures.figures.style import BAND, FAINT, LEGIBLE_RUNS, explain, head, panels, thin
from stages.rl.judge.history import History
from stages.rl.judge.statistics import BOOTSTRAP_RUNS, bootstrap_interval, trailing_mean

POINTS = 100  # of a curve
RESAMPLES = 1000  # behind the band of a curve
DECIMALS = 3  # of the returns in a table


class Curve(NamedTuple):
    """Training returns over the episodes or the steps taken, smoothed."""

    at: NDArray[np.float64]  # [N], episodes or steps
    runs: NDArray[np.float64]  # [R, N], return of each run
    mean: NDArray[np.float64]  # [N], over runs
    low: NDArray[np.float64]  # [N], 95% interval of the mean; NaN where the runs are too few
    high: NDArray[np.float64]  # [N]


def curves(history: History, smoothing: int, generator: np.random.Generator) -> tuple[Curve, Curve]:
    """Smooth the training returns and take their mean over runs, with its 95% band.

    Args:
        history: of an agent's training.
        smoothing: episodes of a run that are averaged, up to the one shown.
        generator: of the bootstrap over runs.

    Returns:
        The curve over training episodes, and the one over environment steps, which ends where the
        first run has taken its last step: each point is a mean over all runs.
    """
    window = max(1, smoothing // int(history.episodes[0]))
    smooth = trailing_mean(history.returns.astype(np.float64), window)
    shown = thin(smooth.shape[1], POINTS)
    by_episodes = smooth[:, shown]
    steps = history.training_steps()
    at = np.linspace(steps[:, 0].max(), max(steps[:, -1].min(), steps[:, 0].max()), POINTS)
    by_steps = np.stack([np.interp(at, *run) for run in zip(steps, smooth, strict=True)])
    episodes = history.episodes[shown].astype(np.float64)
    return _curve(episodes, by_episodes, generator), _curve(at, by_steps, generator)


def _curve(
    at: NDArray[np.float64], runs: NDArray[np.float64], generator: np.random.Generator
) -> Curve:
    """Take the mean over runs [R, N], and its interval where they are enough for one."""
    mean = runs.mean(axis=0)
    if len(runs) < BOOTSTRAP_RUNS:
        return Curve(at, runs, mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan))
    return Curve(at, runs, mean, *bootstrap_interval(runs, RESAMPLES, generator))


def learning_curves(
    agents: Sequence[Agent],
    drawn: Sequence[tuple[Curve, Curve]],
    marks: Marks,
    smoothing: int,
) -> Figure:
    """Draw the return of the training episodes, over steps above and over episodes below.

    Args:
        agents: what to show.
        drawn: the curves of each of them, over episodes and over steps.
        marks: returns to hold them against.
        smoothing: episodes that each point averages over.
    """
    figure, (by_steps, by_episodes) = panels(2, len(agents), 5.2, sharey=True)
    low, high = _span(agents, drawn, marks)
    for column, (agent, (over_episodes, over_steps)) in enumerate(zip(agents, drawn, strict=True)):
        thousands = over_steps._replace(at=over_steps.at / 1000)
        _draw(by_steps[column], thousands, agent.look.colour, low)
        _draw(by_episodes[column], over_episodes, agent.look.colour, low)
        by_steps[column].set_xlabel("steps, thousands")
        by_episodes[column].set_xlabel("episodes")
    head(by_steps, [agent.look for agent in agents])
    for row in (by_steps, by_episodes):
        row[0].set(ylabel=f"return, mean of {smoothing} episodes", ylim=(low, high))
        for panel in row:
            marks.draw(panel.axhline)
    band = any(np.isfinite(curve.low).any() for pair in drawn for curve in pair)
    interval = "band: its 95% interval (bootstrap over runs)"
    none = f"fewer than {BOOTSTRAP_RUNS} have no interval"
    cut = any(curve.mean.min() < low for pair in drawn for curve in pair)
    explain(
        figure,
        f"line: mean over {of_runs(len(agents[0].returns))}; {interval if band else none};"
        f" faint: single runs, {LEGIBLE_RUNS} at most",
        marks.told() + "; lower returns are not shown" * cut,
    )
    return figure


def _span(
    agents: Sequence[Agent], drawn: Sequence[tuple[Curve, Curve]], marks: Marks
) -> tuple[float, float]:
    """Choose which returns are shown: those of the test, the marks, and all above.

    Learners can begin far below what random actions have: they walk over a cliff again and again.
    """
    highest = max(float(curve.runs[:LEGIBLE_RUNS].max()) for pair in drawn for curve in pair)
    return marks.span([highest, *(agent.returns.mean() for agent in agents)])


def _draw(panel: Axes, curve: Curve, colour: str, lowest: float) -> None:
    """Draw the single runs, the band and the mean, and say where it is if that is too low."""
    single = curve.runs[:LEGIBLE_RUNS].T
    panel.plot(curve.at, single, color=colour, alpha=FAINT, linewidth=0.5)
    panel.fill_between(curve.at, curve.low, curve.high, color=colour, alpha=BAND, linewidth=0)
    panel.plot(curve.at, curve.mean, color=colour)
    panel.set_xlim(0, max(curve.at[-1], curve.at[0] * 1.01))
    middle = float(np.median(curve.mean))
    if middle < lowest:
        told = f"median\n{number(middle, ',.0f')}\n\N{BLACK DOWN-POINTING TRIANGLE}"
        panel.text(0.5, 0.04, told, transform=panel.transAxes, ha="center", color=colour)


def table(agents: Sequence[Agent], drawn: Sequence[tuple[Curve, Curve]]) -> list[dict[str, Any]]:
    """List the points of the curves over episodes, for DVC's own plots."""
    return [
        {
            "agent": agent.look.name,
            "episode": int(episode),
            "return": round(float(mean), DECIMALS),
            "low": None if np.isnan(low) else round(float(low), DECIMALS),
            "high": None if np.isnan(high) else round(float(high), DECIMALS),
        }
        for agent, (curve, _) in zip(agents, drawn, strict=True)
        for episode, mean, low, high in zip(
            curve.at, curve.mean, curve.low, curve.high, strict=True
        )
    ]
