"""Episodes side by side as an animation: few colours, so small and quick, and always the same."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import imageio.v3 as iio
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor

from stages.pictures.animations.scene import BLACK, GREY, WHITE, WIDTH, Panel, Pen, Scenery, shades
from stages.rl.judge.episodes import Episode

BESIDE = 3  # panels in a row at most
SHARPER = 2  # drawn so much larger and reduced, for smooth edges
MARGIN = 6  # pixels above the title and below the caption
CAPTION_STEPS = 20
MOST_FRAMES = 1000  # of longer episodes fewer steps are shown
LAST_FRAME = 1500  # ms


def animate(panels: Sequence[Panel], scenery: Scenery, steps_per_frame: int) -> bytes:
    """Draw episodes side by side, at the pace of the scenery.

    Args:
        panels: from left to right, and from top to bottom; a shorter episode stays at its end.
        scenery: of the environment.
        steps_per_frame: steps between two frames, where they are not slow; the last state is
            always shown, and held.

    Returns:
        A GIF picture that repeats for ever.
    """
    frames, shown = draw(panels, scenery, steps_per_frame)
    begins = np.cumsum([0, *map(scenery.frames, range(shown[-1]))]) * scenery.frame_time  # ms
    lasting = [int(begins[after] - begins[step]) for step, after in pairwise(shown)]
    colours = palette(panels, scenery)
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


def draw(
    panels: Sequence[Panel], scenery: Scenery, steps_per_frame: int
) -> tuple[NDArray[np.uint8], list[int]]:
    """Draw the frames, and tell the step that each of them shows.

    A panel whose episode is over is drawn once.

    Returns:
        Frames [N, height, width], each pixel the number of its colour, and the steps [N].
    """
    steps = longest(panels)
    slow = min(steps, scenery.slow_steps)
    pace = max(steps_per_frame, -(-steps // MOST_FRAMES))
    shown = [*range(slow), *range(slow, steps, pace), steps]
    colours = Image.new("P", (1, 1))
    colours.putpalette(palette(panels, scenery))
    frames = np.zeros((len(shown), *size(panels, scenery)[::-1]), np.uint8)
    for panel, (left, top) in zip(panels, places(panels, scenery), strict=True):
        over = len(panel.episode.actions)
        part = frames[:, top : top + scenery.height, left : left + WIDTH]
        for number, step in enumerate(shown):
            if step <= over or shown[number - 1] < over:
                picture = draw_panel(panel, scenery, min(step, over), 1)
                indexed = picture.quantize(palette=colours, dither=Image.Dither.NONE)
                part[number] = np.asarray(indexed)
            else:
                part[number] = part[number - 1]
    return frames, shown


def draw_larger(panels: Sequence[Panel], scenery: Scenery, times: int) -> Iterator[Image.Image]:
    """Draw every state in full colour, so many times as large along both sides.

    A slow step is repeated: each picture lasts the scenery's `frame_time`.
    """
    width, height = size(panels, scenery)
    for step in range(longest(panels) + 1):
        frame = Image.new("RGB", (width * times, height * times), WHITE)
        for panel, (left, top) in zip(panels, places(panels, scenery), strict=True):
            picture = draw_panel(panel, scenery, min(step, len(panel.episode.actions)), times)
            frame.paste(picture, (left * times, top * times))
        for _ in range(scenery.frames(step)):
            yield frame


def longest(panels: Sequence[Panel]) -> int:
    """Count the steps of the longest episode."""
    return max(len(panel.episode.actions) for panel in panels)


def size(panels: Sequence[Panel], scenery: Scenery) -> tuple[int, int]:
    """Return width and height of a frame, in pixels."""
    rows = -(-len(panels) // BESIDE)
    return WIDTH * min(len(panels), BESIDE), scenery.height * rows


def places(panels: Sequence[Panel], scenery: Scenery) -> list[tuple[int, int]]:
    """Return the upper left corner of each panel, in pixels."""
    return [
        (WIDTH * (place % BESIDE), scenery.height * (place // BESIDE))
        for place in range(len(panels))
    ]


def draw_panel(panel: Panel, scenery: Scenery, step: int, times: int) -> Image.Image:
    """Draw one state, so many times as large, with a title and a caption."""
    larger = SHARPER * times
    picture = Image.new("RGB", (WIDTH * larger, scenery.height * larger), WHITE)
    pen = Pen(picture, larger)
    scenery.draw(pen, panel, step)
    pen.text((WIDTH / 2, MARGIN), pen.fits(panel.title, WIDTH - 2 * MARGIN), "ma")
    told = caption(panel.episode, step, exact=step < scenery.slow_steps)
    pen.text((WIDTH / 2, scenery.height - MARGIN), told, "ms")
    return picture.reduce(SHARPER)


def caption(episode: Episode, step: int, *, exact: bool) -> str:
    """Tell the step and the return so far, and how the episode ended.

    Unless they are to be exact, the numbers move on in twenties: nobody reads fifty in a second,
    and a third of the file is saved.
    """
    steps = len(episode.actions)
    passed = step if exact or step == steps else step - step % CAPTION_STEPS
    told = f"step {passed}   return {short(sum(episode.rewards[:passed].tolist()))}"
    if step < steps:
        return told
    return f"{told}   {'truncated' if episode.truncated else 'terminated'}"


def short(number: float) -> str:
    """Write a number with three digits, or with all that it has before the point."""
    return f"{number + 0.0:.3g}" if abs(number) < 100 else f"{number:.0f}"  # 0.0: there is no -0


def palette(panels: Sequence[Panel], scenery: Scenery) -> list[int]:
    """List the few colours of a frame (red, green, blue, red, ...), with shades towards white."""
    agents = dict.fromkeys(panel.colour for panel in panels)
    colours = [shade for one in (BLACK, GREY, *agents, *scenery.colours) for shade in shades(one)]
    return [part for one in (WHITE, *colours) for part in ImageColor.getrgb(one)[:3]]
