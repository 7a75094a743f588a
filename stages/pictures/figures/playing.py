"""How the trained agents did in the test: the returns of their runs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stages.evaluation.statistics import BOOTSTRAP_RUNS, wilson_interval
from stages.pictures.agent_style import INK
from stages.pictures.figures import Agent, of_runs
from stages.pictures.figures.learning import DECIMALS
from stages.pictures.figures.marks import MARGIN, MINUS, Marks, written
from stages.pictures.figures.style import BAND, explain, panels, sheet, thin, widths
from stages.pictures.formatting import estimate

LEGIBLE_DOTS = 200  # runs of an agent one above the other
SPREAD = 0.6  # of an agent's dots, of the distance between two agents


def returns(agents: Sequence[Agent], marks: Marks) -> Figure:
    """Draw every run's mean test return, the mean over runs, and the performance profile.

    The profile (Agarwal et al. 2021, section 4.2) tells the share of runs above each return. Where
    all episodes of all agents had one return, there is nothing to draw, and that is said.
    """
    marks = marks._replace(random=None)
    if len(np.unique(np.concatenate([agent.returns.ravel() for agent in agents]))) == 1:
        return _alike(agents, marks)
    height = 1.4 + 0.7 * len(agents)
    figure, ((dots, profile),) = panels(1, 2, height, width_ratios=(3, 2), sharex=True)
    ends = _span(agents, marks)
    told = [_runs(dots, place, agent) for place, agent in enumerate(agents)]
    dots.set_yticks(range(len(agents)), [_label(agent, marks) for agent in agents])
    for name, agent in zip(dots.get_yticklabels(), agents, strict=True):
        name.set_color(agent.look.colour)
        name.set_fontweight("bold" if _solved(agent, marks) == 0 else "normal")
    dots.set(xlabel="test return", xlim=ends, ylim=(len(agents) - 0.4, -0.5))
    dots.grid(visible=False, axis="y")
    _profiles(profile, agents, ends)
    for panel in (dots, profile):
        marks.draw(panel.axvline)
    episodes = agents[0].returns.shape[1]
    of_mean, of_profile = _intervals(agents)
    explain(
        figure,
        f"left: a dot is a run, from worst to best, its mean of {episodes} episodes"
        + " (line: the middle 50%)" * any(told),
        f"diamond: mean over {of_runs(len(agents[0].returns))}{of_mean}",
        "; ".join(filter(None, [f"right: performance profile{of_profile}", marks.told()])),
    )
    return figure


def _alike(agents: Sequence[Agent], marks: Marks) -> Figure:
    """Say which return all episodes had."""
    runs, episodes = agents[0].returns.shape
    count = len(agents)
    more = f"{count} agents, {of_runs(runs)} of each, " if count > 1 else f"{of_runs(runs)}, "
    more += f"{episodes} test episodes of {'each' if runs > 1 else 'the'} run"
    solved = _solved(agents[0], marks)
    if solved is not None:
        low, high = wilson_interval(solved, runs)
        within = "" if np.isnan(low) else f", 95% interval {low:.0%} to {high:.0%} (Wilson)"
        more += f"; {solved or 'none'} of {runs} solve it{within}"
    figure = sheet(0.7)
    said = (
        f"All test episodes of all runs had the return {written(float(agents[0].returns[0, 0]))}."
    )
    figure.text(0.01, 0.6, said, weight="bold", size=11)
    explain(figure, more)
    return figure


def _solved(agent: Agent, marks: Marks) -> int | None:
    """Count the runs that solve it; None where nothing counts as solved."""
    if marks.threshold is None:
        return None
    return int((agent.returns.mean(axis=1) >= marks.threshold).sum())


def _span(agents: Sequence[Agent], marks: Marks) -> tuple[float, float]:
    """Choose which returns are shown: the runs', and the ends of intervals not far beyond."""
    known = [*np.concatenate([agent.returns.mean(axis=1) for agent in agents]), *marks.known()]
    width = max(known) - min(known)
    low, high = min(known) - width, max(known) + width
    ends = [end for agent in agents for end in agent.interval]
    known += [end for end in ends if low <= end <= high]
    room = MARGIN * (max(known) - min(known) or 1.0)
    return float(min(known) - room), float(max(known) + room)


def _intervals(agents: Sequence[Agent]) -> tuple[str, str]:
    """Say which intervals the mean over runs and the profile are shown with."""
    runs = len(agents[0].returns)
    if runs == 1:
        return "; one run has no interval", ""
    if np.isnan([agent.interval for agent in agents]).any():
        none = f"; fewer than {BOOTSTRAP_RUNS} have no interval where returns have no known bounds"
        return none, " with its 95% band (Wilson)"
    method = "bootstrap" if runs >= BOOTSTRAP_RUNS else "Gaffke"
    return f" with its 95% interval ({method})", " with its 95% band (Wilson)"


def _label(agent: Agent, marks: Marks) -> str:
    """Name an agent, its mean, and how many of its runs solved, with their intervals."""
    means = agent.returns.mean(axis=1)
    interval = (None, None) if np.isnan(agent.interval).any() else agent.interval
    mean = estimate(means.mean(), *interval).replace("-", MINUS)
    lines = [agent.look.name, f"mean {mean}"]
    solved = _solved(agent, marks)
    if solved is not None:
        low, high = wilson_interval(solved, len(means))
        lines.append(f"{solved or 'none'} of {len(means)} solve it")
        if not np.isnan(low):
            lines[-1] += f" [{low:.0%}, {high:.0%}]"
    return "\n".join(lines)


def _runs(panel: Axes, place: int, agent: Agent) -> bool:
    """Draw the runs of an agent one above the other, from worst to best, and their mean below.

    Returns:
        Whether lines over the middle half of the episodes are drawn: not if they have two returns
        at most, lost and won, so that the lines say nothing.
    """
    means, colour = agent.returns.mean(axis=1), agent.look.colour
    order = np.argsort(means, kind="stable")
    shown = order[thin(len(order), LEGIBLE_DOTS)]
    at = place - SPREAD * 0.6 + SPREAD * (np.arange(len(shown)) + 0.5) / len(shown)
    low, high = np.percentile(agent.returns[shown], [25.0, 75.0], axis=1)
    several = len(np.unique(agent.returns)) > 2
    if several:
        panel.hlines(at, low, high, color=colour, alpha=BAND, linewidth=0.6)
    panel.plot(means[shown], at, "o", color=colour, markersize=3)
    mean, (low, high) = means.mean(), agent.interval
    bar = None if np.isnan(low) else [[max(mean - low, 0.0)], [max(high - mean, 0.0)]]
    below = place + SPREAD * 0.6
    panel.errorbar([mean], [below], xerr=bar, fmt="D", color=INK, markersize=4, capsize=3)
    return several


def _profiles(panel: Axes, agents: Sequence[Agent], ends: tuple[float, float]) -> None:
    """Draw the share of each agent's runs whose mean return is above each level."""
    for agent, width in zip(agents, widths(len(agents)), strict=True):
        reached = agent.returns.mean(axis=1)
        levels = np.unique(np.append(reached, ends))
        levels = levels[thin(len(levels))]
        counts = [int((reached > level).sum()) for level in levels]
        low, high = zip(*(wilson_interval(count, len(reached)) for count in counts), strict=True)
        share = [count / len(reached) for count in counts]
        colour = agent.look.colour
        panel.step(levels, share, where="post", color=colour, linewidth=width)
        panel.fill_between(
            levels, low, high, step="post", color=colour, alpha=BAND / 2, linewidth=0
        )
    panel.set(xlabel="return τ", ylabel="share of the runs above τ", ylim=(0, 1.02))
    panel.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    panel.locator_params(axis="x", nbins=3)


def table(agents: Sequence[Agent], threshold: float | None) -> list[dict[str, Any]]:
    """List every run's mean test return, for DVC's own plots."""
    return [
        {
            "agent": agent.look.name,
            "run": run,
            "return": round(float(mean), DECIMALS),
            "solved": threshold,
        }
        for agent in agents
        for run, mean in enumerate(agent.returns.mean(axis=1))
    ]
