"""Worlds of cells, where an observation is the number of a cell: the base of their scenes."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from stages.evaluation.episodes import Episode
from stages.pictures.animations.scene import (
    CAPTION,
    GOLD,
    LIGHT,
    TITLE,
    WHITE,
    WIDTH,
    Panel,
    Pen,
    Point,
    Scenery,
    next_action,
    shades,
)
from stages.rl.interface.task import Task

LARGEST = 24.0  # pixels of a cell
ROOM = (WIDTH - 16.0, 168.0)  # pixels for all of them
LEGIBLE = 12.0  # pixels of a cell that holds a letter
AGENT = 0.38  # radius, in cells
ICE, PIT = "#d7e9f4", "#6f8798"

# Where the actions of this name lead, x to the right and y downwards.
DIRECTIONS = {
    **dict.fromkeys(("up", "north"), (0.0, -1.0)),
    **dict.fromkeys(("right", "east"), (1.0, 0.0)),
    **dict.fromkeys(("down", "south"), (0.0, 1.0)),
    **dict.fromkeys(("left", "west"), (-1.0, 0.0)),
}


class Grid(Scenery):
    """Cells, each with a letter that says what it is; the agent, its path and its next action."""

    frame_time = 30
    slow_steps = 40  # who has not arrived by then is shown at ten times the pace
    colours = (GOLD, ICE, PIT)
    truncated = "not in time"
    letters = "SG"  # that are written into their cells

    def __init__(
        self,
        task: Task,
        episodes: Sequence[Episode],
        rows: Sequence[str],
        fills: Mapping[str, str],
    ) -> None:
        super().__init__(task, episodes)
        self.fills = fills  # colours of the cells with a letter; others are light
        self.cells = {
            (row, column): letter
            for row, letters in enumerate(rows)
            for column, letter in enumerate(letters)
        }
        self.columns = len(rows[0])
        self.cell = min(LARGEST, ROOM[0] / self.columns, ROOM[1] / len(rows))  # pixels
        self.left = (WIDTH - self.cell * self.columns) / 2
        self.height = round(TITLE + self.cell * len(rows) + CAPTION)

    def place(self, number: int) -> tuple[int, int]:
        """Return the row and the column that an observation tells."""
        return divmod(number, self.columns)

    def fill(self, letter: str, number: int) -> str:
        """Choose the colour of the cells with a letter, at an observation."""
        del number
        return self.fills.get(letter, LIGHT)

    def at(self, place: tuple[int, int], x: float = 0.5, y: float = 0.5) -> Point:
        """Return the pixel in the middle of a cell, or at other parts of it."""
        row, column = place
        return self.left + (column + x) * self.cell, TITLE + (row + y) * self.cell

    def draw(self, pen: Pen, panel: Panel, step: int) -> None:
        """Draw a state."""
        numbers = [int(number) for number in panel.episode.observations[: step + 1, 0]]
        gap = min(0.5 / self.cell, 0.05)
        for place, letter in self.cells.items():
            corners = *self.at(place, gap, gap), *self.at(place, 1 - gap, 1 - gap)
            pen.box(*corners, self.fill(letter, numbers[-1]))
        self.draw_path(pen, numbers, shades(panel.colour)[1])
        for place, letter in self.cells.items():
            if letter in self.letters and self.cell >= LEGIBLE:
                pen.text(self.at(place), letter, "mm")
        place = self.place(numbers[-1])
        pen.disc(self.at(place), AGENT * self.cell, panel.colour)
        action = next_action(panel.episode, step)
        if action is not None:
            self.draw_action(pen, place, self.task.action_names[action])

    def draw_path(self, pen: Pen, numbers: Sequence[int], colour: str) -> None:
        """Draw where the agent has been; who is set back elsewhere leaves no line."""
        places = map(self.place, numbers)
        for one, other in sorted({(min(pair), max(pair)) for pair in pairwise(places)}):
            if abs(one[0] - other[0]) + abs(one[1] - other[1]) == 1:
                pen.line([self.at(one), self.at(other)], colour, 2)

    def draw_action(self, pen: Pen, place: tuple[int, int], name: str) -> None:
        """Draw an action: an arrow on the agent, or its name beside the world."""
        if name in DIRECTIONS:
            pen.arrow(self.at(place), DIRECTIONS[name], WHITE, self.cell / LARGEST)
        else:
            right, y = self.at((place[0], self.columns), 0.25)
            pen.text((right, y), pen.fits(name, WIDTH - right), "lm")
