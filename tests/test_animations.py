"""Animations: recorded episodes as Gymnasium draws them, with true captions, in small files."""

import io
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import Mock

import acting
import gymnasium
import numpy as np
import pytest
from checkout import ROOT
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageColor

from stages import render_gif
from stages.common.artifacts import save_arrays
from stages.common.script import InputError
from stages.evaluation.episodes import Episode
from stages.evaluation.testing import episode_seeds, play_checkpoints
from stages.pictures.animations import animation, bars, caption
from stages.pictures.animations.animation import animate, timeline
from stages.pictures.animations.caption import Panel
from stages.pictures.animations.checkpoints import Checkpoint, choose
from stages.pictures.animations.replay import ReplayError, replay
from stages.rl.interface.set_up import set_up
from stages.rl.interface.task import Task

COLOUR = "#d55e00"
SKY, BALL = "#f0f8ff", "#aa3311"
OWN_MAP = ["SFFFFH", "FHFFFG"]


class Falling(gymnasium.Env[NDArray[np.float32], np.int64]):
    """A ball falls in a column that chance chooses; action 3 is to stay, and 4 to the right."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 50}  # as Gymnasium has it
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
def falling(monkeypatch: pytest.MonkeyPatch) -> Task:
    """An environment of a user's own, which draws itself."""
    monkeypatch.setattr("stages.rl.interface.task.module_of", ModuleType)
    maker: Any = Falling
    spec = gymnasium.envs.registration.EnvSpec("Falling-v0", maker)
    monkeypatch.setitem(gymnasium.registry, "Falling-v0", spec)
    return Task("falling", "Falling-v0", {}, 9, None, 2, 0, 2)


def fallen(seed: int = 0) -> Episode:
    """Four steps, to the right in the second one."""
    environment = Falling()
    seen = [environment.reset(seed=start(seed))[0]]
    actions = [0, 1, 0, 0]
    seen += [environment.step(np.int64(action + 3))[0] for action in actions]
    return Episode(np.stack(seen), np.array(actions, np.int16), np.ones(4, np.float32), False)


def start(seed: int) -> int:
    return int(episode_seeds(seed, 0, 1)[0])


def still(observation: list[float], steps: int = 1, truncated: bool = False) -> Episode:
    """An episode in which nothing changes."""
    observations = np.array([observation] * (steps + 1), np.float32)
    rewards = np.ones(steps, np.float32)
    return Episode(observations, np.zeros(steps, np.int16), rewards, truncated)


def panel(episode: Episode, trained: int = 0) -> Panel:
    return Panel("REINFORCE", COLOUR, trained, episode)


def frames(gif: bytes) -> list[tuple[int, Image.Image]]:
    """Read the frames of a GIF, and the ms that each lasts."""
    image = Image.open(io.BytesIO(gif))
    shown = []
    for number in range(image.n_frames):  # type: ignore[attr-defined]
        image.seek(number)
        shown.append((image.info["duration"], image.convert("RGB")))
    return shown


def colour_near(frame: Image.Image, x: float, y: float) -> str:
    """Name the colour of the ball or of the sky, whichever is nearer to that of a pixel."""
    pixel: Any = frame.getpixel((int(x), int(y)))

    def distance(colour: str) -> int:
        return sum(abs(a - b) for a, b in zip(pixel, ImageColor.getrgb(colour), strict=False))

    assert min(map(distance, (SKY, BALL))) < 16
    return min(SKY, BALL, key=distance)


def test_every_frame_shows_the_state_as_the_environment_draws_it(falling: Task) -> None:
    episode = fallen()
    gif = animate([panel(episode), panel(episode, 9)], falling, 0, 2)
    assert gif == animate([panel(episode), panel(episode, 9)], falling, 0, 2)
    shown = frames(gif)
    assert [duration for duration, _ in shown] == [40, 40, animation.LAST]
    assert Image.open(io.BytesIO(gif)).info["loop"] == 0
    cell, top = 30, caption.MARGIN + caption.LINE + caption.GAP
    for (_, frame), step in zip(shown, (0, 2, 4), strict=True):
        assert frame.width == 2 * caption.WIDTH
        column, row = episode.observations[step]
        for left in (4, caption.WIDTH + 4):
            x, y = left + (column + 0.5) * cell, top + (row + 0.5) * cell
            assert colour_near(frame, x, y) == BALL
            assert colour_near(frame, x + cell, y) == SKY


def test_an_episode_that_is_not_as_recorded_is_shown_as_bars(
    falling: Task, capsys: pytest.CaptureFixture[str]
) -> None:
    begins = fallen().observations[0, 0]
    elsewhere = fallen(next(s for s in range(9) if fallen(s).observations[0, 0] != begins))
    for episode, fault in (
        (elsewhere, "step 0 is not as recorded"),
        (fallen()._replace(truncated=True), "the end is not as recorded"),
    ):
        with pytest.raises(ReplayError, match=fault):
            replay(falling, episode, start(0), [])
        as_bars = animate([panel(fallen()), panel(episode)], falling, 0, 1)
        assert (
            frames(as_bars)[0][1].height
            != frames(animate([panel(fallen())], falling, 0, 1))[0][1].height
        )
        assert capsys.readouterr().err == f"Falling-v0 is shown as bars: played again, {fault}\n"


def test_an_environment_that_cannot_draw_itself_is_shown_as_bars(
    falling: Task, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Falling, "broken", True)
    fault = animate([panel(fallen())], falling, 0, 1)
    assert capsys.readouterr().err == "Falling-v0 is shown as bars: no pencil\n"
    monkeypatch.setattr(Falling, "metadata", {"render_modes": ["human"], "render_fps": 50})
    assert fault == animate([panel(fallen())], falling, 0, 1)
    assert capsys.readouterr().err == ""


def test_bars_have_one_scale_for_all_episodes(falling: Task) -> None:
    wide, narrow = still([4.0, -1.0]), still([-4.0, 0.0])
    ((drawn, _), _) = bars.bars(falling, [wide, narrow], [[0, 1], [0]], COLOUR)
    lengths = []
    for row in (0, 1):
        y = row * bars.ROW + bars.ROW // 2
        line = np.asarray(drawn)[y]
        columns = np.flatnonzero((line == ImageColor.getrgb(COLOUR)).all(axis=1))
        lengths.append((columns.min(), columns.max()))
    zero = (bars.LEFT + bars.RIGHT) / 2  # of the first variable: from -4 to 4
    assert lengths[0] == pytest.approx((zero, bars.RIGHT), abs=2)
    assert lengths[1] == pytest.approx((bars.LEFT, bars.RIGHT), abs=2)  # from -1 to 0


def test_bars_name_at_most_ten_variables_and_the_action(
    falling: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(bars, "write", lambda *at, **_: written.append("".join(at[3:])))
    bars.bars(falling._replace(observation_size=100), [still([1.0] * 100)], [[0, 1]], COLOUR)
    names = [f"observation {i}" for i in range(10)]
    assert written == [*names, "action", "action 0", *names]  # at the end nobody acts
    written.clear()
    bars.bars(falling._replace(observation_size=1, state_count=50), [still([17.0])], [[1]], COLOUR)
    assert written == ["state: 17"]


GYMNASIUMS = """
import numpy as np
from stages.evaluation.testing import RandomPolicy, episode_seeds, play
from stages.pictures.animations.replay import replay
from stages.rl.interface.set_up import set_up
slipping = ("cliff_walking", "frozen_lake", "taxi")  # or against a wall: who stays where it was
for name, given in (
    ("cartpole", {"id": "CartPole-v1", "options": {"gravity": 3.0}}),
    ("acrobot", {"id": "Acrobot-v1"}),
    ("mountain_car", {"id": "MountainCar-v0"}),
    ("frozen_lake", {"id": "FrozenLake-v1"}),
    ("cliff_walking", {"id": "CliffWalking-v1", "max_episode_steps": 60}),
    ("taxi", {"id": "Taxi-v4"}),
):
    task = set_up(name, given)
    episode = play(task, 5, 1, RandomPolicy.of(5, 1, task.actions), 1).episodes.of(0)
    steps = [0, 2, len(episode.actions)]
    pictures = replay(task, episode, int(episode_seeds(5, 0, 1)[0]), steps)
    assert len(pictures) == 3, name
    assert len(np.unique(np.asarray(pictures[0]))) > 3, name
    assert pictures[0].tobytes() != pictures[1].tobytes() or name in slipping, name
"""


def test_replays_arrive_at_what_was_recorded_without_a_display_and_say_nothing() -> None:
    """To the last bit, of every observation: `replay` refuses any other."""
    without = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    without["PYTHONPATH"] = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", GYMNASIUMS], env=without, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("name", "env", "last", "words"),
    [
        ("cartpole", {"id": "CartPole-v1"}, [0.0, 0.0, 0.25, 0.0], ": fell or left the track"),
        ("acrobot", {"id": "Acrobot-v1"}, [-1.0, 0.0, 1.0, 0.0, 0.0, 0.0], ": swung up"),
        ("mountain_car", {"id": "MountainCar-v0"}, [0.5, 0.0], ": at the flag"),
        ("frozen_lake", {"id": "FrozenLake-v1"}, [15], ": at the goal"),
        ("frozen_lake", {"id": "FrozenLake8x8-v1"}, [19], ": in a hole"),
        (
            "frozen_lake",
            {"id": "FrozenLake-v1", "options": {"desc": OWN_MAP}},
            [11],
            ": at the goal",
        ),
        ("cliff_walking", {"id": "CliffWalking-v1", "max_episode_steps": 9}, [47], ": at the goal"),
        ("taxi", {"id": "Taxi-v4"}, [0], ": passenger delivered"),
    ],
)
def test_how_an_episode_ended_is_said_in_words_of_the_environment(
    name: str, env: dict[str, Any], last: list[float], words: str
) -> None:
    task = set_up(name, env)
    assert caption.ending(still(last), task) == f"terminated{words}"
    assert caption.ending(still(last, 7, truncated=True), task) == "truncated at 7 steps"


def test_of_other_environments_it_is_said_what_is_known(falling: Task) -> None:
    assert caption.ending(still([0.0, 4.0]), falling) == "terminated"


def test_step_return_and_training_are_written_above_and_below(
    falling: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(caption, "write", lambda *at: written.append("".join(at[3:])))
    blank = [Image.new("RGB", (10, 10))] * 3
    list(caption.captioned(panel(fallen(), 1200), falling, [0, 3, 4], blank))
    assert written == [
        "REINFORCE, after 1,200 episodes",
        "step 0, return 0",
        "step 3, return 3",
        "step 4, return 4",
        "terminated",
    ]
    assert caption.experience(0) == "untrained"
    assert caption.experience(1) == "after 1 episode"
    numbers = [caption.short(x) for x in (-200.0, -0.0, 0.1 + 0.2, -7.125, 454.5)]
    assert numbers == ["-200", "0", "0.3", "-7.12", "454"]


def test_a_long_name_is_cut_and_what_follows_it_is_not() -> None:
    pen = Mock()
    caption.write(pen, 0, 0, "a very long name of an agent of one's own", ", after 1,200 episodes")
    text = pen.text.call_args[0][1]
    assert text.startswith("a very")
    assert text.endswith("..., after 1,200 episodes")
    assert caption.font().getlength(text) <= caption.WIDTH


@pytest.mark.parametrize("length", [1, 13, 40, 41, 200, 500, 2345])
@pytest.mark.parametrize("rate", [4, 15, 50, 240])
@pytest.mark.parametrize("steps_per_frame", [1, 3, 50])
def test_frames_are_few_and_their_pace_is_that_of_the_environment(
    length: int, rate: int, steps_per_frame: int
) -> None:
    steps, durations = timeline(length, rate, steps_per_frame)
    assert len(steps) == len(durations) <= animation.FRAMES + 1
    assert steps == sorted(set(steps))
    assert (steps[0], steps[-1], durations[-1]) == (0, length, animation.LAST)
    assert min(durations) >= animation.SHORTEST
    if rate <= animation.SLOW:
        assert steps[:25] == list(range(min(length + 1, 25)))
        assert durations[0] == 250
    else:
        assert len(steps) == 2 or steps[1] >= steps_per_frame
        assert max(durations[:-1]) <= animation.LONGEST


def checkpoints(*returns: float) -> list[Checkpoint]:
    """Checkpoints after 0, 10, 20, ... episodes whose episodes had these returns."""
    episodes = [still([0.0])._replace(rewards=np.array([one], np.float32)) for one in returns]
    return [Checkpoint(10 * c, episode) for c, episode in enumerate(episodes)]


@pytest.mark.parametrize(
    ("returns", "trained"),
    [
        ([0.0, 90.0], [0, 10]),
        ([0.0, 5.0, 6.0, 90.0], [0, 10, 20, 30]),
        ([0.0, 9.0, 31.0, 45.0, 62.0, 88.0, 90.0], [0, 20, 40, 60]),  # 30 and 60 are the aims
        ([0.0, 60.0, 60.0, 30.0, 90.0], [0, 10, 20, 40]),  # in the order of training
        ([9.0, 500.0, 124.0, 228.0, 500.0, 239.0, 174.0, 500.0], [0, 20, 50, 70]),
        ([-200.0] * 7, [0, 20, 40, 60]),  # nothing was learned
        ([90.0, 70.0, 61.0, 30.0, 10.0, 0.0], [0, 20, 30, 50]),  # it became worse
    ],
)
def test_the_first_the_last_and_two_checkpoints_on_the_way_are_shown(
    returns: list[float], trained: list[int]
) -> None:
    assert [one.trained for one in choose(checkpoints(*returns))] == trained


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Leave what an agent played in Acrobot, the largest of Gymnasium's pictures, for 500 steps."""
    monkeypatch.chdir(tmp_path)
    task = set_up("acrobot", {"id": "Acrobot-v1"})
    played = play_checkpoints(task, 0, acting.linear(task, 5))
    trained = np.array([0, 40, 80, 120, 1200])
    save_arrays("sarsa/checkpoint_episodes.npz", **played._asdict(), episodes=trained)
    configure("acrobot", "Acrobot-v1")
    return tmp_path


def configure(name: str, env_id: str) -> None:
    Path("params.yaml").write_text(
        f"environment: {name}\nseed: 0\nrender_gif: {{steps_per_frame: 1}}\n"
        f"{name}: {{env: {{id: {env_id}}}}}\n"
    )


def call(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = "sarsa made/sarsa.gif --agents search sarsa"
    monkeypatch.setattr("sys.argv", ["render_gif", *arguments.split()])
    render_gif.main()


def test_the_stage_draws_four_checkpoints_within_its_limits(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call(monkeypatch)
    assert capsys.readouterr().err == ""
    gif = (folder / "made/sarsa.gif").read_bytes()
    assert 50_000 < len(gif) < 300_000
    shown = frames(gif)
    assert 60 < len(shown) <= animation.FRAMES + 1
    assert shown[0][1].size == (2 * caption.WIDTH, 2 * 332)
    call(monkeypatch)
    assert gif == (folder / "made/sarsa.gif").read_bytes()


def test_episodes_of_another_environment_are_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure("cartpole", "CartPole-v1")
    with pytest.raises(InputError, match=r"^sarsa: is not for CartPole-v1; `dvc repro` makes it"):
        call(monkeypatch)
    assert not (folder / "made").exists()


def test_an_animation_that_would_be_too_large_has_fewer_frames(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(monkeypatch)
    whole = (folder / "made/sarsa.gif").read_bytes()
    monkeypatch.setattr(animation, "LARGEST", len(whole) - 1)
    call(monkeypatch)
    smaller = (folder / "made/sarsa.gif").read_bytes()
    assert len(smaller) < 0.7 * len(whole)
    assert len(frames(smaller)) <= animation.FRAMES // 2 + 1
    ends = frames(whole)[-1][1], frames(smaller)[-1][1]
    assert np.asarray(ImageChops.difference(*ends)).max() < 48  # other shades


def test_the_committed_animations_keep_the_limits() -> None:
    files = list((ROOT / "data/render_gif").glob("*.gif"))
    assert files
    for file in files:
        assert file.stat().st_size < 300_000
        assert len(frames(file.read_bytes())) <= animation.FRAMES + 1
