"""CartPole: the track with its limits, the cart with an arrow for the push, the pole."""

from stages.evaluation.episodes import Episode
from stages.pictures.animations.scene import (
    BLACK,
    GREY,
    WIDTH,
    Panel,
    Pen,
    Scenery,
    next_action,
    sin_cos,
)
from stages.rl.environments.cartpole import POSITION_LIMIT, CartPole

METRE = 48.0  # pixels
MIDDLE, GROUND = WIDTH / 2, 98.0  # pixels, of the track
EDGE = POSITION_LIMIT * METRE  # pixels from the middle
CART = (28.0, 14.0)  # pixels
POLE_WIDTH = 5.0  # pixels
LONGEST = 1.4  # m, of a pole that stays within the panel


class Scene(Scenery):
    """CartPole."""

    truncated = "balanced to the end"

    def draw(self, pen: Pen, panel: Panel, step: int) -> None:
        """Draw a state."""
        position, _, angle, _ = panel.episode.observations[step].tolist()
        pen.line([(MIDDLE - EDGE, GROUND), (MIDDLE + EDGE, GROUND)], GREY)
        for side in (MIDDLE - EDGE, MIDDLE + EDGE):
            pen.line([(side, GROUND - 7), (side, GROUND + 7)], GREY)
        x, half, top = MIDDLE + position * METRE, CART[0] / 2, GROUND - CART[1] / 2
        pen.box(x - half, top, x + half, GROUND + CART[1] / 2, BLACK)
        action = next_action(panel.episode, step)
        if action is not None:
            pen.arrow((x, GROUND), (1.0 if action == 1 else -1.0, 0.0))
        sine, cosine = sin_cos(angle)
        length = min(2 * CartPole(**self.task.options).pole_half_length, LONGEST)
        pen.bar((x, top), (sine, -cosine), length * METRE, POLE_WIDTH, panel.colour)
        pen.disc((x, top), POLE_WIDTH / 2, BLACK)

    def ending(self, episode: Episode) -> str:
        """Tell in words how an episode ended."""
        if episode.truncated:
            return self.truncated
        return "left the track" if abs(episode.observations[-1, 0]) > POSITION_LIMIT else "fell"
