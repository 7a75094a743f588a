"""Episodes side by side as a GIF: Gymnasium's pictures with captions, in few colours."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import imageio.v3 as iio
import numpy as np
from PIL import Image, ImageColor

from stages.common.script import log
from stages.evaluation.testing import episode_seeds
from stages.pictures.animations.bars import bars
from stages.pictures.animations.caption import INK, PAPER, Panel, captioned
from stages.pictures.animations.replay import replay
from stages.rl.interface.set_up import one_line
from stages.rl.interface.task import Task, make

FRAMES, LARGEST = 75, 300_000  # frames and bytes of an animation, at most
COLOURS = 64  # that all frames share
ALIKE = 8  # levels of red, of green and of blue that look alike
SLOW = 10  # steps per second: slower environments are first watched step by step
RATE, RATE_OF_NUMBERS = 30, 4  # steps per second where Gymnasium says none
SHORTEST, LONGEST, LAST = 40, 140, 2000  # ms that a frame lasts, single steps aside


def animate(
    panels: Sequence[Panel], task: Task, seed: int, steps_per_frame: int, most: int = FRAMES
) -> bytes:
    """Draw episodes of an agent side by side.

    Args:
        panels: four at most; a shorter episode stays at its end.
        task: the environment.
        seed: root of the streams; each episode is run 0's first one of the test.
        steps_per_frame: steps between two frames, or more where they would be too many.
        most: frames, and one at the end.

    Returns:
        A GIF that repeats for ever.
    """
    lengths = [len(one.episode.actions) for one in panels]
    metadata = make(task).metadata
    rate = metadata.get("render_fps") or (RATE_OF_NUMBERS if task.state_count else RATE)
    shown, durations = timeline(max(lengths), rate, steps_per_frame, most)
    steps = [sorted({min(step, length) for step in shown}) for length in lengths]
    drawn = pictures(panels, task, seed, steps, "rgb_array" in metadata.get("render_modes", ()))
    films = [
        list(captioned(one, task, at, of)) for one, at, of in zip(panels, steps, drawn, strict=True)
    ]
    palette = palette_of([image for film in films for image in film[::6]], panels[0].colour)
    width, height = films[0][0].size
    frames = np.zeros((len(shown), (len(films) + 1) // 2 * height, 2 * width), np.uint8)
    for place, film in enumerate(films):
        few = [
            np.asarray(image.quantize(palette=palette, dither=Image.Dither.NONE)) for image in film
        ]
        top, left = place // 2 * height, place % 2 * width
        for t, frame in enumerate(frames):
            frame[top : top + height, left : left + width] = few[min(t, len(few) - 1)]
    gif: bytes = iio.imwrite(
        "<bytes>",
        frames,
        plugin="pillow",
        extension=".gif",
        mode="P",
        palette=bytes(palette.getpalette() or ()).ljust(3 * COLOURS + 3, b"\0"),
        duration=durations,
        loop=0,
        optimize=True,
        transparency=COLOURS,  # where nothing changes
    )
    if len(gif) > LARGEST and most > 2:
        return animate(panels, task, seed, steps_per_frame, most // 2)
    return gif


def timeline(
    length: int, rate: float, steps_per_frame: int, most: int = FRAMES
) -> tuple[list[int], list[int]]:
    """Choose the steps that have a frame, and how long each lasts.

    Args:
        length: of the longest episode.
        rate: steps per second at which the environment is watched.
        steps_per_frame: see `animate`; not for the single steps of slow environments.
        most: see `animate`.

    Returns:
        Steps, the last one among them, and durations in ms: GIF counts in 10 ms.
    """
    single = 0
    if rate <= SLOW:  # they are watched for long, and their pictures take longer
        most, single = 2 * most // 3, min(length, most // 3)
    fewest = max(-(-(length - single) // (most - single)), round(SHORTEST * rate / 1000))
    stride = max(steps_per_frame, fewest)
    steps = [*range(single), *range(single, length, stride)]
    quick = max(SHORTEST, min(LONGEST, round(100 * stride / rate) * 10))
    durations = [round(100 / rate) * 10] * single + [quick] * (len(steps) - single)
    return [*steps, length], [*durations, LAST]


def pictures(
    panels: Sequence[Panel],
    task: Task,
    seed: int,
    steps: Sequence[Sequence[int]],
    by_gymnasium: bool,
) -> list[list[Image.Image]]:
    """Draw each episode after its steps, as bars where Gymnasium has no pictures."""
    episodes = [one.episode for one in panels]
    start = int(episode_seeds(seed, 0, 1)[0])
    try:
        if by_gymnasium:
            return [replay(task, *of) for of in zip(episodes, [start] * 4, steps, strict=False)]
    except Exception as error:  # whatever an environment raises that cannot draw itself
        log(f"{task.id} is shown as bars: {one_line(error)}")
    return bars(task, episodes, steps, panels[0].colour)


def palette_of(images: Sequence[Image.Image], colour: str) -> Image.Image:
    """Choose the colours of a GIF: an agent's, those of text, and the most frequent of pictures.

    Of colours that look alike it is the most frequent one. All is counted in whole numbers, so the
    palette is the same on every machine.
    """
    counts = Counter[tuple[int, ...]]()
    for image in images:
        found: Any = image.getcolors(image.width * image.height)
        counts.update({of: count for count, of in found})
    certain = [ImageColor.getrgb(one) for one in (PAPER, INK, colour)]
    frequent = sorted(counts, key=lambda of: (-counts[of], of))
    chosen: dict[tuple[int, ...], tuple[int, ...]] = {}
    for of in [*certain, *frequent]:
        chosen.setdefault(tuple(part // ALIKE for part in of), of)
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for of in list(chosen.values())[:COLOURS] for part in of])
    return palette
