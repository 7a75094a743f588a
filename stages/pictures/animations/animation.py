"""Episodes side by side as an animation: few colours, so small and quick, and always the same."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from stages.pictures.animations.gif import encode
from stages.pictures.animations.scene import WHITE, WIDTH, Panel, Scenery
from stages.pictures.animations.sheet import Part, Sheet, flat, palette

BESIDE = 3  # panels in a row at most
DENSE = 2  # pixels for each one that it is shown with, along both sides: sharp on any display
MOST_FRAMES = 200  # of longer episodes fewer steps are shown: a file stays small
LARGEST = 360_000  # bytes: what is larger is drawn again, with as many frames as there is room for
SHORTEST = 40  # ms that a frame lasts
LAST_FRAME = 1500  # ms

Box: TypeAlias = tuple[int, int, int, int]  # pixels: left, top, right, bottom


def animate(panels: Sequence[Panel], scenery: Scenery, steps_per_frame: int) -> bytes:
    """Draw episodes side by side, at the pace of the scenery.

    Args:
        panels: from left to right, and from top to bottom; a shorter episode stays at its end.
        scenery: of the environment.
        steps_per_frame: steps between two frames at least, where they are not slow; the last
            state is always shown, and held.

    Returns:
        A GIF picture that repeats for ever, to be shown at half its size.
    """
    gif = _animated(panels, scenery, steps_shown(panels, scenery, steps_per_frame, MOST_FRAMES))
    if len(gif) > LARGEST:
        fewer = MOST_FRAMES * LARGEST // len(gif)
        gif = _animated(panels, scenery, steps_shown(panels, scenery, steps_per_frame, fewer))
    return gif


def _animated(panels: Sequence[Panel], scenery: Scenery, shown: Sequence[int]) -> bytes:
    """Draw the frames of these steps."""
    begins = np.cumsum([0, *map(scenery.frames, range(shown[-1]))]) * scenery.frame_time  # ms
    lasting = [*(int(begins[after] - begins[step]) for step, after in pairwise(shown)), LAST_FRAME]
    colours = palette(panels, scenery)
    kept = np.uint8(len(colours))  # the number behind the last colour: what is there stays
    seen = np.full_like(canvas_for(panels, scenery), kept)
    parts: list[Part] = []
    durations: list[int] = []
    for (canvas, box), duration in zip(draw(panels, scenery, shown), lasting, strict=True):
        if box is None:
            durations[-1] += duration
            continue
        left, top, right, bottom = box
        new, old = canvas[top:bottom, left:right], seen[top:bottom, left:right]
        parts.append(Part(np.where(new == old, kept, new), left, top))
        durations.append(duration)
        old[:] = new
    return encode(parts, durations, bytes(flat(colours)))


def steps_shown(
    panels: Sequence[Panel], scenery: Scenery, steps_per_frame: int, most: int
) -> list[int]:
    """Choose the steps that have a frame of their own: so many at most, the slow ones aside."""
    steps = longest(panels)
    slow = min(steps, scenery.slow_steps)
    pace = max(steps_per_frame, -(-steps // most), -(-SHORTEST // scenery.frame_time))
    return [*range(slow), *range(slow, steps, pace), steps]


def draw(
    panels: Sequence[Panel], scenery: Scenery, shown: Sequence[int]
) -> Iterator[tuple[NDArray[np.uint8], Box | None]]:
    """Draw the states after these steps, one after another. A panel whose episode is over rests.

    Yields:
        The picture [height, width], each pixel the number of its colour, always the same array;
        and where it has changed, None where it has not.
    """
    sheets = [Sheet(panel, scenery, palette(panels, scenery), DENSE) for panel in panels]
    canvas = canvas_for(panels, scenery)
    boxes: list[Box] = [(0, 0, *canvas.shape[::-1])]  # at first all of it
    for step in shown:
        for sheet, (x, y) in zip(sheets, places(panels, scenery), strict=True):
            part = sheet.turn_to(step)
            if part is not None:
                left, top = x * DENSE + part.left, y * DENSE + part.top
                right, bottom = left + part.numbers.shape[1], top + part.numbers.shape[0]
                canvas[top:bottom, left:right] = part.numbers
                boxes.append((left, top, right, bottom))
        yield canvas, around(boxes) if boxes else None
        boxes.clear()


def around(boxes: Sequence[Box]) -> Box:
    """Return the smallest box that holds all of these."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def draw_larger(panels: Sequence[Panel], scenery: Scenery, times: int) -> Iterator[Image.Image]:
    """Draw every state in full colour, so many times as large along both sides.

    A slow step is repeated: each picture lasts the scenery's `frame_time`.
    """
    sheets = [Sheet(panel, scenery, palette(panels, scenery), times) for panel in panels]
    width, height = size(panels, scenery)
    frame = Image.new("RGB", (width * times, height * times), WHITE)
    for step in range(longest(panels) + 1):
        frame = frame.copy()
        for sheet, (left, top) in zip(sheets, places(panels, scenery), strict=True):
            if sheet.turn_to(step) is not None:
                frame.paste(sheet.picture(), (left * times, top * times))
        for _ in range(scenery.frames(step)):
            yield frame


def longest(panels: Sequence[Panel]) -> int:
    """Count the steps of the longest episode."""
    return max(len(panel.episode.actions) for panel in panels)


def columns(count: int) -> int:
    """Tell how many of so many panels stand in a row: of four, two."""
    return 2 if count == 4 else min(count, BESIDE)


def size(panels: Sequence[Panel], scenery: Scenery) -> tuple[int, int]:
    """Return width and height of what is shown, in pixels."""
    beside = columns(len(panels))
    return WIDTH * beside, scenery.height * -(-len(panels) // beside)


def places(panels: Sequence[Panel], scenery: Scenery) -> list[tuple[int, int]]:
    """Return the upper left corner of each panel, in pixels."""
    beside = columns(len(panels))
    return [
        (WIDTH * (place % beside), scenery.height * (place // beside))
        for place in range(len(panels))
    ]


def canvas_for(panels: Sequence[Panel], scenery: Scenery) -> NDArray[np.uint8]:
    """Return a white picture [height, width] for all panels."""
    width, height = size(panels, scenery)
    return np.zeros((height * DENSE, width * DENSE), np.uint8)
