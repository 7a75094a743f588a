"""The same as a video in MP4, for slides. It is no stage's output: encoders differ."""

from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np

from stages.animation import HEIGHT, WIDTH, Scene, draw_larger
from stages.artifacts import prepare
from stages.rl.environments import TIME_STEP
from stages.script import InputError

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


def save(path: str, scenes: Sequence[Scene]) -> None:
    """Write the scenes, a frame for each step of the environment, as a video in H.264."""
    import imageio_ffmpeg  # noqa: PLC0415  # an extra

    size = (WIDTH * LARGER * len(scenes), HEIGHT * LARGER)
    writer = imageio_ffmpeg.write_frames(path, size, fps=1 / TIME_STEP, macro_block_size=2)
    writer.send(None)
    for frame in draw_larger(scenes, LARGER):
        writer.send(np.ascontiguousarray(np.asarray(frame)))
    writer.close()
