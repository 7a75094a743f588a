"""How the agents learned: learning curves, and how soon each run had solved the environment."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from stages.agents import look
from stages.figures import Agent, of_runs
from stages.figures.style import BAND, FAINT, INK, LEGIBLE_RUNS, explain, panels, thin
from stages.rl.environments import ENVIRONMENTS
from stages.rl.history import History
from stages.rl.statistics import (
    BOOTSTRAP_RUNS,
    bootstrap_interval,
    trailing_mean,
    wilson_interval,
)

POINTS = 100  # of a curve
RESAMPLES = 1000  # behind the band of a curve


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
    agents: Mapping[str, Agent],
    drawn: Mapping[str, tuple[Curve, Curve]],
    env_id: str,
    smoothing: int,
) -> Figure:
    """Draw the return of the training episodes, over steps above and over episodes below.

    Args:
        agents: what to show, by name.
        drawn: the curves of each of them, over episodes and over steps.
        env_id: the environment, which sets the limit and the threshold.
        smoothing: episodes that each point averages over.
    """
    limit, threshold = ENVIRONMENTS[env_id]
    figure, (by_steps, by_episodes) = panels(2, len(agents), 5.2, sharey=True)
    for column, (name, agent) in enumerate(agents.items()):
        over_episodes, over_steps = drawn[name]
        thousands = over_steps._replace(at=over_steps.at / 1000)
        _draw(by_steps[column], thousands, look(name).colour)
        _draw(by_episodes[column], over_episodes, look(name).colour)
        by_steps[column].set_title(
            f"{look(name).name}, {of_runs(len(agent.returns))}", color=look(name).colour
        )
        by_steps[column].set_xlabel("environment steps, thousands")
        by_episodes[column].set_xlabel("training episodes")
        for panel in (by_steps[column], by_episodes[column]):
            panel.set_ylim(0, limit * 1.04)
            panel.axhline(threshold, color=INK, linewidth=0.9, linestyle="--")
            panel.axhline(agent.random_return, color=INK, linewidth=0.9, linestyle=":")
    for row in (by_steps, by_episodes):
        row[0].set_ylabel(f"return, mean of {smoothing} episodes")
    band = any(np.isfinite(curve.low).any() for pair in drawn.values() for curve in pair)
    explain(
        figure,
        "line: mean over runs; band: its 95% interval (bootstrap over runs);"
        if band
        else f"line: mean over runs, with no interval as they are fewer than {BOOTSTRAP_RUNS};",
        f"faint: single runs, {LEGIBLE_RUNS} at most; dashed: solved, at {threshold:g};"
        " dotted: random actions",
    )
    return figure


def _draw(panel: Axes, curve: Curve, colour: str) -> None:
    """Draw the single runs, the band and the mean."""
    single = curve.runs[:LEGIBLE_RUNS].T
    panel.plot(curve.at, single, color=colour, alpha=FAINT, linewidth=0.5)
    panel.fill_between(curve.at, curve.low, curve.high, color=colour, alpha=BAND, linewidth=0)
    panel.plot(curve.at, curve.mean, color=colour)
    panel.set_xlim(0, max(curve.at[-1], curve.at[0] * 1.01))


def table(drawn: Mapping[str, tuple[Curve, Curve]]) -> list[dict[str, Any]]:
    """List the points of the curves over episodes, for DVC's own plots."""
    return [
        {
            "agent": look(name).name,
            "episode": int(episode),
            "return": round(float(mean), 2),
            "low": None if np.isnan(low) else round(float(low), 2),
            "high": None if np.isnan(high) else round(float(high), 2),
        }
        for name, (curve, _) in drawn.items()
        for episode, mean, low, high in zip(
            curve.at, curve.mean, curve.low, curve.high, strict=True
        )
    ]


def sample_efficiency(agents: Mapping[str, Agent], env_id: str) -> Figure:
    """Draw the share of the runs that had solved the environment, over steps and over episodes."""
    threshold = ENVIRONMENTS[env_id].reward_threshold
    figure, ((by_steps, by_episodes),) = panels(1, 2, 3.4, sharey=True)
    for panel, unit, needed, ends in (
        (
            by_steps,
            1000,
            {name: agent.history.steps_to_solve(threshold) for name, agent in agents.items()},
            {name: agent.history.training_steps().max() for name, agent in agents.items()},
        ),
        (
            by_episodes,
            1,
            {name: agent.history.episodes_to_solve(threshold) for name, agent in agents.items()},
            {name: agent.history.episodes[-1] for name, agent in agents.items()},
        ),
    ):
        for name in agents:
            _share(panel, needed[name] / unit, ends[name] / unit, name)
        solved = [times[np.isfinite(times)].max(initial=0.0) for times in needed.values()]
        # Up to where the last run solved: the training went on for long.
        panel.set_xlim(0, 1.1 * (max(solved) or max(ends.values())) / unit)
    by_steps.set(xlabel="environment steps, thousands", ylabel="share of the runs solved")
    by_episodes.set(xlabel="training episodes")
    for panel in (by_steps, by_episodes):
        panel.set_ylim(0, 1.02)
        panel.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    by_episodes.legend(loc="lower right")
    single = all(len(agent.returns) == 1 for agent in agents.values())
    explain(
        figure,
        f"a run has solved it at its first policy that averages {threshold:g} or more on selection"
        " episodes;",
        "one run has no interval"
        if single
        else "band: 95% interval of the share (Wilson, point by point)",
    )
    return figure


def _share(panel: Axes, needed: NDArray[np.float64], end: float, name: str) -> None:
    """Draw the distribution over runs of what each needed to solve, up to the training's end."""
    solved = np.sort(needed[np.isfinite(needed)])
    at = np.concatenate(([0.0], solved, [end]))
    drawn = thin(len(at))
    counts = [min(int(place), len(solved)) for place in drawn]
    low, high = zip(*(wilson_interval(count, len(needed)) for count in counts), strict=True)
    colour = look(name).colour
    share = [count / len(needed) for count in counts]
    panel.step(at[drawn], share, where="post", color=colour, label=look(name).name)
    panel.fill_between(at[drawn], low, high, step="post", color=colour, alpha=BAND / 2, linewidth=0)
