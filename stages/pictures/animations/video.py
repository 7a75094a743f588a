"""The same as a video in MP4, for slides. It is no stage's output: encoders differ."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import imageio.v3 as iio
import numpy as np

from stages.common.artifacts import prepare
from stages.common.script import InputError
from stages.pictures.animations.animation import draw_larger
from stages.pictures.animations.scene import Panel, Scenery

LARGER = 2  # times, along both sides: slides are larger than a README
NEEDED = "--mp4: needs ffmpeg; `pip install --require-hashes -r requirements-video.txt`"


def check(path: str | None) -> None:
    """Find out whether a video can be written, before any work is done.

    Raises:
        InputError: ffmpeg is not installed, or the name does not end in .mp4.
    """
    if path is None:
        return
    if not path.endswith(".mp4"):
        raise InputError(f"--mp4: is {path}; give a name that ends in .mp4")
    if find_spec("imageio_ffmpeg") is None:
        raise InputError(NEEDED)
    prepare(path)


def save(path: str, panels: Sequence[Panel], scenery: Scenery) -> None:
    """Write the episodes, every step of them, as a video in H.264."""
    # One frame at a time: what imageio writes need not be an array, whatever its types say.
    frames: Any = (np.asarray(frame) for frame in draw_larger(panels, scenery, LARGER))
    pace = 1000 / scenery.frame_time
    iio.imwrite(path, frames, plugin="FFMPEG", is_batch=True, fps=pace, macro_block_size=2)
