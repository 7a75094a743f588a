"""Animations: what they must hold, and the same bytes each time."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageChops

from stages import animation
from stages.rl.episodes import Episode


def episode(steps: int, truncated: bool) -> Episode:
    """A pole that tilts ever more, on a cart that goes to and fro."""
    time = np.arange(steps + 1)
    columns = [np.sin(time / 20), np.zeros(steps + 1), time / 2000, np.zeros(steps + 1)]
    return Episode(
        np.stack(columns, axis=1).astype(np.float32), np.zeros(steps, np.int8), truncated
    )


def frames(gif: bytes) -> list[Any]:
    image = Image.open(io.BytesIO(gif))
    shown = []
    for number in range(image.n_frames):  # type: ignore[attr-defined]
        image.seek(number)
        shown.append((image.info["duration"], image.convert("RGB")))
    return shown


@pytest.mark.parametrize("steps_per_frame", [1, 2, 7])
def test_an_animation_lasts_as_long_as_its_episode_and_repeats(steps_per_frame: int) -> None:
    gif = animation.animate(episode(100, True), "search, run 0", steps_per_frame)
    assert sum(duration for duration, _ in frames(gif)) == 100 * 20 + animation.LAST_FRAME
    assert Image.open(io.BytesIO(gif)).info["loop"] == 0
    assert gif == animation.animate(episode(100, True), "search, run 0", steps_per_frame)


def test_step_return_and_end_are_written_in_the_picture() -> None:
    caption = animation._caption
    assert caption(episode(500, True), 123) == "step 123   return 123"
    assert caption(episode(500, True), 500) == "step 500   return 500   truncated"
    assert caption(episode(40, False), 40) == "step 40   return 40   terminated"
    still = Episode(np.zeros((3, 4), np.float32), np.zeros(2, np.int8), True)
    first, second, last = (frame for _, frame in frames(animation.animate(still, "x", 1)))
    for before, after in ((first, second), (second, last)):  # nothing moves but the numbers
        changed = ImageChops.difference(before, after).getbbox()
        assert changed
        assert changed[3] < 25  # pixels from the top


def test_pole_and_cart_stand_where_the_state_says() -> None:
    colour = animation.POLE
    columns = []
    for x, theta in ((0.0, 0.0), (1.0, 0.0), (0.0, 0.2), (0.0, -0.2)):
        state = np.array([x, 0.0, theta, 0.0], np.float32)
        picture = np.array(animation._frame(state, "", ""))
        columns.append(np.nonzero((picture == colour).all(axis=2))[1].mean())
    middle = animation.WIDTH / 2
    lean = np.sin(0.2) * 0.5 * animation.METRE  # of the middle of the pole, 1 m long
    expected = [middle, middle + animation.METRE, middle + lean, middle - lean]
    assert columns == pytest.approx(expected, abs=1.5)
