"""Watching an agent: in a real window on a display of the test's own, and in the terminal."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkout import ROOT, Checkout, installed
from linux import needs_linux, open_terminal

from stages import watch
from stages.common.artifacts import save_arrays

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


# An environment of one's own: observations from 3, actions from 1, and no picture of itself.
CORRIDOR = """
import gymnasium

OBSERVATION = ("place",)
ACTIONS = ("back", "on")


class Corridor(gymnasium.Env):
    observation_space = gymnasium.spaces.Discrete(4, start=3)
    action_space = gymnasium.spaces.Discrete(2, start=1)

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
            "numbers": np.array([states]),
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


ALONG_THE_CLIFF = {36: 0, **dict.fromkeys(range(24, 35), 1), 35: 2}


def test_any_environment_is_told_step_by_step_in_the_terminal(player: Player) -> None:
    player.plays("corridor", "{id: Corridor-v0}", 4, 2, {0: 1, 1: 1, 2: 1})
    told = player.run(*WATCH, "sarsa", "--terminal", DISPLAY="")
    assert told.stderr == ""
    assert told.stdout.splitlines() == [
        "observation: place",
        "step 0   0   on   reward -0.25",
        "step 1   1   on   reward -0.25",
        "step 2   2   on   reward -0.25",
        "sarsa, run 0, seed 0: return -0.75, terminated",
    ]
    player.plays("corridor", "{id: Corridor-v0, episode_limit: 2}", 4, 2, {})
    last = player.run(*WATCH, "sarsa", "--terminal", DISPLAY="").stdout.splitlines()[-2:]
    assert last == [
        "step 1   0   back   reward -0.25",
        "sarsa, run 0, seed 0: return -0.5, truncated",
    ]


def test_any_environment_that_draws_itself_has_a_window(player: Player, display: str) -> None:
    player.plays(
        "cliff_walking", "{id: CliffWalking-v1, episode_limit: 50}", 48, 4, ALONG_THE_CLIFF
    )
    told = player.run(*WATCH, "sarsa", DISPLAY=display)
    assert told.stdout == "sarsa, run 0, seed 0: return -13, terminated\n"
    assert told.stderr == ""


def test_an_environment_without_a_picture_of_itself_is_told(player: Player) -> None:
    player.plays("corridor", "{id: Corridor-v0}", 4, 2, {})
    told = player.attempt(*WATCH, "sarsa", DISPLAY="")
    assert told.returncode == 1
    assert told.stderr == "Corridor-v0 has no picture of itself; give --terminal\n"


@needs_linux
def test_a_terminal_shows_the_map_of_an_environment_that_writes_it(player: Player) -> None:
    player.plays("cliff_walking", "{id: CliffWalking-v1, episode_limit: 2}", 48, 4, {})
    screen, terminal = open_terminal(columns=30)
    command = [*WATCH, "sarsa", "--terminal"]
    subprocess.run(command, cwd=player.path, env=player.environment(), stdout=terminal, check=True)
    os.close(terminal)
    shown = os.read(screen, 100_000).decode().replace("\r", "")
    os.close(screen)
    assert shown.count("o  o  o") >= 3 * 3  # before both steps, and at the end
    assert "x  C  C" in shown  # where it starts
    assert shown.endswith("sarsa, run 0, seed 0: return -2, truncated\n")


def test_before_anything_is_trained_one_line_says_so(player: Player) -> None:
    told = player.attempt(*WATCH, "policy")
    assert told.returncode == 1
    assert told.stderr == "data/train: holds no agent; `dvc repro` trains them\n"
    assert "--untrained" in player.run("python", "-m", "stages.watch", "--help").stdout


def test_the_policy_of_another_environment_is_refused(player: Player) -> None:
    player.plays("corridor", "{id: Corridor-v0}", 4, 2, {})
    player.edit("params.yaml", ("corridor", "taxi"), ("Corridor-v0", "Taxi-v4"))
    told = player.attempt(*WATCH, "sarsa", "--terminal")
    assert told.returncode == 1
    assert told.stderr.startswith("data/train/sarsa/policies.npz: holds policies for Corridor-v0")
    assert len(told.stderr.splitlines()) == 1


def test_an_agent_plays_in_a_window(small: Checkout, display: str) -> None:
    told = small.run(*WATCH, "policy", "--untrained", "--episodes", "2", DISPLAY=display)
    first, second = told.stdout.splitlines()
    assert first.startswith("policy learning, untrained, run 0, seed 0: return ")
    assert second.startswith("policy learning, untrained, run 0, seed 1: return ")
    assert first.endswith(", terminated")
    assert told.stderr == ""


def test_the_same_episode_is_played_in_the_window_and_in_the_terminal(
    small: Checkout, display: str
) -> None:
    options = (*WATCH, "q_learning", "--untrained", "--run", "2", "--seed", "7")
    window = small.run(*options, DISPLAY=display).stdout
    assert small.run(*options, "--terminal", DISPLAY="").stdout.splitlines()[-1:] == (
        window.splitlines()
    )


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (
            ("policy", "--run", "3"),
            "--run: is 3; give a run below 3, as data/train/policy/policies.npz",
        ),
        (("dqn",), "argument --agent: invalid choice: 'dqn' (choose from "),
        (("policy", "--run", "-1"), "--run: is -1; give 0 or more"),
        (("policy", "--episodes", "0"), "--episodes: is 0; give 1 or more"),
    ],
)
def test_what_cannot_be_shown_is_told_in_one_line(
    small: Checkout, options: tuple[str, ...], line: str
) -> None:
    told = small.attempt(*WATCH, *options, DISPLAY="", WAYLAND_DISPLAY="")
    assert told.returncode != 0
    assert line in told.stderr.splitlines()[-1]
    assert "Traceback" not in told.stderr


@needs_linux
def test_without_a_display_one_line_says_so(small: Checkout) -> None:
    for display in ("", ":4711"):  # none, and one that is not there
        told = small.attempt(*WATCH, "policy", DISPLAY=display, WAYLAND_DISPLAY="")
        assert told.returncode == 1
        assert told.stderr == "no display to open a window on; give --terminal\n"
        assert told.stdout == ""


@needs_linux
def test_a_terminal_that_is_too_narrow_is_refused(small: Checkout) -> None:
    """Lines that are broken would smear the picture."""
    screen, terminal = open_terminal(columns=60)
    told = subprocess.run(
        [*WATCH, "policy", "--terminal"],
        cwd=small.path,
        env=small.environment(),
        stdout=terminal,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(terminal)
    os.close(screen)
    assert told.returncode == 1
    assert told.stderr == "--terminal: has 60 columns; give it 61 or more\n"


def test_a_frame_shows_where_cart_and_pole_are_and_what_is_done() -> None:
    upright = watch.frame(np.zeros(4, np.float32), 1, "step 3   return 3").splitlines()
    assert [line.rstrip() for line in upright] == [
        *[" " * 30 + "|"] * 6,
        " " * 29 + "[>]",
        "|" + "-" * 59 + "|",
        "step 3   return 3",
    ]
    moved = np.array([1.2, 0.0, 0.2, 0.0], np.float32)  # half way to the right, leaning right
    leaning = watch.frame(moved, 0, "").splitlines()
    assert leaning[6].rstrip() == " " * 44 + "[<]"
    assert leaning[0].index("|") == 47  # 15 columns, and 0.2 m of 12.5 columns each
    assert leaning[5].index("|") == 45
