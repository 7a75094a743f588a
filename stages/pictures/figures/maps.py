"""Policies over whole numbers: a map with a field for each."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from numpy.typing import NDArray

from stages.evaluation.planning import lasting
from stages.pictures.agent_style import AgentStyle
from stages.pictures.figures import Agent, shown
from stages.pictures.figures.marks import MINUS
from stages.pictures.figures.shades import LEVELS, ink_on, mixed
from stages.pictures.figures.style import WIDTH
from stages.pictures.formatting import decimals, fixed
from stages.rl.interface.environment_spec import Dynamics
from stages.rl.interface.set_up import dynamics
from stages.rl.interface.task import Task
from stages.rl.policies.tile_coding import TileCoding

HIGHEST = 2.5  # inches of a panel
LEGIBLE_FIELDS = 100  # in which arrows and values stand
WIDE = 2  # times as many columns as rows: then the runs' map is beside that of run 0
POINTS = 72  # in an inch
LETTER = 0.62  # width of a letter, of its size
SIZES = (4.5, 7.0)  # of the letters of values, in points: they are left out below, and not above
NOWHERE = "#eeeeee"
BORDER: dict[str, Any] = {"color": "#dddddd", "linewidth": 0.5, "zorder": 0}
ARROWS = {"left": "<", "right": ">", "up": "^", "down": "v"}  # matplotlib's markers
ARROWS |= {"west": "<", "east": ">", "north": "^", "south": "v"}


class Map:
    """The numbers that can be seen, row by row from the top left."""

    def __init__(self, agents: Sequence[Agent], task: Task, maps: int) -> None:
        self.columns = shown.columns(task)
        self.rows = -(-task.state_count // self.columns)
        self.wide = self.columns > WIDE * self.rows
        width = WIDTH / (maps if self.wide else len(agents)) - 0.3  # inches of a panel, about
        height = min(HIGHEST, width * self.rows / self.columns)
        self.field = POINTS * min(width / self.columns, height / self.rows)  # points, about
        self.height = height + 0.12
        self.arrows = [ARROWS.get(name) for name in task.action_names]
        lasts = np.ones(task.state_count, np.bool_)
        if task.spec.dynamics is Dynamics.TABLE:
            lasts = lasting(dynamics(task))
        self.fields, self.ends = np.flatnonzero(lasts), np.flatnonzero(~lasts)
        self.observations = self.fields[:, np.newaxis].astype(np.float32)
        self.of_run = ""

    def frame(self, panel: Axes) -> None:
        """Give a panel the form of what is drawn in it."""
        panel.set(xlim=(0, self.columns), ylim=(self.rows, 0), xticks=[], yticks=[])
        panel.set_aspect("equal")
        panel.spines[["left", "bottom"]].set_visible(False)

    def draw_run(self, panel: Axes, agent: Agent, colours: Sequence[str]) -> None:
        """Draw which actions run 0 takes, and what it thinks that they are worth."""
        policy = agent.policy.select(slice(1))
        preferences = policy.preferences(self.observations[np.newaxis])[0]
        chosen = policy.act(self.observations[np.newaxis])[0]
        values = self._written(preferences.max(axis=1)) if isinstance(policy, TileCoding) else []
        for action, colour in enumerate(colours):
            up = 0.375 if values else 0.5
            self._draw(panel, self.fields[chosen == action], action, colour, up)
        for field, action, text in zip(self.fields, chosen, values, strict=False):
            y, x = divmod(int(field), self.columns)
            style: dict[str, Any] = {"size": self._size(values), "color": ink_on(colours[action])}
            panel.text(x + 0.5, y + 0.88, text, ha="center", va="baseline", **style)
        if values:
            self.of_run = "; number: the value of that action, where the agent learns values"

    def draw_share(
        self, panel: Axes, shares: NDArray[np.float64], action: int, colour: str
    ) -> None:
        """Draw where many of the runs take an action."""
        above = np.searchsorted([level for level, _ in LEVELS], shares)  # of how many levels
        for count, (_, depth) in enumerate(LEVELS, start=1):
            self._draw(panel, self.fields[above == count], action, colour, depth=depth)

    def _draw(
        self,
        panel: Axes,
        fields: NDArray[np.int64],
        action: int,
        colour: str,
        up: float = 0.5,
        depth: float = 1.0,
    ) -> None:
        """Draw fields in which an action is taken, with its arrow so far below their top."""
        self._fill(panel, fields, mixed(colour, depth))
        arrow = self.arrows[action]
        if arrow and len(self.fields) <= LEGIBLE_FIELDS and len(fields):
            y, x = np.divmod(fields, self.columns)
            style: dict[str, Any] = {
                "color": ink_on(colour, depth),
                "markersize": min(8.0, 0.35 * self.field),
            }
            panel.plot(x + 0.5, y + up, arrow, **style)

    def _written(self, values: NDArray[np.float64]) -> list[str]:
        """Write the values of the fields, all with as many decimals; none without room."""
        places = decimals(float(np.abs(values).max()))
        for fewer in range(places, -1, -1):
            texts = [fixed(float(value), fewer).replace("-", MINUS) for value in values]
            if len(texts) <= LEGIBLE_FIELDS and self._size(texts) >= SIZES[0]:
                return texts
        return []

    def _size(self, texts: Sequence[str]) -> float:
        """Choose a size of letters with which the longest of some texts fits into a field."""
        return min(SIZES[1], 0.9 * self.field / LETTER / max(map(len, texts)))

    def _fill(self, panel: Axes, fields: NDArray[np.int64], colour: str) -> None:
        """Fill some fields."""
        y, x = np.divmod(fields, self.columns)
        corners = [np.stack([x + i, y + j], axis=1) for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))]
        squares = np.stack(corners, axis=1)
        panel.add_collection(
            PolyCollection(list(squares), facecolors=colour, edgecolors="white", linewidths=0.5)
        )

    def label(
        self,
        rows: Sequence[Sequence[Axes]],
        names: Sequence[str],
        looks: Sequence[AgentStyle],
        told: Sequence[str],
    ) -> None:
        """Name rows and columns, and draw what all panels show that hold a map."""
        if self.wide:
            for row, look in zip(rows, looks, strict=True):
                row[0].set_ylabel(look.name.replace(" ", "\n", 1), color=look.colour, weight="bold")
            for panel, name in zip(rows[0], names, strict=True):
                panel.set_title(name, fontweight="normal", fontsize=9)
        else:
            for row, name in zip(rows, names, strict=True):
                row[0].set_ylabel(name)
        drawn = [panel for row in rows for panel in row]
        if not self.wide:  # then the panels of an agent are one below the other
            drawn = [panel for column in zip(*rows, strict=True) for panel in column]
        for panel, sentence in zip(drawn, told, strict=True):
            if not sentence:
                panel.hlines(np.arange(self.rows + 1), 0, self.columns, **BORDER)
                panel.vlines(np.arange(self.columns + 1), 0, self.rows, **BORDER)
                self._fill(panel, self.ends, NOWHERE)

    @property
    def told(self) -> str:
        """Say what the fields are."""
        told = "a field for each number that can be seen, row by row from 0 at the top left"
        return told + "; grey: where nobody acts" * (len(self.ends) > 0)
