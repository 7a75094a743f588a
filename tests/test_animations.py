"""Animations: what they must hold, and the same bytes each time."""

import io
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image, ImageChops, ImageColor

from stages import animation, video
from stages.rl.episodes import Episode
from stages.script import InputError

COLOUR = "#d55e00"


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


def scene(played: Episode) -> animation.Scene:
    return animation.Scene("policy learning, run 0", COLOUR, played)


@pytest.mark.parametrize("steps_per_frame", [1, 2, 7])
def test_an_animation_lasts_as_long_as_its_episode_and_repeats(steps_per_frame: int) -> None:
    gif = animation.animate([scene(episode(100, True))], steps_per_frame)
    assert sum(duration for duration, _ in frames(gif)) == 100 * 20 + animation.LAST_FRAME
    assert Image.open(io.BytesIO(gif)).info["loop"] == 0
    assert gif == animation.animate([scene(episode(100, True))], steps_per_frame)


def test_step_return_and_end_are_written_in_the_picture() -> None:
    caption = animation._caption
    assert caption(episode(500, True), 120) == "step 120   return 120"
    assert caption(episode(500, True), 139) == "step 120   return 120"
    assert caption(episode(500, True), 500) == "step 500   return 500   truncated"
    assert caption(episode(43, False), 43) == "step 43   return 43   terminated"
    still = Episode(np.zeros((22, 4), np.float32), np.zeros(21, np.int8), True)
    shown = [frame for _, frame in frames(animation.animate([scene(still)], 1))]
    assert len(shown) == 3  # nothing moves but the numbers: at 0, 20 and 21
    changed = ImageChops.difference(shown[0], shown[1]).getbbox()
    assert changed
    assert changed[1] > animation.GROUND + animation.CART[1] / 2


def test_a_shorter_episode_stays_at_its_end_beside_a_longer_one() -> None:
    short, long = episode(3, False), episode(9, True)
    both = frames(animation.animate([scene(short), scene(long)], 1))
    alone = frames(animation.animate([scene(short)], 1))
    left = (0, 0, animation.WIDTH, animation.HEIGHT)
    assert len(both) == 10
    for _, frame in both[3:]:
        assert ImageChops.difference(frame.crop(left), alone[-1][1]).getbbox() is None
    assert both[0][1].size == (2 * animation.WIDTH, animation.HEIGHT)


def test_an_arrow_on_the_cart_shows_the_action() -> None:
    leftmost, rightmost = [], []
    for action in (0, 1):
        corners = animation._arrow(100.0, action, 2)
        leftmost.append(min(corners))
        rightmost.append(max(corners))
    middle, half = animation.GROUND * 2, animation.ARROW[0]
    assert leftmost[0] == (200.0 - half, middle)  # the point, to the left
    assert rightmost[1] == (200.0 + half, middle)


def test_pole_and_cart_stand_where_the_state_says() -> None:
    columns = []
    for x, theta in ((0.0, 0.0), (1.0, 0.0), (0.0, 0.2), (0.0, -0.2)):
        states = np.array([[x, 0.0, theta, 0.0]] * 2, np.float32)
        one = scene(Episode(states, np.zeros(1, np.int8), True))
        picture = np.array(animation._panel(one, 0, 1))
        columns.append(np.nonzero((picture == ImageColor.getrgb(COLOUR)).all(axis=2))[1].mean())
    middle = animation.WIDTH / 2
    lean = np.sin(0.2) * 0.5 * animation.METRE  # of the middle of the pole, 1 m long
    expected = [middle, middle + animation.METRE, middle + lean, middle - lean]
    assert columns == pytest.approx(expected, abs=1.5)


def test_a_video_has_every_step_at_the_environments_rate(tmp_path: Path) -> None:
    path = tmp_path / "slide.mp4"
    video.check(str(path))
    video.save(str(path), [scene(episode(100, True)), scene(episode(30, False))])
    count, seconds = imageio_ffmpeg.count_frames_and_secs(str(path))
    assert (count, seconds) == (101, pytest.approx(101 * 0.02, abs=0.03))


def test_a_videos_frames_are_those_of_the_animation_drawn_larger() -> None:
    scenes = [scene(episode(30, True)), scene(episode(10, False))]
    frames, _ = animation.draw(scenes, 1)
    colours = np.array(animation._colours(scenes), np.uint8).reshape(-1, 3)
    larger = list(animation.draw_larger(scenes, 2))
    assert len(larger) == len(frames) == 31

    def difference(frame: np.ndarray, large: Image.Image) -> float:
        """Of 255; without the letters, which have other edges at other sizes."""
        assert large.size == (frame.shape[1] * 2, frame.shape[0] * 2)
        off = colours[frame].astype(int) - np.asarray(large.reduce(2))
        return float(abs(off)[24:106].mean())

    assert max(map(difference, frames, larger)) < 1.0
    assert min(map(difference, frames, larger[3:])) > 1.0


def test_what_stands_in_the_way_of_a_video_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"^--mp4: is x.gif; give a name that ends in .mp4$"):
        video.check("x.gif")
    monkeypatch.setattr(video, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"^--mp4: needs ffmpeg; `pip install"):
        video.check("x.mp4")
