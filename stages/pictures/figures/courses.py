"""How the trained agents spend an episode of the test, step by step."""

from collections.abc import Sequence
from textwrap import fill
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from stages.evaluation.episodes import ENDED
from stages.pictures.agent_style import INK
from stages.pictures.figures import Agent, shown
from stages.pictures.figures.style import BAND, explain, head, panels, thin
from stages.rl.interface.task import Task

POINTS = 126  # of a band over the steps
LETTERS = 24  # that fit beside a row of panels


class Course(NamedTuple):
    """A quantity over the steps of the recorded episodes of an agent."""

    values: NDArray[np.float64]  # [R, T + 1]
    lasts: NDArray[np.int64]  # [R], the last step of which there is a value


def episodes(agents: Sequence[Agent], task: Task) -> Figure:
    """Draw some variables of what the runs see; where they see numbers, the return so far."""
    variables = [] if task.state_count else list(shown.courses(task))
    count, ends = max(1, len(variables)), task.spec.reference_lines
    figure, rows = panels(count, len(agents), 1.0 + 1.8 * count, sharey="row", sharex=True)
    for row, variable in zip(rows, variables, strict=False):
        for panel, agent in zip(row, agents, strict=True):
            _draw(panel, _seen(agent, variable), agent.look.colour)
            for end in ends.get(variable, ()):
                panel.axhline(end, color=INK, linewidth=0.9, linestyle="--")
        row[0].set_ylabel(fill(task.observation_names[variable], LETTERS))
    if not variables:
        for panel, agent in zip(rows[0], agents, strict=True):
            _draw(panel, _gained(agent), agent.look.colour)
        rows[0][0].set_ylabel("return so far")
    head(rows[0], [agent.look for agent in agents])
    for panel in rows[-1]:
        panel.set_xlabel("steps")
    panel.set_xlim(0, max(agent.episodes.actions.shape[1] for agent in agents))
    recorded = len(agents[0].episodes.actions)
    bands = f"; bands: the middle 50% and 95% of the first {recorded} runs" * (recorded > 1)
    over = ", as long as they play" if variables else ", after an episode's end as at its end"
    dashed = "; dashed: where an episode terminates" * any(key in ends for key in variables)
    explain(
        figure,
        f"line: run 0{bands}{over}",
        f"each run's first test episode, from the same start for every agent{dashed}",
    )
    return figure


def _seen(agent: Agent, variable: int) -> Course:
    """Follow a variable of the observation."""
    values = agent.episodes.observations[:, :, variable].astype(np.float64)
    return Course(values, (agent.episodes.actions != ENDED).sum(axis=1))


def _gained(agent: Agent) -> Course:
    """Follow the return so far, which stays when an episode is over."""
    values = np.cumsum(agent.episodes.rewards, axis=1, dtype=np.float64)
    runs, steps = values.shape
    return Course(np.pad(values, ((0, 0), (1, 0))), np.full(runs, steps))


def _draw(panel: Axes, course: Course, colour: str) -> None:
    """Draw run 0, and the bands that hold most of the runs."""
    at = thin(int(course.lasts.max()) + 1, POINTS)
    for low, high in ((2.5, 97.5), (25.0, 75.0)):
        band = [
            np.percentile(course.values[course.lasts >= step, step], [low, high]) for step in at
        ]
        lower, upper = np.transpose(band)
        panel.fill_between(at, lower, upper, color=colour, alpha=BAND / 1.5, linewidth=0)
    panel.plot(course.values[0, : course.lasts[0] + 1], color=colour, linewidth=1)
