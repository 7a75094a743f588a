"""States that Gymnasium does not draw: a bar for each variable, and the action that is taken."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from stages.evaluation.episodes import Episode
from stages.pictures.animations.caption import INK, PAPER, PICTURE, write
from stages.rl.interface.task import Task

MOST = 10  # variables that are shown
WIDTH, ROW, THICKNESS = PICTURE[0], 23, 13  # pixels: so ten variables and the action have room
NAMES, LEFT, RIGHT = 0, 192, WIDTH - 4  # pixels, where names and bars begin and bars end
GROOVE = "#e2e2e2"


def bars(
    task: Task, episodes: Sequence[Episode], steps: Sequence[Sequence[int]], colour: str
) -> list[list[Image.Image]]:
    """Draw episodes after some of their steps, with one scale of each variable for all of them.

    Args:
        task: the environment.
        episodes: beside one another.
        steps: of each episode.
        colour: of the bars, "#rrggbb".
    """
    seen = np.concatenate([one.observations for one in episodes])[:, :MOST].astype(np.float64)
    low, high = np.minimum(seen.min(axis=0), 0.0), np.maximum(seen.max(axis=0), 0.0)
    per_pixel = np.where(high > low, high - low, 1.0) / (RIGHT - LEFT)

    def draw(episode: Episode, step: int) -> Image.Image:
        image = Image.new("RGB", (WIDTH, (len(low) + 1) * ROW), PAPER)
        pen = ImageDraw.Draw(image)
        state = episode.observations[step, :MOST].astype(np.float64)
        zeros, ends = np.round(LEFT + (np.stack([0.0 * state, state]) - low) / per_pixel).tolist()
        for i, (zero, end) in enumerate(zip(zeros, ends, strict=True)):
            number = f": {state[i]:g}" if task.state_count else ""
            write(pen, NAMES, i * ROW, task.observation_names[i], number, right=LEFT - 6)
            top = i * ROW + (ROW - THICKNESS) // 2
            bottom = top + THICKNESS - 1
            pen.rectangle((LEFT, top, RIGHT, bottom), GROOVE)
            pen.rectangle((min(zero, end), top, max(zero, end), bottom), colour)
            pen.line((zero, top - 3, zero, bottom + 3), INK)
        if step < len(episode.actions):
            write(pen, NAMES, len(low) * ROW, "action")
            write(pen, LEFT, len(low) * ROW, task.action_names[episode.actions[step]])
        return image

    return [[draw(one, step) for step in at] for one, at in zip(episodes, steps, strict=True)]
