"""Watching an agent in a real window, on a display of the test's own."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkout import ROOT, Checkout, installed
from linux import needs_linux

from stages import watch
from stages.common.artifacts import save_arrays
from stages.common.script import InputError

WATCH = ("python", "-m", "stages.watch", "--agent")


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """Start a display that nobody sees."""
    xvfb = installed("Xvfb")
    read, write = os.pipe()
    command = [xvfb, "-displayfd", str(write), "-screen", "0", "800x600x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as file:
            yield f":{file.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


# An environment of one's own: observations from 3, actions from 1.
CORRIDOR = """
import gymnasium

from stages.rl.interface.environment_spec import EnvironmentSpec

SPEC = EnvironmentSpec(observation_names=("place",), action_names=("back", "on"))


class Corridor(gymnasium.Env):
    metadata = {"render_modes": ["human"]}
    observation_space = gymnasium.spaces.Discrete(4, start=3)
    action_space = gymnasium.spaces.Discrete(2, start=1)

    def __init__(self, render_mode=None):
        self.render_mode = render_mode

    def render(self):
        pass  # the window stays empty

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.place = 0
        return self.place + 3, {}

    def step(self, action):
        self.place = max(self.place + (1 if action == 2 else -1), 0)
        return self.place + 3, -0.25, self.place == 3, False, {}


gymnasium.register("Corridor-v0", entry_point=Corridor, max_episode_steps=5)
"""


class Player(Checkout):
    """A folder with the stages, and one agent who does what a table says."""

    def plays(self, name: str, env: str, states: int, actions: int, likes: dict[int, int]) -> None:
        """Choose the environment, and the action that is liked in some of its states; else 0."""
        (self.path / "params.yaml").write_text(f"environment: {name}\n{name}: {{env: {env}}}\n")
        weights = np.zeros((1, states, actions))
        for state, action in likes.items():
            weights[0, state, action] = 1.0
        numbers: dict[str, Any] = {
            "bins": np.array([states]),
            "low": np.array([0.0]),
            "high": np.array([float(states)]),
            "tilings": np.array([1]),
            "state_count": np.array([states]),
        }
        path = str(self.path / "data/train/sarsa/policies.npz")
        (made_for,) = re.findall(r"id: ([\w-]+)", env)
        about = {"kind": np.array("table"), "environment": np.array(made_for)}
        save_arrays(path, **about, weights=weights, **numbers)


@pytest.fixture
def player(tmp_path: Path) -> Player:
    """Copy the stages, with one more environment."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "stages", tmp_path / "stages", ignore=ignored)
    shutil.copy2(ROOT / "requirements.txt", tmp_path)
    (tmp_path / "stages/rl/environments/corridor.py").write_text(CORRIDOR)
    return Player(tmp_path)


def test_offsets_of_observations_and_actions_and_the_limit_hold(
    player: Player, display: str
) -> None:
    player.plays("corridor", "{id: Corridor-v0}", 4, 2, {0: 1, 1: 1, 2: 1})
    told = player.run(*WATCH, "sarsa", DISPLAY=display)
    assert told.stdout == "sarsa, run 0, seed 0: return -0.75, terminated\n"
    player.plays("corridor", "{id: Corridor-v0, max_episode_steps: 2}", 4, 2, {})
    told = player.run(*WATCH, "sarsa", DISPLAY=display)
    assert told.stdout == "sarsa, run 0, seed 0: return -0.5, truncated\n"


def test_an_environment_without_a_picture_of_itself_is_told(player: Player) -> None:
    player.plays("corridor", "{id: Corridor-v0}", 4, 2, {})
    player.edit("stages/rl/environments/corridor.py", ('["human"]', "[]"))
    told = player.attempt(*WATCH, "sarsa", DISPLAY="")
    assert told.returncode == 1
    assert told.stderr == "Corridor-v0 has no picture of itself that a window could show\n"


def test_before_anything_is_trained_one_line_says_so(player: Player) -> None:
    told = player.attempt(*WATCH, "reinforce")
    assert told.returncode == 1
    assert told.stderr == "data/train: holds no agent; `dvc repro` trains them\n"


def test_the_policy_of_another_environment_is_refused(player: Player) -> None:
    player.plays("corridor", "{id: Corridor-v0}", 4, 2, {})
    player.edit("params.yaml", ("corridor", "taxi"), ("Corridor-v0", "Taxi-v4"))
    told = player.attempt(*WATCH, "sarsa")
    assert told.returncode == 1
    assert told.stderr.startswith("data/train/sarsa/policies.npz: is for Corridor-v0, not Taxi-v4")
    assert len(told.stderr.splitlines()) == 1


def test_an_agent_plays_in_a_window(small: Checkout, display: str) -> None:
    told = small.run(*WATCH, "reinforce", "--untrained", "--episodes", "2", DISPLAY=display)
    first, second = told.stdout.splitlines()
    assert first.startswith("REINFORCE, untrained, run 0, seed 0: return ")
    assert second.startswith("REINFORCE, untrained, run 0, seed 1: return ")
    assert first.endswith(", terminated")
    assert told.stderr == ""


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (
            ("reinforce", "--run", "3"),
            "--run: is 3; give a run from 0 to 2",
        ),
        (("dqn",), "argument --agent: invalid choice: 'dqn' (choose from "),
        (("reinforce", "--run", "-1"), "--run: is -1; give 0 or more"),
        (("reinforce", "--episodes", "0"), "--episodes: is 0; give 1 or more"),
    ],
)
def test_what_cannot_be_shown_is_told_in_one_line(
    small: Checkout,
    options: tuple[str, ...],
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(small.path)
    monkeypatch.setattr(sys, "argv", ["watch", "--agent", *options])
    for display in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(display, raising=False)
    with pytest.raises((InputError, SystemExit)) as refused:
        watch.main()
    told = f"{refused.value}\n{capsys.readouterr().err}"
    assert line in told


@needs_linux
def test_without_a_display_one_line_says_so(small: Checkout) -> None:
    for display in ("", ":4711"):  # none, and one that is not there
        told = small.attempt(*WATCH, "reinforce", DISPLAY=display, WAYLAND_DISPLAY="")
        assert told.returncode == 1
        assert told.stderr == "no display to open a window on\n"
        assert told.stdout == ""
