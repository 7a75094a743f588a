"""Acrobot: the joint that it hangs from, its two links, the torque, the height of the goal."""

import math

from stages.pictures.animations.scene import (
    BLACK,
    GREY,
    WIDTH,
    Panel,
    Pen,
    Point,
    Scenery,
    next_action,
    sin_cos,
)
from stages.rl.environments.acrobot import HEIGHT

LINK = 32.0  # pixels
JOINT = (WIDTH / 2, 93.0)  # pixels
GOAL = JOINT[1] - HEIGHT * LINK  # pixels from the top
LINK_WIDTH = 7.0  # pixels
TURN = 13.0  # pixels, radius of the arrow around the elbow
DASH = 4  # pixels

# Sine and cosine of the angles along half a circle.
ARC = [sin_cos(part * math.pi / 12) for part in range(13)]


class Scene(Scenery):
    """Acrobot."""

    height = 186
    frame_time = 40
    truncated, terminated = "not in time", "swung up"

    def draw(self, pen: Pen, panel: Panel, step: int) -> None:
        """Draw a state."""
        cosine1, sine1, cosine2, sine2, _, _ = panel.episode.observations[step].tolist()
        for x in range(3 * DASH, WIDTH - 3 * DASH, 2 * DASH):
            pen.line([(x, GOAL), (x + DASH, GOAL)], GREY)
        upper = sine1, cosine1
        lower = sine1 * cosine2 + cosine1 * sine2, cosine1 * cosine2 - sine1 * sine2
        elbow = pen.bar(JOINT, upper, LINK, LINK_WIDTH, BLACK)
        tip = pen.bar(elbow, lower, LINK, LINK_WIDTH, panel.colour)
        pen.disc(tip, LINK_WIDTH / 2, panel.colour)
        pen.disc(elbow, LINK_WIDTH / 2, BLACK)
        pen.box(JOINT[0] - 5, JOINT[1] - 5, JOINT[0] + 5, JOINT[1] + 5, BLACK)
        action = next_action(panel.episode, step)
        if action in {0, 2}:
            turn(pen, elbow, anticlockwise=action == 2)


def turn(pen: Pen, centre: Point, *, anticlockwise: bool) -> None:
    """Draw an arrow around a point."""
    side = -1.0 if anticlockwise else 1.0
    points = [(centre[0] + side * TURN * sine, centre[1] - TURN * cosine) for sine, cosine in ARC]
    pen.line(points, GREY, 2)
    sine, cosine = ARC[-1]
    pen.arrow(points[-1], (side * cosine, sine), GREY, 0.9)
