"""How the trained agents did in the test: the returns of their runs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from stages.evaluation.statistics import BOOTSTRAP_RUNS, wilson_interval
from stages.pictures.agent_style import INK
from stages.pictures.figures import Agent, style
from stages.pictures.figures.learning_curves import DECIMALS
from stages.pictures.figures.reference_lines import MARGIN, ReferenceLines, estimate

ROW = 0.85  # inches for an agent
DOTS = (0.02, 0.3)  # where an agent's runs are, from worst to best, in rows from its middle
MEAN = 0.4  # where its mean is
WORDS = (-0.46, -0.25)  # where its name and its numbers begin


def test_returns(agents: Sequence[Agent], lines: ReferenceLines) -> Figure:
    """Draw every run's mean test return, and the mean over runs with its interval."""
    lines = lines._replace(random=None)
    figure, ((panel,),) = style.panels(1, 1, ROW * len(agents), 0.0)
    lines.draw(panel.axvline)
    for row, agent in enumerate(agents):
        _draw_runs(panel, row, agent, lines.threshold)
    panel.set(yticks=[], ylim=(len(agents) - 0.5, -0.5), xlim=_span(agents, lines))
    panel.set_xlabel("test return")
    panel.spines["left"].set_visible(False)
    panel.xaxis.set_major_locator(MaxNLocator(5))
    panel.xaxis.set_major_formatter(style.written)
    runs, episodes = agents[0].returns.shape
    return style.finish(
        figure,
        lines.keys(),
        f"A dot is a run, its mean of {episodes} episodes, from worst to best; diamond: mean over"
        f" {style.count_runs(runs)}{_interval(agents)}.",
    )


def _span(agents: Sequence[Agent], lines: ReferenceLines) -> tuple[float, float]:
    """Choose which returns are shown: the runs', and the ends of intervals not far beyond."""
    known = [*np.concatenate([agent.returns.mean(axis=1) for agent in agents])]
    known += [value for value in lines if value is not None]
    width = max(known) - min(known)
    low, high = min(known) - width, max(known) + width
    ends = [end for agent in agents for end in agent.interval]
    known += [end for end in ends if low <= end <= high]
    room = MARGIN * (max(known) - min(known) or 1.0)
    return float(min(known) - room), float(max(known) + room)


def _interval(agents: Sequence[Agent]) -> str:
    """Say which interval the mean over runs is shown with."""
    runs = len(agents[0].returns)
    if runs == 1:
        return "; one run has no interval"
    if np.isnan([agent.interval for agent in agents]).any():
        return (
            f"; fewer than {BOOTSTRAP_RUNS} runs have no interval where returns have no known"
            " bounds"
        )
    return f" with its 95% interval ({'bootstrap' if runs >= BOOTSTRAP_RUNS else 'Gaffke'})"


def _describe(agent: Agent, threshold: float | None) -> str:
    """Write an agent's mean, and how many of its runs solve, with their intervals."""
    means = agent.returns.mean(axis=1)
    interval = (None, None) if np.isnan(agent.interval).any() else agent.interval
    words = f"mean {estimate(float(means.mean()), *interval)}"
    if threshold is None:
        return words
    solved = int((means >= threshold).sum())
    low, high = wilson_interval(solved, len(means))
    words += f"; {solved or 'none'} of {len(means)} solve it"
    return words if np.isnan(low) else f"{words} [{low:.0%}, {high:.0%}]"


def _draw_runs(panel: Axes, row: int, agent: Agent, threshold: float | None) -> None:
    """Draw the runs of an agent, their mean below, and its name and numbers above."""
    means, colour = np.sort(agent.returns.mean(axis=1)), agent.style.colour
    means = means[style.thin(len(means))]
    first, last = DOTS
    at = row + first + (last - first) * (np.arange(len(means)) + 0.5) / len(means)
    panel.plot(means, at, "o", color=colour, markersize=3)
    mean, (low, high) = agent.returns.mean(), agent.interval
    bar = None if np.isnan(low) else [[max(mean - low, 0.0)], [max(high - mean, 0.0)]]
    panel.errorbar([mean], [row + MEAN], xerr=bar, fmt="D", color=INK, markersize=3, capsize=2)
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
    place: dict[str, Any] = {"transform": panel.get_yaxis_transform(), "va": "top", "bbox": box}
    panel.text(0.0, row + WORDS[0], agent.style.name, color=colour, weight="bold", **place)
    panel.text(0.0, row + WORDS[1], _describe(agent, threshold), **place)


def table(agents: Sequence[Agent], threshold: float | None) -> list[dict[str, Any]]:
    """List every run's mean test return, for DVC's own plots."""
    return [
        {
            "agent": agent.style.name,
            "run": run,
            "return": round(float(mean), DECIMALS),
            "solved": threshold,
        }
        for agent in agents
        for run, mean in enumerate(agent.returns.mean(axis=1))
    ]
