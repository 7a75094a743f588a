"""Episodes side by side as a GIF: Gymnasium's pictures with captions, in few colours."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import imageio.v3 as iio
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor

from stages.common.script import tell
from stages.evaluation.testing import episode_seeds
from stages.pictures.animations.bars import bars
from stages.pictures.animations.caption import INK, PAPER, Panel, captioned
from stages.pictures.animations.replay import replay
from stages.rl.interface.setting_up import one_line
from stages.rl.interface.task import Task, make

COLOURS = 64  # that all frames share
LARGEST = 300_000  # bytes; what is larger has every other frame alone
ALIKE = 8  # levels of red, of green and of blue that look alike
SAMPLES = 12  # pictures of an episode that the colours are chosen from
FRAMES = 75  # at most, and the last one
SLOW, SLOW_STEPS = 10, 40  # environments of 10 steps per second or less begin with 40 single steps
RATE, RATE_OF_NUMBERS = 30, 4  # steps per second where Gymnasium says none
SHORTEST, LONGEST, LAST = 40, 140, 2000  # ms that a frame lasts, single steps aside


def animate(panels: Sequence[Panel], task: Task, seed: int, steps_per_frame: int) -> bytes:
    """Draw episodes of an agent side by side.

    Args:
        panels: four at most; a shorter episode stays at its end.
        task: the environment.
        seed: root of the streams; each episode is run 0's first one of the test.
        steps_per_frame: steps between two frames, or more where they would be too many.

    Returns:
        A GIF that repeats for ever.
    """
    lengths = [len(one.episode.actions) for one in panels]
    metadata = make(task).metadata
    rate = metadata.get("render_fps") or (RATE_OF_NUMBERS if task.numbers else RATE)
    shown, durations = timeline(max(lengths), rate, steps_per_frame)
    steps = [sorted({min(step, length) for step in shown}) for length in lengths]
    drawn = pictures(panels, task, seed, steps, "rgb_array" in metadata.get("render_modes", ()))
    framed = [
        list(captioned(one, task, at, of)) for one, at, of in zip(panels, steps, drawn, strict=True)
    ]
    sample = [image for images in framed for image in images[:: -(-len(images) // SAMPLES)]]
    palette = palette_of(sample, [PAPER, INK, panels[0].colour])
    films = [
        [np.asarray(one.quantize(palette=palette, dither=Image.Dither.NONE)) for one in images]
        for images in framed
    ]
    height, width = films[0][0].shape
    frames = np.zeros(
        (len(shown), -(-len(films) // 2) * height, min(2, len(films)) * width), np.uint8
    )
    for place, film in enumerate(films):
        top, left = place // 2 * height, place % 2 * width
        for t, frame in enumerate(frames):
            frame[top : top + height, left : left + width] = film[min(t, len(film) - 1)]
    gif = encode(frames, durations, palette)
    while len(gif) > LARGEST and len(frames) > 2:
        kept = [*range(0, len(frames) - 1, 2), len(frames) - 1]
        durations = [sum(durations[k : min(k + 2, len(frames) - 1)]) for k in kept[:-1]] + [LAST]
        frames = frames[kept]
        gif = encode(frames, durations, palette)
    return gif


def encode(frames: NDArray[np.uint8], durations: Sequence[int], palette: Image.Image) -> bytes:
    """Write frames [T, height, width] as a GIF that repeats for ever."""
    gif: bytes = iio.imwrite(
        "<bytes>",
        frames,
        plugin="pillow",
        extension=".gif",
        mode="P",
        palette=bytes(palette.getpalette() or ()).ljust(3 * COLOURS + 3, b"\0"),
        duration=list(durations),
        loop=0,
        optimize=True,
        transparency=COLOURS,  # where nothing changes
    )
    return gif


def timeline(length: int, rate: float, steps_per_frame: int) -> tuple[list[int], list[int]]:
    """Choose the steps that have a frame, and how long each lasts.

    Args:
        length: of the longest episode.
        rate: steps per second at which the environment is watched.
        steps_per_frame: see `animate`; not for the single steps of slow environments.

    Returns:
        Steps, the last one among them, and durations in ms: GIF counts in 10 ms.
    """
    single = min(length, SLOW_STEPS) if rate <= SLOW else 0
    fewest = max(-(-(length - single) // (FRAMES - single)), round(SHORTEST * rate / 1000))
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
        tell(f"{task.id} is shown as bars: {one_line(error)}")
    return bars(task, episodes, steps, panels[0].colour)


def palette_of(images: Sequence[Image.Image], certain: Sequence[str]) -> Image.Image:
    """Choose the colours of a GIF: certain ones, and the most frequent ones of pictures.

    Of colours that look alike it is the most frequent one. All is counted in whole numbers, so the
    palette is the same on every machine.
    """
    counts = Counter[tuple[int, ...]]()
    for image in images:
        found: Any = image.getcolors(image.width * image.height)
        counts.update({colour: count for count, colour in found})
    ordered = sorted(counts, key=lambda colour: (-counts[colour], colour))
    chosen: dict[tuple[int, ...], tuple[int, ...]] = {}
    for colour in [*map(ImageColor.getrgb, certain), *ordered]:
        chosen.setdefault(tuple(part // ALIKE for part in colour), colour)
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in list(chosen.values())[:COLOURS] for part in colour])
    return palette
