"""Animations: what they must hold, and the same bytes each time."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageChops
from shown import (
    CARTPOLE,
    animated,
    frames,
    panel,
    scenery_of,
    still,
    swaying,
    task_of,
)

from stages import render_gif, render_together
from stages.common.artifacts import save_arrays
from stages.evaluation.episodes import ENDED
from stages.pictures.animations import animation, scene, sheet
from stages.pictures.animations.scenes import cartpole, mountain_car
from stages.pictures.looks import look


@pytest.mark.parametrize("steps_per_frame", [1, 2, 7])
def test_an_animation_lasts_as_long_as_its_episode_and_repeats(steps_per_frame: int) -> None:
    gif = animated([swaying(100)], CARTPOLE, steps_per_frame)
    assert sum(duration for duration, _ in frames(gif)) == 100 * 20 + animation.LAST_FRAME
    assert Image.open(io.BytesIO(gif)).info["loop"] == 0
    assert gif == animated([swaying(100)], CARTPOLE, steps_per_frame)


def test_what_is_stored_of_changes_gives_the_pictures_that_were_drawn() -> None:
    panels, scenery = [panel(swaying(30)), panel(swaying(10, False))], scenery_of(CARTPOLE)
    colours = np.array(sheet.flat(sheet.palette(panels, scenery))).reshape(-1, 3)
    gif = frames(animation.animate(panels, scenery, 1))
    drawn = animation.draw(
        panels, scenery, animation.steps_shown(panels, scenery, 1, animation.MOST_FRAMES)
    )
    for (_, stored), (canvas, _) in zip(gif, drawn, strict=True):
        np.testing.assert_array_equal(np.asarray(stored), colours[canvas])


def test_in_a_grid_the_first_steps_are_slow_and_all_shown() -> None:
    to_and_fro = still([0], [2] * 100)
    to_and_fro.observations[1::2] = 1
    shown = frames(animated([to_and_fro], task_of("FrozenLake"), 5))
    slow = [duration for duration, _ in shown][:40]
    assert slow == [300] * 40
    assert sum(duration for duration, _ in shown) == 40 * 300 + 60 * 30 + animation.LAST_FRAME


def test_however_long_an_episode_is_the_frames_are_few() -> None:
    panels, scenery = [panel(still([0, 0, 0, 0], [0] * 2345))], scenery_of(CARTPOLE)
    shown = animation.steps_shown(panels, scenery, 1, animation.MOST_FRAMES)
    assert shown == [*range(0, 2345, 12), 2345]
    assert len(shown) <= animation.MOST_FRAMES + 1


def test_what_would_be_too_large_has_fewer_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    panels, scenery = [panel(swaying(400))], scenery_of(CARTPOLE)
    whole = animation.animate(panels, scenery, 1)
    monkeypatch.setattr(animation, "LARGEST", len(whole) // 2)
    smaller = animation.animate(panels, scenery, 1)
    assert len(smaller) < 0.6 * len(whole)
    assert len(frames(smaller)) < 0.6 * len(frames(whole))
    (_, end), (_, other) = frames(whole)[-1], frames(smaller)[-1]
    np.testing.assert_array_equal(np.asarray(end), np.asarray(other))


def test_there_are_25_frames_a_second_at_most() -> None:
    panels, scenery = [panel(still([0, 0, 0, 0], [0] * 7))], scenery_of(CARTPOLE)
    assert animation.steps_shown(panels, scenery, 1, animation.MOST_FRAMES) == [0, 2, 4, 6, 7]
    assert animation.steps_shown(panels, scenery, 3, animation.MOST_FRAMES) == [0, 3, 6, 7]


def test_step_return_and_end_are_written_in_the_picture() -> None:
    long, scenery = swaying(500), scenery_of(CARTPOLE)
    told = {step: sheet.caption(long, scenery, step) for step in (120, 139, 500)}
    assert told == {
        120: "step 120  return 120",
        139: "step 120  return 120",
        500: "step 500  return 500  balanced to the end",
    }
    assert sheet.caption(swaying(43, False), scenery, 43) == "step 43  return 43  fell"
    scenery.slow_steps = 200
    assert sheet.caption(long, scenery, 139) == "step 139  return 139"
    shown = [frame for _, frame in frames(animated([still([0, 0, 0, 0], [0] * 21)], CARTPOLE))]
    assert len(shown) == 3  # nothing moves but the numbers: at 0, 20 and 21
    changed = ImageChops.difference(shown[0], shown[1]).getbbox()
    assert changed
    assert changed[1] > (cartpole.GROUND + cartpole.CART[1] / 2) * animation.DENSE


@pytest.mark.parametrize(
    ("reward", "steps", "told"),
    [(-1.0, 200, "-200"), (-0.0, 3, "0"), (0.1, 3, "0.3"), (-7.125, 1, "-7.12"), (50.5, 9, "454")],
)
def test_a_return_can_be_any_number(reward: float, steps: int, told: str) -> None:
    played = still([0], [0] * steps, reward)
    assert sheet.caption(played, scenery_of(task_of("FrozenLake")), steps).split()[3] == told


def test_a_shorter_episode_stays_at_its_end_beside_a_longer_one() -> None:
    short, long = swaying(3, False), swaying(9)
    both = frames(animated([short, long], CARTPOLE))
    alone = frames(animated([short], CARTPOLE))
    width, height = scene.WIDTH * animation.DENSE, scene.Scenery.height * animation.DENSE
    left = (0, 0, width, height)
    assert len(both) == 6  # of two steps each, and the last one of one
    for _, frame in both[2:]:
        assert ImageChops.difference(frame.crop(left), alone[-1][1]).getbbox() is None
    assert both[0][1].size == (2 * width, height)


@pytest.mark.parametrize(("count", "size"), [(2, (2, 1)), (4, (2, 2)), (5, (3, 2)), (6, (3, 2))])
def test_four_panels_make_a_square_and_more_stand_in_rows_of_three(
    count: int, size: tuple[int, int]
) -> None:
    task = task_of("MountainCar")
    episodes = [still([place / 10 - 0.8, 0.0], [place % 3] * 2) for place in range(count)]
    together = frames(animated(episodes, task))[0][1]
    width, height = scene.WIDTH * animation.DENSE, mountain_car.Scene.height * animation.DENSE
    assert together.size == (size[0] * width, size[1] * height)
    for place, episode in enumerate(episodes):
        x, y = place % size[0] * width, place // size[0] * height
        alone = frames(animated([episode], task))[0][1]
        part = together.crop((x, y, x + width, y + height))
        assert ImageChops.difference(part, alone).getbbox() is None
    if count == 5:
        empty = together.crop((2 * width, height, 3 * width, 2 * height))
        assert empty.getcolors() == [(width * height, (255, 255, 255))]


def test_six_agents_have_six_colours() -> None:
    agents = ["random_search", "reinforce", "q_learning", "sarsa", "double_q", "dyna"]
    looks = [look(agent, agents) for agent in agents]
    assert [one.name for one in looks][:5] == [
        "random search",
        "REINFORCE",
        "Q-learning",
        "sarsa",
        "double q",
    ]
    assert len({one.colour for one in looks}) == 6
    assert look("sarsa", ["sarsa", "reinforce"]).colour == look("random_search", agents).colour


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Leave the recorded episodes of two agents in MountainCar, of two checkpoints each."""
    monkeypatch.chdir(tmp_path)
    recorded: dict[str, Any] = {
        "observations": np.full((2, 4, 2), -0.5, np.float32),
        "actions": np.array([[0, 1, 2], [2, 2, ENDED]], np.int16),
        "rewards": np.full((2, 3), -1.0, np.float32),
        "truncated": np.array([True, False]),
    }
    for agent in ("sarsa", "search"):
        episodes = np.array([0, 1200])
        save_arrays(f"data/evaluate/{agent}/episodes.npz", **recorded)
        save_arrays(f"data/evaluate/{agent}/checkpoint_episodes.npz", **recorded, episodes=episodes)
    (tmp_path / "params.yaml").write_text(
        "environment: mountain_car\nseed: 0\nrender_gif: {steps_per_frame: 1}\n"
        "mountain_car: {env: {id: MountainCar-v0}}\n"
    )
    return tmp_path


def call(stage: Any, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr("sys.argv", [stage.__name__, *arguments, "--agents", "sarsa", "search"])
    stage.main()


def test_the_stages_draw_every_checkpoint_and_every_agent(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(render_gif, monkeypatch, "data/evaluate/sarsa", "made/alone.gif")
    call(render_together, monkeypatch, "data", "together.gif")
    for name in ("made/alone.gif", "together.gif"):
        shown = frames((folder / name).read_bytes())
        assert shown[0][1].size == (4 * scene.WIDTH, 2 * mountain_car.Scene.height)
        assert sum(duration for duration, _ in shown) == 3 * 30 + animation.LAST_FRAME
