"""Taxi: the streets and their walls, the passenger, and where they want to go."""

from collections.abc import Sequence

from stages.evaluation.episodes import Episode
from stages.pictures.animations.grid import AGENT, Grid
from stages.pictures.animations.scene import BLACK, GOLD, LIGHT, Panel, Pen
from stages.rl.interface.task import Task, make

PLACES = "RGYB"  # in the order in which passenger and destination are told
IN_TAXI = 4
PERSON = 0.18  # radius, in cells


class Scene(Grid):
    """Taxi; a state is ((row * 5 + column) * 5 + passenger) * 4 + destination."""

    letters = PLACES
    terminated = "brought home"

    def __init__(self, task: Task, episodes: Sequence[Episode]) -> None:
        drawn = ["".join(row) for row in make(task).unwrapped.desc.astype(str)[1:-1]]
        super().__init__(task, episodes, [row[1::2] for row in drawn], {})
        inner = [place for place in self.cells if place[1] > 0]
        self.walls = [place for place in inner if drawn[place[0]][2 * place[1]] == "|"]

    def place(self, number: int) -> tuple[int, int]:
        """Return the row and the column that an observation tells."""
        return super().place(number // (5 * 4))

    def fill(self, letter: str, number: int) -> str:
        """Choose the colour of the cells with a letter: that of the destination is golden."""
        return GOLD if letter == PLACES[number % 4] else LIGHT

    def draw(self, pen: Pen, panel: Panel, step: int) -> None:
        """Draw a state."""
        super().draw(pen, panel, step)
        for place in self.walls:  # to the left of these cells
            pen.line([self.at(place, 0.0, 0.0), self.at(place, 0.0, 1.0)], BLACK, 2)
        number = int(panel.episode.observations[step, 0])
        passenger = number // 4 % 5
        if passenger == IN_TAXI:
            pen.ring(self.at(self.place(number)), AGENT * self.cell, BLACK, 2)
        else:
            where = next(at for at, mark in self.cells.items() if mark == PLACES[passenger])
            pen.disc(self.at(where, 0.8, 0.8), PERSON * self.cell, BLACK)
