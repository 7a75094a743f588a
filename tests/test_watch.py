"""Watching an agent: in a real window on a display of the test's own, and in the terminal."""

import os
import subprocess
from collections.abc import Iterator

import numpy as np
import pytest
from checkout import Checkout, installed
from linux import needs_linux, open_terminal

from stages import watch

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
        (("policy", "--run", "3"), "--run: is 3; give a run below 3, as data/policy/policies.npz"),
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
