"""MountainCar: the hills, the flag at the goal, the car with an arrow for the push."""

import math

from stages.pictures.animations.scene import (
    BLACK,
    GOLD,
    GREY,
    LIGHT,
    WHITE,
    WIDTH,
    Panel,
    Pen,
    Scenery,
    next_action,
    sin_cos,
)
from stages.rl.environments.mountain_car import GOAL, LEFT_END, RIGHT_END

SCALE = 140.0  # pixels for each unit of the position
LEFT = (WIDTH - (RIGHT_END - LEFT_END) * SCALE) / 2  # pixels, of the left end
MIDDLE, STEEPNESS = 82.0, 34.0  # pixels from the top to sin(3 x) = 0, and to 1 from there
CAR = (25.0, 11.0)  # pixels
WHEEL = 3.5  # pixels
POLE = 24.0  # pixels, of the flag


def ground(position: float) -> tuple[float, float]:
    """Return the pixel of the hills at a position: their height is sin(3 position)."""
    sine, _ = sin_cos(3.0 * position)
    return LEFT + (position - LEFT_END) * SCALE, MIDDLE - STEEPNESS * sine


HILLS = [ground(LEFT_END + (RIGHT_END - LEFT_END) * part / 72) for part in range(73)]


class Scene(Scenery):
    """MountainCar."""

    height = 150
    frame_time = 30
    colours = (GOLD,)
    truncated, terminated = "not in time", "on top"

    def draw(self, pen: Pen, panel: Panel, step: int) -> None:
        """Draw a state."""
        bottom = self.height - 28.0
        pen.polygon([(HILLS[0][0], bottom), *HILLS, (HILLS[-1][0], bottom)], LIGHT)
        pen.line(HILLS, GREY)
        x, y = ground(GOAL)
        pen.polygon([(x, y - POLE), (x + 13, y - POLE + 5), (x, y - POLE + 10)], GOLD)
        pen.line([(x, y), (x, y - POLE)], BLACK)
        position = float(panel.episode.observations[step, 0])
        along = tangent(position)
        x, y = ground(position)
        across = along[1], -along[0]  # away from the ground

        def seen(forwards: float, upwards: float) -> tuple[float, float]:
            return (
                x + forwards * along[0] + upwards * across[0],
                y + forwards * along[1] + upwards * across[1],
            )

        low, high, half = WHEEL - 1, WHEEL - 1 + CAR[1], CAR[0] / 2
        corners = [(-half, low), (-half, high), (half, high), (half, low)]
        pen.polygon([seen(*corner) for corner in corners], panel.colour)
        for wheel in (-half + WHEEL, half - WHEEL):
            pen.disc(seen(wheel, WHEEL), WHEEL, BLACK)
        action = next_action(panel.episode, step)
        if action in {0, 2}:
            side = action - 1.0
            push = side * along[0], side * along[1]
            pen.arrow(seen(0.0, (low + high) / 2), push, WHITE, 0.8)


def tangent(position: float) -> tuple[float, float]:
    """Return the direction of the hills in pixels, of length 1."""
    _, cosine = sin_cos(3.0 * position)
    rise = STEEPNESS * 3.0 * cosine / SCALE
    length = math.sqrt(1.0 + rise * rise)
    return 1.0 / length, -rise / length
