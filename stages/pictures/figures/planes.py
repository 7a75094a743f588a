"""Policies over two variables of a vector, with the others held."""

from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from stages.pictures.agent_style import AgentStyle
from stages.pictures.figures import Agent, shown, style
from stages.pictures.figures.marks import number
from stages.pictures.figures.shades import DARK, LEVELS, mixed
from stages.rl.interface.task import Task

SIDE = 97  # points along a variable
MARGIN = 0.05  # beyond what was seen of a variable
TOLD = 4  # held variables at most that are told one by one
LETTERS = 24  # that fit beside a row of panels
TIE = 1e-9  # a difference between two actions that decides a tie


class Plane:
    """Two variables as far as the recorded episodes went, the others held at their medians."""

    height, wide = 2.1, False  # inches of a panel; rows of panels are runs, not agents

    def __init__(self, agents: Sequence[Agent], task: Task) -> None:
        recorded = (
            agent.episodes.of(run).observations
            for agent in agents
            for run in range(len(agent.episodes.actions))
        )
        seen = np.concatenate(list(recorded)).astype(np.float64)
        self.names = task.observation_names
        self.variables = shown.plane(task)
        self.held = np.median(seen, axis=0)
        self.of_run = "; black: its way through its recorded episode, from the dot on"
        if len(self.variables) == 1:
            self.of_run = ""
        axes = [_axis(seen[:, variable]) for variable in self.variables]
        self.x, self.y = [*axes, np.linspace(0.0, 1.0, SIDE)][:2]
        observations = np.tile(self.held, (SIDE, SIDE, 1))
        for variable, values in zip(self.variables, np.meshgrid(self.x, self.y), strict=False):
            observations[:, :, variable] = values
        self.observations = observations.reshape(-1, task.observation_size).astype(np.float32)

    def frame(self, panel: Axes) -> None:
        """Give a panel the form of what is drawn in it."""
        panel.set(xlim=(self.x[0], self.x[-1]), ylim=(self.y[0], self.y[-1]))

    def draw_run(self, panel: Axes, agent: Agent, colours: Sequence[str]) -> None:
        """Draw which actions run 0 takes, and its way through them."""
        policy, observations = agent.policy.select(slice(1)), self.observations[np.newaxis]
        preferences, chosen = policy.preferences(observations)[0], policy.act(observations)[0]
        found = np.unique(chosen)
        preferences, none = preferences[:, found], preferences.min() - 1.0
        for place, action in enumerate(found):
            others = np.delete(preferences, place, axis=1).max(axis=1, initial=none)
            lead = preferences[:, place] - others
            taken = chosen == action  # of several that are liked best, too
            lead = np.where(taken, np.maximum(lead, TIE), np.minimum(lead, -TIE))
            lead = lead.reshape(SIDE, SIDE)
            panel.contourf(self.x, self.y, lead, [0.0, lead.max() + 1.0], colors=colours[action])
            if not taken.all():
                style.contour(panel, self.x, self.y, lead, 0.0)
        if len(self.variables) > 1:
            way = agent.episodes.of(0).observations[:, self.variables]
            panel.plot(*way.T, color=DARK, linewidth=0.4)
            panel.plot(*way[0], "o", color=DARK, markersize=3)

    def draw_share(
        self, panel: Axes, shares: NDArray[np.float64], action: int, colour: str
    ) -> None:
        """Draw where many of the runs take an action."""
        del action
        field = shares.reshape(SIDE, SIDE)
        for level, depth in LEVELS:
            if shares.max() > level:
                shade = mixed(colour, depth)
                panel.contourf(self.x, self.y, field, [level + TIE, 2.0], colors=shade)

    def label(
        self,
        rows: Sequence[Sequence[Axes]],
        names: Sequence[str],
        looks: Sequence[AgentStyle],
        told: Sequence[str],
    ) -> None:
        """Name the rows and the variables."""
        del looks, told
        across, *upwards = (self.names[variable] for variable in self.variables)
        for row, name in zip(rows, names, strict=True):
            row[0].set_ylabel("\n".join([name, *(fill(text, LETTERS) for text in upwards)]))
            if not upwards:
                row[0].set_yticks([])
        for panel in rows[-1]:
            panel.set_xlabel(fill(across, 2 * LETTERS // len(rows[-1]) + 8))

    @property
    def told(self) -> str:
        """Say what the other variables are."""
        others = [v for v in range(len(self.held)) if v not in self.variables]
        if not others:
            return ""
        if len(others) > TOLD:
            return "the other variables are held at the medians of all recorded episodes"
        known = []
        for variable in others:
            name, *unit = self.names[variable].split(", ")
            known.append(" ".join([name, number(self.held[variable], ".2g"), *unit]))
        return f"held at the medians of all recorded episodes: {', '.join(known)}"


def _axis(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lay points along a variable, a little beyond what was seen of it."""
    low, high = float(values.min()), float(values.max())
    room = MARGIN * (high - low or 1.0)
    return np.linspace(low - room, high + room, SIDE)
