"""Policies over whole numbers: a map with a field for each."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from numpy.typing import NDArray

from stages.pictures.figures import Agent, shown
from stages.pictures.figures.shades import LEVELS, paler
from stages.pictures.figures.style import INK, WIDTH
from stages.rl.interface.table import Table, lasting
from stages.rl.interface.task import Task, dynamics

HIGHEST = 2.5  # inches of a panel
LEGIBLE_FIELDS = 100  # in which arrows stand
POINTS = 72  # in an inch
NOWHERE = "#eeeeee"
BORDER: dict[str, Any] = {"color": "#dddddd", "linewidth": 0.5, "zorder": 0}
ARROWS = {"left": "<", "right": ">", "up": "^", "down": "v"}  # matplotlib's markers
ARROWS |= {"west": "<", "east": ">", "north": "^", "south": "v"}


class Map:
    """The numbers that can be seen, row by row from the top left."""

    of_run = ""

    def __init__(self, agents: Sequence[Agent], task: Task) -> None:
        self.columns = shown.columns(task)
        self.rows = -(-task.numbers // self.columns)
        self.width = WIDTH / len(agents) - 0.2  # inches of a panel, about
        self.height = min(HIGHEST, self.width * self.rows / self.columns) + 0.12
        self.arrows = [ARROWS.get(name) for name in task.action_names]
        lasts = np.ones(task.numbers, np.bool_)
        if getattr(task.module, "Environment", None) is Table:
            lasts = lasting(dynamics(task))
        self.fields, self.ends = np.flatnonzero(lasts), np.flatnonzero(~lasts)
        self.observations = self.fields[:, np.newaxis].astype(np.float32)

    def draw_run(self, panel: Axes, agent: Agent, colours: Sequence[str]) -> None:
        """Draw which actions run 0 takes."""
        chosen = agent.policy.select(slice(1)).act(self.observations[np.newaxis])[0]
        for action, colour in enumerate(colours):
            self.draw_share(panel, (chosen == action).astype(np.float64), action, colour)

    def draw_share(
        self, panel: Axes, shares: NDArray[np.float64], action: int, colour: str
    ) -> None:
        """Draw where many of the runs take an action."""
        above = np.searchsorted([level for level, _ in LEVELS], shares)  # of how many levels
        for count, (_, depth) in enumerate(LEVELS, start=1):
            self._fill(panel, self.fields[above == count], paler(colour, depth))
        arrow = self.arrows[action]
        if arrow and len(self.fields) <= LEGIBLE_FIELDS:
            y, x = np.divmod(self.fields[above > 0], self.columns)
            size = 0.35 * self.width * POINTS / self.columns
            panel.plot(x + 0.5, y + 0.5, arrow, color=INK, markersize=min(8.0, size))

    def _fill(self, panel: Axes, fields: NDArray[np.int64], colour: str) -> None:
        """Fill some fields."""
        y, x = np.divmod(fields, self.columns)
        corners = [np.stack([x + i, y + j], axis=1) for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))]
        squares = np.stack(corners, axis=1)
        panel.add_collection(
            PolyCollection(list(squares), facecolors=colour, edgecolors="white", linewidths=0.5)
        )

    def label(self, rows: Sequence[Sequence[Axes]], names: Sequence[str]) -> None:
        """Name the rows, and give the panels the form of the map."""
        for row, name in zip(rows, names, strict=True):
            row[0].set_ylabel(name)
            for panel in row:
                panel.hlines(np.arange(self.rows + 1), 0, self.columns, **BORDER)
                panel.vlines(np.arange(self.columns + 1), 0, self.rows, **BORDER)
                self._fill(panel, self.ends, NOWHERE)
                panel.set(xlim=(0, self.columns), ylim=(self.rows, 0), xticks=[], yticks=[])
                panel.set_aspect("equal")
                panel.spines[["left", "bottom"]].set_visible(False)

    @property
    def told(self) -> str:
        """Say what the fields are."""
        told = "a field for each number that can be seen, row by row from 0 at the top left"
        return told + "; grey: where nobody acts" * (len(self.ends) > 0)
