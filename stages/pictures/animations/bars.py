"""An environment without a scene of its own: a bar for each variable, and the name of the action.

The bars of all episodes that are shown beside one another have one scale for each variable.
"""

from collections.abc import Sequence

import numpy as np

from stages.evaluation.episodes import Episode
from stages.pictures.animations.scene import (
    CAPTION,
    GREY,
    LIGHT,
    TITLE,
    WIDTH,
    Panel,
    Pen,
    Scenery,
    next_action,
)
from stages.rl.interface.task import Task

MOST = 10  # variables that are shown
ROW, THICKNESS = 16.0, 9.0  # pixels
NAMES, LEFT, RIGHT = 12.0, 156.0, WIDTH - 12.0  # pixels, where names and bars begin and bars end
SHORT = 100  # steps: an episode that is over so soon is shown slowly


class Scene(Scenery):
    """Whatever environment."""

    frame_time = 30

    def __init__(self, task: Task, episodes: Sequence[Episode]) -> None:
        super().__init__(task, episodes)
        self.slow_steps = 40 if task.state_count or task.max_episode_steps <= SHORT else 0
        self.variables = min(task.observation_size, MOST)
        seen = np.concatenate([one.observations for one in self.episodes]).astype(np.float64)
        self.low = np.minimum(seen.min(axis=0), 0.0)
        self.high = np.maximum(seen.max(axis=0), 0.0)
        self.height = round(TITLE + (self.variables + 1) * ROW + 4 + CAPTION)

    def draw(self, pen: Pen, panel: Panel, step: int) -> None:
        """Draw a state."""
        for i in range(self.variables):
            self.draw_variable(pen, panel, i, float(panel.episode.observations[step, i]))
        action = next_action(panel.episode, step)
        if action is not None:
            y = TITLE + (self.variables + 0.5) * ROW + 4
            text = pen.fits(self.task.action_names[action], RIGHT - LEFT)
            pen.text((NAMES, y), "action", "lm")
            pen.text((LEFT, y), text, "lm")

    def draw_variable(self, pen: Pen, panel: Panel, i: int, value: float) -> None:
        """Draw the bar of a variable, from 0, with its name; of whole numbers the number too."""
        y = TITLE + (i + 0.5) * ROW
        told = f": {value:g}" if self.task.state_count else ""
        name = pen.fits(self.task.observation_names[i], LEFT - NAMES - 8)
        pen.text((NAMES, y), name + told, "lm")
        low, span = self.low[i], (self.high[i] - self.low[i]) or 1.0
        zero = LEFT + (0.0 - low) / span * (RIGHT - LEFT)
        end = LEFT + (value - low) / span * (RIGHT - LEFT)
        top, bottom = y - THICKNESS / 2, y + THICKNESS / 2
        pen.box(LEFT, top, RIGHT, bottom, LIGHT)
        pen.box(min(zero, end), top, max(zero, end), bottom, panel.colour)
        pen.line([(zero, top - 2), (zero, bottom + 2)], GREY)
