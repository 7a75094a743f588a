"""How soon the runs of each agent had solved the environment, or how good they had become."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from stages.pictures.figures import Agent
from stages.pictures.figures.marks import Marks, number
from stages.pictures.figures.style import (
    BAND,
    FAINT,
    LEGIBLE_POINTS,
    LEGIBLE_RUNS,
    explain,
    legend,
    panels,
    thin,
    widths,
)
from stages.pictures.looks import Look
from stages.rl.judge.history import History
from stages.rl.judge.statistics import wilson_interval


def sample_efficiency(agents: Sequence[Agent], marks: Marks) -> Figure:
    """Draw what the training reached, over environment steps and over episodes.

    That is the share of the runs that had solved the environment; where nothing counts as solved,
    the return of the best policy so far.
    """
    figure, ((by_steps, by_episodes),) = panels(1, 2, 3.6, sharey=True)
    by_steps.set_xlabel("environment steps, thousands")
    by_episodes.set_xlabel("training episodes")
    if marks.threshold is None:
        marks = marks._replace(random=None)
        _best(by_steps, by_episodes, agents, marks)
        lines = [
            "nothing counts as solved here",
            "line: best policy so far, by its return on selection episodes, mean over runs; faint:"
            f" single runs, {LEGIBLE_RUNS} at most",
            marks.told(),
        ]
    else:
        _solved(by_steps, by_episodes, agents, marks.threshold)
        single = all(len(agent.returns) == 1 for agent in agents)
        lines = [
            f"a run has solved it at its first policy that averages {number(marks.threshold)} or"
            " more on selection episodes",
            "one run has no interval"
            if single
            else "band: 95% interval of the share (Wilson, point by point)",
        ]
    legend(figure, by_episodes)
    explain(figure, *lines)
    return figure


def _solved(by_steps: Axes, by_episodes: Axes, agents: Sequence[Agent], threshold: float) -> None:
    """Draw the share of the runs that had solved the environment."""
    for panel, unit, needed, ends in (
        (
            by_steps,
            1000,
            [agent.history.steps_to_solve(threshold) for agent in agents],
            [agent.history.training_steps().max() for agent in agents],
        ),
        (
            by_episodes,
            1,
            [agent.history.episodes_to_solve(threshold) for agent in agents],
            [agent.history.episodes[-1] for agent in agents],
        ),
    ):
        thick = widths(len(agents))
        for agent, times, end, width in zip(agents, needed, ends, thick, strict=True):
            _share(panel, times / unit, end / unit, agent.look, width)
        solved = [times[np.isfinite(times)].max(initial=0.0) for times in needed]
        # Up to where the last run solved: the training went on for long.
        panel.set_xlim(0, 1.1 * (max(solved) or max(ends)) / unit)
        panel.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    by_steps.set(ylabel="share of the runs solved", ylim=(-0.02, 1.02))


def _share(panel: Axes, needed: NDArray[np.float64], end: float, look: Look, width: float) -> None:
    """Draw the distribution over runs of what each needed to solve, up to the training's end."""
    solved = np.sort(needed[np.isfinite(needed)])
    at = np.concatenate(([0.0], solved, [end]))
    drawn = thin(len(at))
    counts = [min(int(place), len(solved)) for place in drawn]
    low, high = zip(*(wilson_interval(count, len(needed)) for count in counts), strict=True)
    share = [count / len(needed) for count in counts]
    colour = look.colour
    panel.step(at[drawn], share, where="post", color=colour, linewidth=width, label=look.name)
    panel.fill_between(at[drawn], low, high, step="post", color=colour, alpha=BAND / 2, linewidth=0)


def _best(by_steps: Axes, by_episodes: Axes, agents: Sequence[Agent], marks: Marks) -> None:
    """Draw the return of the best policy so far, from where all runs have one."""
    shown = []
    for place, panel in enumerate((by_steps, by_episodes)):
        improved = []
        for agent, width in zip(agents, widths(len(agents)), strict=True):
            needed, end = _needed(agent.history)[place]
            at = np.linspace(needed.min(axis=1).max(), end, LEGIBLE_POINTS)
            pairs = zip(needed, agent.history.scores, strict=True)
            runs = np.stack([_so_far(*run, at) for run in pairs])
            mean, colour = runs.mean(axis=0), agent.look.colour
            panel.plot(at, runs[:LEGIBLE_RUNS].T, color=colour, alpha=FAINT, linewidth=0.5)
            panel.plot(at, mean, color=colour, linewidth=width, label=agent.look.name)
            improved.append(at[mean < mean[-1]].max(initial=at[0]))
            shown += [float(mean[0]), float(runs[:LEGIBLE_RUNS].max())]
        marks.draw(panel.axhline)
        panel.set_xlim(0, 1.1 * max(improved))  # up to where the last mean rose
    by_steps.set(ylabel="return of the best policy so far", ylim=marks.span(shown))


def _needed(history: History) -> tuple[tuple[NDArray[np.float64], float], ...]:
    """Tell what it took up to each scored policy, [R, K], and to the end.

    First in thousands of steps, then in episodes.
    """
    known, after = np.concatenate(([0], history.episodes)), history.scored_after
    taken = history.training_steps() / 1000
    pairs = zip(after, taken, strict=True)
    steps = np.stack([np.interp(places, known, [0.0, *run]) for places, run in pairs])
    return (steps, taken.max()), (after.astype(np.float64), float(known[-1]))


def _so_far(
    needed: NDArray[np.float64], scores: NDArray[np.float64], at: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the best of a run's scores [K] that it has had at each place [N]."""
    return np.where(needed[:, np.newaxis] <= at, scores[:, np.newaxis], -np.inf).max(axis=0)
