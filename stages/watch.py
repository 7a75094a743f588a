"""Watch a trained agent play: in Gymnasium's window, or with --terminal in the terminal."""

import argparse
import os
import sys
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.common import params, script
from stages.agents import LOOKS, look
from stages.common.artifacts import blaming, load_arrays
from stages.rl import policies
from stages.rl.environments import POSITION_LIMIT, TIME_STEP
from stages.rl.policies import Policy

COLUMNS = 61  # of the track, in characters
ROWS = 6  # of the pole
POLE_ROW = 1.0 / ROWS  # m
UP = f"\x1b[{ROWS + 3}A"  # moves the cursor back to the first line of a frame


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agent", choices=LOOKS, required=True)
    for option, default, meaning in (
        ("--run", 0, "which of the trained runs plays"),
        ("--seed", 0, "of the first episode's start; the next ones follow"),
        ("--episodes", 1, "how many are played"),
    ):
        parser.add_argument(option, type=int, default=default, help=f"{meaning} ({default})")
    parser.add_argument("--untrained", action="store_true", help="as it was before training")
    parser.add_argument("--terminal", action="store_true", help="draw with characters")
    options = parser.parse_args()
    for option, lowest in (("run", 0), ("seed", 0), ("episodes", 1)):
        if getattr(options, option) < lowest:
            parser.error(f"--{option}: is {getattr(options, option)}; give {lowest} or more")
    return options


def read(agent: str, run: int, *, untrained: bool) -> Policy:
    """Read the policy of one run."""
    path = f"data/{agent}/{'untrained' if untrained else 'policies'}.npz"
    with blaming(path):
        policy = policies.from_arrays(load_arrays(path))
    if run >= policy.runs:
        raise script.InputError(f"--run: is {run}; give a run below {policy.runs}, as {path} holds")
    return policy.select(slice(run, run + 1))


def make(env_id: str, *, terminal: bool) -> Any:
    """Make the environment, with a window unless it is shown in the terminal.

    Raises:
        InputError: there is no display to open a window on.
    """
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    import gymnasium  # noqa: PLC0415  # it takes a third of a second: after what can be refused

    if not (terminal or displayed()):
        raise script.InputError("no display to open a window on; give --terminal")
    return gymnasium.make(env_id, render_mode=None if terminal else "human")


def displayed() -> bool:
    """See whether there is a display that shows windows to somebody."""
    if sys.platform == "linux" and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault(
            "SDL_VIDEODRIVER", "x11"
        )  # else a library misses Wayland, and says so
    import pygame  # noqa: PLC0415  # greets on the terminal unless `make` has silenced it

    try:
        pygame.display.init()
    except pygame.error:
        return False
    return pygame.display.get_driver() not in {"dummy", "offscreen"}


def closed() -> bool:
    """See whether the window was closed."""
    import pygame  # noqa: PLC0415

    return bool(pygame.event.peek(pygame.QUIT))


def frame(observation: NDArray[np.float32], action: int | None, caption: str) -> str:
    """Draw a state with characters: the pole, the cart with an arrow for the action, the track."""
    x, theta = float(observation[0]), float(observation[2])
    column = (COLUMNS - 1) / 2
    per_metre = column / POSITION_LIMIT
    lines = []
    for row in range(ROWS, 0, -1):
        at = round(column + (x + np.sin(theta) * row * POLE_ROW) * per_metre)
        lines.append(" " * max(at, 0) + "|")
    cart = {None: "[ ]", 0: "[<]", 1: "[>]"}[action]
    lines.append(" " * max(round(column + x * per_metre) - 1, 0) + cart)
    lines += ["|" + "-" * (COLUMNS - 2) + "|", caption]
    return "".join(f"{line:<{COLUMNS}}\n" for line in lines)


def play(environment: Any, policy: Policy, seed: int, *, terminal: bool) -> tuple[int, bool] | None:
    """Play an episode.

    Returns:
        Its return, and whether it was truncated; None where the window was closed.
    """
    observation, _ = environment.reset(seed=seed)
    steps, over, truncated = 0, False, False
    moving = sys.stdout.isatty()
    while not over:
        action = int(policy.act(observation[np.newaxis, np.newaxis])[0, 0])
        if terminal and moving:
            caption = f"step {steps}   return {steps}"
            print(frame(observation, action, caption), end=UP, flush=True)
            time.sleep(TIME_STEP)
        elif not terminal and closed():
            return None
        observation, _, terminated, truncated, _ = environment.step(action)
        steps, over = steps + 1, terminated or truncated
    if terminal:
        print(frame(observation, None, f"step {steps}   return {steps}"), end="")
    return steps, truncated


def main() -> None:
    """Play the episodes that are asked for, and tell how each one went."""
    options = arguments()
    if options.terminal and sys.stdout.isatty():
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
        if columns < COLUMNS:
            raise script.InputError(f"--terminal: has {columns} columns; give it {COLUMNS} or more")
    given = params.load("env")
    policy = read(options.agent, options.run, untrained=options.untrained)
    environment = make(given.env.id, terminal=options.terminal)
    who = f"{look(options.agent).name}{', untrained' * options.untrained}, run {options.run}"
    for seed in range(options.seed, options.seed + options.episodes):
        played = play(environment, policy, seed, terminal=options.terminal)
        if played is None:
            break
        steps, truncated = played
        ended = "truncated" if truncated else "terminated"
        print(f"{who}, seed {seed}: return {steps}, {ended}", flush=True)
    environment.close()


if __name__ == "__main__":
    script.run(main)
