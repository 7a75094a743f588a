"""The animation of an episode: few colours, so small and quick, and the same bytes everywhere."""

import io
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from stages.rl.elementary import sin_cos
from stages.rl.environments import POLE_HALF_LENGTH, POSITION_LIMIT, TIME_STEP
from stages.rl.episodes import Episode

WIDTH, HEIGHT = 360, 180  # pixels
SHARPER = 2  # drawn so much larger and reduced, for smooth edges
METRE = 66.0  # pixels
GROUND = 150  # pixels from the top to the track
CART = (32, 16)  # pixels
POLE_WIDTH = 5  # pixels
LAST_FRAME = 1500  # ms

WHITE, BLACK, GREY = (255, 255, 255), (34, 34, 34), (170, 170, 170)
POLE, AXLE = (213, 94, 0), (0, 114, 178)
FONT = ImageFont.load_default(size=11 * SHARPER)
SHADES = 3  # between each colour and white, for smooth edges


def animate(episode: Episode, title: str, steps_per_frame: int) -> bytes:
    """Draw an episode at the pace of the environment.

    Args:
        episode: what to show.
        title: stands in every frame, beside the number of the step and the return so far.
        steps_per_frame: steps between two frames; the last state is always shown, and held.

    Returns:
        A GIF picture that repeats for ever.
    """
    steps = len(episode.actions)
    shown = [*range(0, steps, steps_per_frame), steps]
    colours = _colours()
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours)
    frames = []
    for step in shown:
        picture = _frame(episode.observations[step], _caption(episode, step), title)
        frame = picture.quantize(palette=palette, dither=Image.Dither.NONE)
        frame.putpalette(colours)  # else every frame carries 256 colours
        frames.append(frame)
    milliseconds = round(1000 * TIME_STEP)
    lasting = [milliseconds * (after - step) for step, after in pairwise(shown)]
    file = io.BytesIO()
    frames[0].save(
        file,
        format="GIF",
        save_all=True,
        append_images=frames[1:],
        duration=[*lasting, LAST_FRAME],
        loop=0,
        optimize=True,  # what does not change between two frames is left out
        transparency=len(colours) // 3,  # the number behind the last colour
    )
    return file.getvalue()


def _caption(episode: Episode, step: int) -> str:
    """Tell the step and the return so far (each step's reward is 1), and how the episode ended."""
    ended = "truncated" if episode.truncated else "terminated"
    return f"step {step}   return {step}" + (f"   {ended}" if step == len(episode.actions) else "")


def _frame(observation: np.ndarray, caption: str, title: str) -> Image.Image:
    """Draw one state: track, limits, cart, pole, text."""
    size = (WIDTH * SHARPER, HEIGHT * SHARPER)
    image = Image.new("RGB", size, WHITE)
    draw = ImageDraw.Draw(image)
    unit = SHARPER
    middle = WIDTH / 2
    draw.line([(0, GROUND * unit), (WIDTH * unit, GROUND * unit)], fill=GREY, width=unit)
    for side in (-1, 1):
        x = (middle + side * POSITION_LIMIT * METRE) * unit
        draw.line([(x, (GROUND - 8) * unit), (x, (GROUND + 8) * unit)], fill=GREY, width=unit)
    x = middle + float(observation[0]) * METRE
    cart = [x - CART[0] / 2, GROUND - CART[1] / 2, x + CART[0] / 2, GROUND + CART[1] / 2]
    draw.rectangle([value * unit for value in cart], fill=BLACK)
    pivot = (x * unit, (GROUND - CART[1] / 2) * unit)
    draw.polygon(_pole(pivot, float(observation[2]), unit), fill=POLE)
    radius = POLE_WIDTH / 2 * unit
    draw.ellipse(
        [pivot[0] - radius, pivot[1] - radius, pivot[0] + radius, pivot[1] + radius], fill=AXLE
    )
    draw.text((10 * unit, 8 * unit), title, fill=BLACK, font=FONT)
    draw.text(((WIDTH - 10) * unit, 8 * unit), caption, fill=BLACK, font=FONT, anchor="ra")
    return image.reduce(SHARPER)


def _pole(pivot: tuple[float, float], angle: float, unit: int) -> list[tuple[float, float]]:
    """Return the corners of the pole, which leans to the right at a positive angle."""
    length = 2 * POLE_HALF_LENGTH * METRE * unit
    sine, cosine = sin_cos(angle)
    along = (sine, -cosine)
    across = (cosine * POLE_WIDTH / 2 * unit, sine * POLE_WIDTH / 2 * unit)
    foot, top = pivot, (pivot[0] + along[0] * length, pivot[1] + along[1] * length)
    return [
        (foot[0] - across[0], foot[1] - across[1]),
        (foot[0] + across[0], foot[1] + across[1]),
        (top[0] + across[0], top[1] + across[1]),
        (top[0] - across[0], top[1] - across[1]),
    ]


def _colours() -> list[int]:
    """List the few colours of a frame (red, green, blue, red, ...), with shades towards white."""
    colours = [WHITE]
    for colour in (BLACK, GREY, POLE, AXLE):
        for shade in range(1, SHADES + 1):
            red, green, blue = (255 + (part - 255) * shade // SHADES for part in colour)
            colours.append((red, green, blue))
    return [part for colour in colours for part in colour]
