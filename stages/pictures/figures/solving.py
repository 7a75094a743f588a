"""How soon the runs of each agent had solved the environment, or how good they had become."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from stages.evaluation.statistics import wilson_interval
from stages.pictures.agent_style import AgentStyle
from stages.pictures.figures import Agent
from stages.pictures.figures.axes import Axis, axis_of, write_beside
from stages.pictures.figures.marks import Marks, number, written
from stages.pictures.figures.style import (
    BAND,
    FAINT,
    LEGIBLE_RUNS,
    explain,
    panels,
    thin,
    widths,
)

STEPS = "environment steps of a run, those of validation included"
BEFORE = 0.8  # of what the quickest run needed: where a logarithmic axis begins


def sample_efficiency(agents: Sequence[Agent], marks: Marks) -> Figure:
    """Draw what the training reached, over environment steps.

    That is the share of the runs that had solved the environment; where nothing counts as solved,
    the return of the best policy so far.
    """
    figure, ((panel,),) = panels(1, 1, max(3.4, 1.6 + 0.42 * len(agents)))
    if marks.threshold is None:
        told = _best(panel, agents, marks._replace(random=None))
    else:
        told = _solved(panel, agents, marks.threshold)
    explain(figure, *told)
    return figure


def _solved(panel: Axes, agents: Sequence[Agent], threshold: float) -> list[str]:
    """Draw the share of the runs that had solved the environment; say what is drawn."""
    needed = [agent.history.steps_to_solve(threshold) for agent in agents]
    solved = [np.sort(times[np.isfinite(times)]) for times in needed]
    ends = [float(agent.history.steps.max()) for agent in agents]
    middles = [
        float(np.median(times)) if len(times) else end
        for times, end in zip(solved, ends, strict=True)
    ]
    first = BEFORE * min(times.min(initial=min(ends)) for times in solved)
    axis = axis_of(first, max(ends), middles)
    runs, words = [len(times) for times in needed], []
    thick = widths(len(agents))
    for agent, count, times, end, width in zip(agents, runs, solved, ends, thick, strict=True):
        _share(panel, axis, times, count, end, agent.look, width)
        told = f"{len(times)} of {count} solved it" if len(times) else f"none of {count} solved it"
        words.append((len(times) / count, f"{agent.look.name}\n{told}", agent.look.colour))
    panel.set(ylabel="share of the runs solved", ylim=(-0.02, 1.02))
    panel.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axis.draw(panel, STEPS)
    # Of lines that end together, the soonest is named first.
    write_beside(panel, [words[place] for place in np.argsort(middles, kind="stable")])
    single = max(runs) == 1
    return [
        f"a run has solved it at a validation score of {number(threshold)} or more after which"
        " none lies significantly below",
        "one run has no interval"
        if single
        else "band: 95% interval of the share (Wilson, point by point)",
    ]


def _share(
    panel: Axes,
    axis: Axis,
    solved: NDArray[np.float64],
    runs: int,
    end: float,
    look: AgentStyle,
    width: float,
) -> None:
    """Draw the distribution over runs of what each needed to solve, up to the training's end."""
    at = np.concatenate((axis.values[:1], solved, [end]))
    drawn = thin(len(at))
    counts = [min(int(place), len(solved)) for place in drawn]
    low, high = zip(*(wilson_interval(count, runs) for count in counts), strict=True)
    share = [count / runs for count in counts]
    colour, places = look.colour, axis.place(at[drawn])
    panel.step(places, share, where="post", color=colour, linewidth=width)
    panel.fill_between(places, low, high, step="post", color=colour, alpha=BAND / 2, linewidth=0)


def _best(panel: Axes, agents: Sequence[Agent], marks: Marks) -> list[str]:
    """Draw the return of the best policy so far, from where all runs have one."""
    firsts = [float(agent.history.known_after.min(axis=1).max()) for agent in agents]
    ends = [float(agent.history.steps.max()) for agent in agents]
    axis = axis_of(min(firsts), max(ends), ends)
    shown, words = [], []
    for agent, first, end, width in zip(agents, firsts, ends, widths(len(agents)), strict=True):
        between = axis.values[(axis.values > first) & (axis.values < end)]
        at = np.concatenate(([first], between, [end]))
        pairs = zip(agent.history.known_after, agent.history.scores, strict=True)
        runs = np.stack([_so_far(*run, at) for run in pairs])
        mean, colour, places = runs.mean(axis=0), agent.look.colour, axis.place(at)
        panel.plot(places, runs[:LEGIBLE_RUNS].T, color=colour, alpha=FAINT, linewidth=0.5)
        panel.plot(places, mean, color=colour, linewidth=width)
        shown += [float(mean[0]), float(runs[:LEGIBLE_RUNS].max())]
        last = float(mean[-1])
        words.append((last, f"{agent.look.name}\n{written(last)}", colour))
    marks.draw(panel.axhline)
    panel.set(ylabel="return of the best policy so far", ylim=marks.span(shown))
    axis.draw(panel, STEPS)
    write_beside(panel, words)
    return [
        "nothing counts as solved here",
        "line: best policy so far, by its return on validation episodes, mean over runs; faint:"
        f" single runs, {LEGIBLE_RUNS} at most",
        marks.told(),
    ]


def _so_far(
    needed: NDArray[np.int64], scores: NDArray[np.float64], at: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the best of a run's scores [K] that it has had at each place [N]."""
    return np.where(needed[:, np.newaxis] <= at, scores[:, np.newaxis], -np.inf).max(axis=0)
