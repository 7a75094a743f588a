"""Episodes side by side as an animation: few colours, so small and quick, and always the same."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import imageio.v3 as iio
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw, ImageFont

from stages.rl.elementary import sin_cos
from stages.rl.environments import POLE_HALF_LENGTH, POSITION_LIMIT, TIME_STEP
from stages.rl.episodes import Episode

WIDTH, HEIGHT = 264, 126  # pixels of a panel; three fill the width of a README
SHARPER = 2  # drawn so much larger and reduced, for smooth edges
METRE = 48.0  # pixels
GROUND = 98  # pixels from the top to the track
CART = (28, 14)  # pixels
POLE_WIDTH = 5  # pixels
ARROW = (12, 8)  # pixels
CAPTION_STEPS = 20
LAST_FRAME = 1500  # ms

WHITE, BLACK, GREY = (255, 255, 255), (34, 34, 34), (170, 170, 170)
LETTERS = 11  # pixels
SHADES = 3  # between each colour and white, for smooth edges

Picture = Image.Image


class Scene(NamedTuple):
    """What a panel shows."""

    title: str
    colour: str  # of the pole, "#rrggbb"
    episode: Episode


def animate(scenes: Sequence[Scene], steps_per_frame: int) -> bytes:
    """Draw episodes side by side, at the pace of the environment.

    Args:
        scenes: one for each panel, from left to right; a shorter episode stays at its end.
        steps_per_frame: steps between two frames; the last state is always shown, and held.

    Returns:
        A GIF picture that repeats for ever.
    """
    frames, shown = draw(scenes, steps_per_frame)
    lasting = [round(1000 * TIME_STEP) * (after - step) for step, after in pairwise(shown)]
    colours = _colours(scenes)
    gif: bytes = iio.imwrite(
        "<bytes>",
        frames,
        plugin="pillow",
        extension=".gif",
        mode="P",
        palette=bytes(colours),
        duration=[*lasting, LAST_FRAME],
        loop=0,
        optimize=True,  # what does not change between two frames is left out
        transparency=len(colours) // 3,  # the number behind the last colour
    )
    return gif


def draw(scenes: Sequence[Scene], steps_per_frame: int) -> tuple[NDArray[np.uint8], list[int]]:
    """Draw the frames, and tell the step that each of them shows.

    A panel whose episode is over is drawn once.

    Returns:
        Frames [N, height, width], each pixel the number of its colour, and the steps [N].
    """
    steps = max(len(scene.episode.actions) for scene in scenes)
    shown = [*range(0, steps, steps_per_frame), steps]
    palette = Image.new("P", (1, 1))
    palette.putpalette(_colours(scenes))
    frames = np.empty((len(shown), HEIGHT, WIDTH * len(scenes)), np.uint8)
    for place, scene in enumerate(scenes):
        over = len(scene.episode.actions)
        panels = frames[:, :, WIDTH * place : WIDTH * (place + 1)]
        for number, step in enumerate(shown):
            if step <= over or number == 0 or shown[number - 1] < over:
                panel = _panel(scene, min(step, over), 1)
                indexed = panel.quantize(palette=palette, dither=Image.Dither.NONE)
                panels[number] = np.asarray(indexed)
            else:
                panels[number] = panels[number - 1]
    return frames, shown


def draw_larger(scenes: Sequence[Scene], times: int) -> Iterator[Picture]:
    """Draw every state in full colour, so many times as large along both sides."""
    for step in range(max(len(scene.episode.actions) for scene in scenes) + 1):
        frame = Image.new("RGB", (WIDTH * times * len(scenes), HEIGHT * times))
        for place, scene in enumerate(scenes):
            panel = _panel(scene, min(step, len(scene.episode.actions)), times)
            frame.paste(panel, (WIDTH * times * place, 0))
        yield frame


def _caption(episode: Episode, step: int) -> str:
    """Tell the step and the return so far (each step's reward is 1), and how the episode ended.

    The numbers move on in twenties: nobody reads fifty in a second, and a
    third of the file is saved.
    """
    if step < len(episode.actions):
        passed = step - step % CAPTION_STEPS
        return f"step {passed}   return {passed}"
    return f"step {step}   return {step}   {'truncated' if episode.truncated else 'terminated'}"


def _panel(scene: Scene, step: int, times: int) -> Picture:
    """Draw one state: track, limits, cart, the action about to be taken, pole, text."""
    unit = SHARPER * times
    image = Image.new("RGB", (WIDTH * unit, HEIGHT * unit), WHITE)
    draw = ImageDraw.Draw(image)
    observation = scene.episode.observations[step]
    middle = WIDTH / 2
    edge = POSITION_LIMIT * METRE
    draw.line(
        [((middle - edge) * unit, GROUND * unit), ((middle + edge) * unit, GROUND * unit)],
        fill=GREY,
        width=unit,
    )
    for x in (middle - edge, middle + edge):
        draw.line([(x * unit, (GROUND - 7) * unit), (x * unit, (GROUND + 7) * unit)], GREY, unit)
    x = middle + float(observation[0]) * METRE
    cart = [x - CART[0] / 2, GROUND - CART[1] / 2, x + CART[0] / 2, GROUND + CART[1] / 2]
    draw.rectangle([value * unit for value in cart], fill=BLACK)
    if step < len(scene.episode.actions):
        draw.polygon(_arrow(x, int(scene.episode.actions[step]), unit), fill=WHITE)
    pivot = (x * unit, (GROUND - CART[1] / 2) * unit)
    draw.polygon(_pole(pivot, float(observation[2]), unit), fill=ImageColor.getrgb(scene.colour))
    radius = POLE_WIDTH / 2 * unit
    draw.ellipse([*(p - radius for p in pivot), *(p + radius for p in pivot)], fill=BLACK)
    draw.text((middle * unit, 6 * unit), scene.title, BLACK, _font(unit), anchor="ma")
    caption = _caption(scene.episode, step)
    draw.text((middle * unit, (HEIGHT - 6) * unit), caption, BLACK, _font(unit), anchor="ms")
    return image.reduce(SHARPER)


@cache
def _font(unit: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=LETTERS * unit)


def _arrow(x: float, action: int, unit: int) -> list[tuple[float, float]]:
    """Return the corners of an arrow, on a cart at x pixels, to the side it is pushed to."""
    side = 1 if action == 1 else -1
    length, height = side * ARROW[0] / 2 * unit, ARROW[1] / 2 * unit
    x, y = x * unit, GROUND * unit
    return [(x - length, y - height), (x + length, y), (x - length, y + height)]


def _pole(pivot: tuple[float, float], angle: float, unit: int) -> list[tuple[float, float]]:
    """Return the corners of the pole, which leans to the right at a positive angle."""
    length = 2 * POLE_HALF_LENGTH * METRE * unit
    sine, cosine = sin_cos(angle)
    along = (sine, -cosine)
    half = POLE_WIDTH / 2 * unit
    across = (cosine * half, sine * half)
    foot, top = pivot, (pivot[0] + along[0] * length, pivot[1] + along[1] * length)
    return [
        (foot[0] - across[0], foot[1] - across[1]),
        (foot[0] + across[0], foot[1] + across[1]),
        (top[0] + across[0], top[1] + across[1]),
        (top[0] - across[0], top[1] - across[1]),
    ]


def _colours(scenes: Sequence[Scene]) -> list[int]:
    """List the few colours of a frame (red, green, blue, red, ...), with shades towards white."""
    poles = [ImageColor.getrgb(colour) for colour in dict.fromkeys(one.colour for one in scenes)]
    colours: list[tuple[int, ...]] = [WHITE]
    for colour in (BLACK, GREY, *poles):
        shares = range(1, SHADES + 1)
        colours += [tuple(255 + (p - 255) * share // SHADES for p in colour) for share in shares]
    return [part for colour in colours for part in colour]
