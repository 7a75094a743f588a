"""An environment without a scene of its own is shown as Gymnasium draws it, where that can be."""

import os
import subprocess
import sys
from types import ModuleType
from typing import Any

import gymnasium
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ImageColor
from shown import in_full_colour, panel, scenery_of

from stages.evaluation.episodes import Episode
from stages.evaluation.testing import episode_seeds
from stages.pictures.animations import animation, bars, rendered, scene
from stages.rl.interface.task import Task

SKY, BALL = "#f0f8ff", "#aa3311"


class Falling(gymnasium.Env[NDArray[np.float32], np.int64]):
    """A ball falls in a column that chance chooses; action 3 is to stay, and 4 to the right."""

    metadata = {"render_modes": ["rgb_array"]}  # as Gymnasium has it
    observation_space = gymnasium.spaces.Box(0.0, 9.0, (2,), np.float32)
    action_space = gymnasium.spaces.Discrete(2, start=3)
    broken = False

    def __init__(self, render_mode: str | None = None) -> None:
        self.render_mode = render_mode

    def reset(self, **given: Any) -> tuple[NDArray[np.float32], dict[str, Any]]:
        super().reset(seed=given.get("seed"))
        self.place = np.array([self.np_random.integers(5), 0])
        return self.place.astype(np.float32), {}

    def step(
        self, action: np.int64
    ) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        self.place += [action - 3, 1]
        return self.place.astype(np.float32), 0.0, bool(self.place[1] == 4), False, {}

    def render(self) -> NDArray[np.uint8]:
        if self.broken:
            raise RuntimeError("no\npencil")
        picture = np.full((5, 10, 3), ImageColor.getrgb(SKY), np.uint8)
        picture[self.place[1], self.place[0]] = ImageColor.getrgb(BALL)
        return picture


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> Task:
    monkeypatch.setattr("stages.rl.interface.task.module_of", ModuleType)
    maker: Any = Falling
    spec = gymnasium.envs.registration.EnvSpec("Falling-v0", maker)
    monkeypatch.setitem(gymnasium.registry, "Falling-v0", spec)
    return Task("falling", "Falling-v0", {}, 9, None, 2, 0, 2)


def played(seed: int = 0) -> Episode:
    """Four steps, to the right in the second one."""
    environment = Falling()
    seen = [environment.reset(seed=int(episode_seeds(seed, 0, 1)[0]))[0]]
    actions = [0, 1, 0, 0]
    seen += [environment.step(np.int64(action + 3))[0] for action in actions]
    return Episode(np.stack(seen), np.array(actions, np.int16), np.zeros(4, np.float32), False)


def test_each_state_is_shown_as_the_environment_draws_it(task: Task) -> None:
    episode = played()
    scenery = scenery_of(task, episode)
    assert isinstance(scenery, rendered.Scene)
    cell = rendered.ROOM[0] / 10
    assert scenery.height == scene.TITLE + 5 * cell + scene.CAPTION
    for step in (0, 4, 2):  # back to an earlier one too: a video is drawn after the animation
        drawn = in_full_colour(panel(episode), scenery, step)
        column, row = episode.observations[step]
        x = (scene.WIDTH - rendered.ROOM[0]) / 2 + (column + 0.5) * cell
        y = scene.TITLE + (row + 0.5) * cell
        assert tuple(drawn[int(y), int(x)]) == ImageColor.getrgb(BALL)
        assert tuple(drawn[int(y), int(x + cell)]) == ImageColor.getrgb(SKY)
    gif = animation.animate([panel(episode)], scenery, 1)
    assert gif == animation.animate([panel(episode)], scenery_of(task, episode), 1)


def test_an_episode_that_does_not_end_as_it_was_recorded_is_shown_as_bars(
    task: Task, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = played(seed=next(s for s in range(9) if start(s) != start(0)))
    too_long = played()._replace(truncated=True)
    for episode in (elsewhere, too_long):
        assert type(scenery_of(task, played(), episode)) is bars.Scene
        told = "Falling-v0 is shown as bars: played again, it does not end as it was recorded\n"
        assert capsys.readouterr().err == told


def start(seed: int) -> float:
    return float(played(seed).observations[0, 0])


def test_an_environment_that_cannot_draw_itself_is_shown_as_bars(
    task: Task, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Falling, "broken", True)
    assert type(scenery_of(task, played())) is bars.Scene
    assert capsys.readouterr().err == "Falling-v0 is shown as bars: no pencil\n"
    monkeypatch.setattr(Falling, "metadata", {"render_modes": ["human"]})
    assert type(scenery_of(task, played())) is bars.Scene
    assert capsys.readouterr().err == ""


GYMNASIUMS = """
from types import ModuleType
from shown import scenery_of
import stages.rl.interface.task as tasks
from stages.pictures.animations.rendered import Scene
from stages.evaluation.testing import RandomPolicy, play
tasks.module_of = ModuleType
for task in (
    tasks.Task("my_lake", "FrozenLake-v1", {}, 100, None, 1, 16, 4),
    tasks.Task("my_acrobot", "Acrobot-v1", {}, 100, None, 6, 0, 3),
):
    chance = RandomPolicy.of(0, 1, task.actions)
    scenery = scenery_of(task, play(task, 0, 1, chance, 1).episodes.of(0))
    assert type(scenery) is Scene
    assert len(scenery.exact) > 3
"""


def test_gymnasium_draws_what_the_judge_played_without_a_display_and_says_nothing() -> None:
    without = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    without["PYTHONPATH"] = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", GYMNASIUMS], env=without, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
