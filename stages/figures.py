"""The figures: learning curves, and the test returns of every run."""

import io
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from stages.rl.environments import ENVIRONMENTS
from stages.rl.statistics import bootstrap_interval, trailing_mean

# Colours of Okabe and Ito, told apart by colour-blind readers as well; one for each agent.
COLOURS = {"search": "#0072b2", "policy": "#d55e00", "q_learning": "#009e73"}
OTHER_COLOUR = "#555555"
POINTS = 400  # of a curve: more than a figure has pixels for would only cost time
CURVE_RESAMPLES = 1000


class Agent(NamedTuple):
    """What the figures show of an agent."""

    training_episodes: NDArray[np.int64]  # [N], up to the end of each stretch of them
    training_returns: NDArray[np.float32]  # [R, N], mean return in each stretch
    test_returns: NDArray[np.int32]  # [R, E], of the test episodes


def learning_curves(
    agents: Mapping[str, Agent], env_id: str, smoothing: int, generator: np.random.Generator
) -> bytes:
    """Draw the reward of each training episode, one panel for each agent.

    Args:
        agents: what to show, by name.
        env_id: the environment, which sets the limit and the threshold.
        smoothing: episodes of a run that are averaged, up to the one shown.
        generator: of the bootstrap over runs.

    Returns:
        A PNG picture.
    """
    threshold = ENVIRONMENTS[env_id].reward_threshold
    figure, panels = _panels(agents, env_id, 3.8)
    for panel, (name, agent) in zip(panels, agents.items(), strict=True):
        colour = COLOURS.get(name, OTHER_COLOUR)
        runs, stretches = agent.training_returns.shape
        window = max(1, smoothing // int(agent.training_episodes[0]))
        curves = trailing_mean(agent.training_returns.astype(np.float64), window)
        shown = np.unique(np.linspace(0, stretches - 1, POINTS).astype(int))
        curves, episodes = curves[:, shown], agent.training_episodes[shown]
        low, high = bootstrap_interval(curves, CURVE_RESAMPLES, generator)
        panel.plot(episodes, curves.T, color=colour, alpha=0.15, linewidth=0.5)
        panel.fill_between(episodes, low, high, color=colour, alpha=0.35, linewidth=0)
        panel.plot(episodes, curves.mean(axis=0), color=colour)
        panel.set(title=f"{name}, {runs} runs", xlabel="training episode")
        panel.set_xlim(1, max(episodes[-1], 2))
    panels[0].set_ylabel(f"reward per episode,\nmean of the last {smoothing}")
    figure.supxlabel(
        "thick: mean over runs, with its 95 % band (bootstrap over runs); thin: single runs;"
        f" dotted: solved ({threshold:g})",
        fontsize="small",
    )
    return _png(figure)


def test_returns(agents: Mapping[str, Agent], env_id: str) -> bytes:
    """Draw every run's mean return over its test episodes, with the worst and best of them.

    Returns:
        A PNG picture.
    """
    threshold = ENVIRONMENTS[env_id].reward_threshold
    figure, panels = _panels(agents, env_id, 3.2)
    for panel, (name, agent) in zip(panels, agents.items(), strict=True):
        colour = COLOURS.get(name, OTHER_COLOUR)
        returns = agent.test_returns
        means = returns.mean(axis=1)
        order = np.argsort(means, kind="stable")
        runs = np.arange(len(order))
        panel.vlines(
            runs, returns.min(axis=1)[order], returns.max(axis=1)[order], color=colour, alpha=0.35
        )
        panel.plot(runs, means[order], "o", color=colour, markersize=3)
        solved = int((means >= threshold).sum())
        panel.set(title=f"{name}: {solved} of {len(means)} solved")
        panel.set_xlabel("run, from worst to best")
    panels[0].set_ylabel("test return")
    figure.supxlabel(
        f"dot: mean of {agents[name].test_returns.shape[1]} episodes; line: from the lowest to the"
        " highest;"
        f" dotted: solved ({threshold:g})",
        fontsize="small",
    )
    return _png(figure)


def _panels(agents: Mapping[str, Agent], env_id: str, height: float) -> tuple[Figure, list[Axes]]:
    """Lay out a panel for each agent, over returns from 0 to the limit, the threshold dotted."""
    limit, threshold = ENVIRONMENTS[env_id]
    figure = Figure(figsize=(4 * len(agents), height), layout="constrained")
    panels = figure.subplots(1, len(agents), sharey=True, squeeze=False)[0]
    for panel in panels:
        panel.set_ylim(0, limit * 1.04)
        panel.axhline(threshold, color="black", linewidth=0.8, linestyle=":")
    return figure, list(panels)


def _png(figure: Figure) -> bytes:
    """Encode a figure: no version in it, and zlib settings under which zlib-ng gives the same."""
    picture = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(
        picture,
        format="png",
        metadata={"Software": None},
        pil_kwargs={"compress_level": 6, "compress_type": 3},
    )
    return picture.getvalue()
