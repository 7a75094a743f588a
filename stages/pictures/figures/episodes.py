"""How the trained agents spend an episode of the test, step by step."""

from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from stages.evaluation.episodes import ENDED
from stages.pictures.agent_style import INK
from stages.pictures.figures import Agent, plot_hints, style
from stages.rl.interface.task import Task

POINTS = 100  # of a band over the steps
LETTERS = 22  # of a name beside a panel


def episodes(agents: Sequence[Agent], task: Task) -> Figure:
    """Draw some variables of the observations; where these are states, the return so far."""
    variables = () if task.state_count else plot_hints.trajectories(task)
    columns = max(1, len(variables))
    figure, rows = style.panels(
        len(agents), columns, 1.0, 0.3, style.LEFT, sharex=True, sharey="col"
    )
    ends = task.spec.reference_lines
    for agent, row in zip(agents, rows, strict=True):
        colour = agent.style.colour
        row[0].set_title(agent.style.name, color=colour)
        lasts = (agent.episodes.actions != ENDED).sum(axis=1)
        for panel, variable in zip(row, variables, strict=False):
            _draw(panel, agent.episodes.observations[:, :, variable], lasts, colour)
            panel.autoscale(axis="y")
            for end in ends.get(variable, ()):
                panel.axhline(end, color=INK, linewidth=0.9, linestyle="--")
        if not variables:
            gained = np.cumsum(agent.episodes.rewards, axis=1, dtype=np.float64)
            gained = np.pad(gained, ((0, 0), (1, 0)))  # an episode that is over keeps its return
            _draw(row[0], gained, np.full_like(lasts, gained.shape[1] - 1), colour)
            row[0].autoscale(axis="y")
            row[0].set_ylabel("return so far")
    for panel, variable in zip(rows[-1], variables, strict=False):
        name = fill(task.observation_names[variable], LETTERS * len(rows))
        panel.set_ylabel(name, loc="bottom")  # beside the panels above as well
    for panel in rows[-1]:
        panel.set_xlabel("steps")
        panel.xaxis.set_major_locator(MaxNLocator(4))
        panel.xaxis.set_major_formatter(style.written)
        panel.set_xlim(0, max(agent.episodes.actions.shape[1] for agent in agents))
    recorded = len(agents[0].episodes.actions)
    over = "that still play" if variables else "with the final return of those that have ended"
    return style.finish(
        figure,
        [],
        "Each run's first test episode, from the same start for every agent. Line: run 0"
        + f"; bands: the middle 50% and 95% of the first {recorded} runs, {over}" * (recorded > 1)
        + ".",
        "Dashed: where an episode terminates." * any(variable in ends for variable in variables),
    )


def _draw(panel: Axes, values: NDArray[np.floating], lasts: NDArray[np.int64], colour: str) -> None:
    """Draw run 0, and the bands that hold most of the runs.

    Args:
        panel: where.
        values: [R, T + 1].
        lasts: [R], the last step of which a run has a value.
        colour: of the agent.
    """
    at = style.thin(int(lasts.max()) + 1, POINTS)
    ends = [np.percentile(values[lasts >= step, step], [2.5, 25.0, 75.0, 97.5]) for step in at]
    lowest, low, high, highest = np.transpose(ends)
    panel.fill_between(at, lowest, highest, color=colour, alpha=style.BAND, linewidth=0)
    panel.fill_between(at, low, high, color=colour, alpha=style.BAND, linewidth=0)
    panel.plot(values[0, : lasts[0] + 1], color=colour, linewidth=1)
