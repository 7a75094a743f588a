"""How the trained agents did in the test: their returns, and how they spend an episode."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from stages.agents import look
from stages.figures import Agent
from stages.figures.style import BAND, INK, explain, panels, thin
from stages.rl.environments import ANGLE_LIMIT, ENVIRONMENTS, POSITION_LIMIT, TIME_STEP
from stages.rl.episodes import ENDED, Episodes
from stages.rl.statistics import BOOTSTRAP_RUNS, wilson_interval

LEGIBLE_DOTS = 200  # runs of an agent side by side
SPREAD = 0.6  # of an agent's dots, of the distance between two agents
ROOM = 0.14  # of the limit, which two lines of text need
DEGREES = 57.29577951308232  # in a radian
RESOLUTION = 4  # steps between two points of a band over time


def returns(
    agents: Mapping[str, Agent], intervals: Mapping[str, tuple[float, float]], env_id: str
) -> Figure:
    """Draw every run's mean test return, the mean over runs, and the performance profile.

    The profile (Agarwal et al. 2021, section 4.2) tells the share of runs above each return.

    Args:
        agents: what to show, by name.
        intervals: of each agent's mean return over runs, 95%.
        env_id: the environment, which sets the limit and the threshold.
    """
    limit, threshold = ENVIRONMENTS[env_id]
    figure, ((dots, profile),) = panels(1, 2, 3.9, width_ratios=(3, 2))
    labels, lowest = [], threshold
    runs = max(len(agent.returns) for agent in agents.values())
    for place, (name, agent) in enumerate(agents.items()):
        means = agent.returns.mean(axis=1)
        _runs(dots, place, agent.returns, look(name).colour)
        beside = place + SPREAD / 2 + 0.1
        _mean(dots, beside, means.mean(), intervals[name], limit, threshold)
        lowest = min(lowest, means.min())
        # The first is the widest, so that those drawn over it do not hide it.
        _profile(profile, means, name, limit, 1.2 * (len(agents) - place))
        labels.append(_label(name, means, threshold))
    dots.set_xticks(range(len(agents)), labels)
    of_share, of_mean, of_profile = _intervals(runs)
    dots.set(xlabel=f"runs that solve it{of_share}", ylabel="test return")
    dots.set_ylim(0, limit * 1.04)
    dots.set_xlim(-0.5, len(agents) - 0.3)
    dots.grid(visible=False, axis="x")
    dots.axhline(threshold, color=INK, linewidth=0.9, linestyle="--")
    profile.axvline(threshold, color=INK, linewidth=0.9, linestyle="--")
    profile.set(xlabel="return τ", ylabel="share of the runs above τ")
    profile.set_xlim(max(0.0, lowest - 0.1 * limit), limit * 1.01)
    profile.set_ylim(0, 1.02)
    profile.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    profile.legend(loc="lower left")
    episodes = agent.returns.shape[1]
    explain(
        figure,
        f"left: a dot is a run, from worst to best, its mean of {episodes} episodes"
        " (line: lowest to highest);",
        f"diamond: mean over runs{of_mean};",
        f"right: performance profile{of_profile}; dashed: solved, at {threshold:g}",
    )
    return figure


def _intervals(runs: int) -> tuple[str, str, str]:
    """Say which intervals the runs that solve, their mean and the profile are shown with."""
    if runs == 1:
        return "", "; one run has no interval", ""
    method = "bootstrap" if runs >= BOOTSTRAP_RUNS else "Gaffke"
    of_mean = f" with its 95% interval ({method}); intervals of shares: Wilson"
    return ", with their share's 95% interval", of_mean, " with its 95% band"


def _label(name: str, means: NDArray[np.float64], threshold: float) -> str:
    """Name an agent and say how many of its runs solved, with the interval of that share."""
    solved = int((means >= threshold).sum())
    low, high = wilson_interval(solved, len(means))
    interval = "" if np.isnan(low) else f"\n[{low:.0%}, {high:.0%}]"
    return f"{look(name).name}\n{solved} of {len(means)}{interval}"


def _runs(
    panel: Axes,
    place: int,
    played: NDArray[np.int32],
    colour: str,
) -> None:
    """Draw the runs [R, E] of an agent side by side, from worst to best."""
    means = played.mean(axis=1)
    order = np.argsort(means, kind="stable")
    shown = order[thin(len(order), LEGIBLE_DOTS)]
    across = place - SPREAD / 2 + SPREAD * (np.arange(len(shown)) + 0.5) / len(shown)
    lowest, highest = played.min(axis=1)[shown], played.max(axis=1)[shown]
    panel.vlines(across, lowest, highest, color=colour, alpha=BAND, linewidth=1)
    panel.plot(across, means[shown], "o", color=colour, markersize=3)


def _mean(
    panel: Axes, at: float, mean: float, interval: tuple[float, float], limit: int, threshold: float
) -> None:
    """Draw a mean and its interval, and write both where neither its bar nor a line is."""
    if np.isnan(interval).any():
        low = high = mean
        told = f"{mean:.1f}"
    else:
        low, high = interval
        told = f"{mean:.1f}\n[{low:.1f}, {high:.1f}]"
    off = [[max(mean - low, 0.0)], [max(high - mean, 0.0)]]
    panel.errorbar([at], [mean], off, fmt="D", color=INK, markersize=4, capsize=3)
    room_below = low > limit * ROOM
    above = high if high < threshold - limit * ROOM else limit
    panel.annotate(
        told,
        (at, min(low, threshold) if room_below else above),
        (0, -6 if room_below else 6),
        textcoords="offset points",
        ha="center",
        va="top" if room_below else "bottom",
        fontsize=7,
    )


def _profile(
    panel: Axes, means: NDArray[np.float64], name: str, limit: int, linewidth: float
) -> None:
    """Draw the share of runs whose mean return is above each level."""
    levels = np.unique(np.append(means, (0.0, limit)))
    levels = levels[thin(len(levels))]
    counts = [int((means > level).sum()) for level in levels]
    low, high = zip(*(wilson_interval(count, len(means)) for count in counts), strict=True)
    colour = look(name).colour
    share = [count / len(means) for count in counts]
    panel.step(
        levels, share, where="post", color=colour, linewidth=linewidth, label=look(name).name
    )
    panel.fill_between(levels, low, high, step="post", color=colour, alpha=BAND / 2, linewidth=0)


def table(agents: Mapping[str, Agent]) -> list[dict[str, Any]]:
    """List every run's mean test return, for DVC's own plots."""
    return [
        {"agent": look(name).name, "run": run, "return": round(float(mean), 2)}
        for name, agent in agents.items()
        for run, mean in enumerate(agent.returns.mean(axis=1))
    ]


def episodes(agents: Mapping[str, Agent], env_id: str) -> Figure:
    """Draw where the runs are during a test episode: the cart's position and the pole's angle."""
    limit = ENVIRONMENTS[env_id].episode_limit
    figure, rows = panels(2, len(agents), 4.6, sharey="row", sharex=True)
    for row, (variable, unit, bound, label) in enumerate(
        (
            (0, 1.0, POSITION_LIMIT, "cart position, m"),
            (2, DEGREES, ANGLE_LIMIT * DEGREES, "pole angle, degrees"),
        )
    ):
        for panel, (name, agent) in zip(rows[row], agents.items(), strict=True):
            _course(panel, agent.episodes, variable, unit, look(name).colour)
            panel.set_ylim(-bound * 1.08, bound * 1.08)
            panel.set_xlim(0, limit * TIME_STEP)
            for side in (-bound, bound):
                panel.axhline(side, color=INK, linewidth=0.9, linestyle="--")
            if row == 0:
                panel.set_title(look(name).name, color=look(name).colour)
            else:
                panel.set_xlabel("time, s")
        rows[row][0].set_ylabel(label)
    recorded = len(agent.episodes.actions)
    bands = f"; bands: the middle 50% and 95% of the first {recorded} runs, as long as they play"
    explain(
        figure,
        f"line: run 0{bands if recorded > 1 else ''};",
        "each run's first test episode, from the same start for every agent; dashed: where an"
        " episode terminates",
    )
    return figure


def _course(panel: Axes, recorded: Episodes, variable: int, unit: float, colour: str) -> None:
    """Draw a state variable over time: run 0, and the bands that hold most of the runs."""
    values = recorded.observations[:, :, variable].astype(np.float64) * unit
    steps = (recorded.actions != ENDED).sum(axis=1)
    last = int(steps.max())
    at = np.unique(np.append(np.arange(0, last, RESOLUTION), last))
    for low, high in ((2.5, 97.5), (25.0, 75.0)):
        band = [np.percentile(values[steps >= step, step], [low, high]) for step in at]
        lower, upper = np.transpose(band)
        panel.fill_between(
            at * TIME_STEP, lower, upper, color=colour, alpha=BAND / 1.5, linewidth=0
        )
    first = recorded.of(0).observations[:, variable].astype(np.float64) * unit
    panel.plot(np.arange(len(first)) * TIME_STEP, first, color=colour, linewidth=1)
