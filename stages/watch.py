"""Watch a trained agent play: in Gymnasium's window, or with --terminal in the terminal."""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages import files
from stages.common import params, script
from stages.pictures.looks import look
from stages.rl.environments.cartpole import POSITION_LIMIT
from stages.rl.interface.task import Task, make
from stages.rl.policies.policy import Policies

TRAINED = Path("data/train")
COLUMNS = 61  # of CartPole's track, in characters
ROWS = 6  # of its pole
POLE_ROW = 1.0 / ROWS  # m
UP = f"\x1b[{ROWS + 3}A"  # moves the cursor back to the first line of a frame
PAUSES = 0.02, 0.2  # s: after a frame, and after what is written of a step


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    agents = sorted(path.parent.name for path in TRAINED.glob("*/policies.npz"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agent", choices=agents or None, required=True)
    for option, default, meaning in (
        ("--run", 0, "which of the trained runs plays"),
        ("--seed", 0, "of the first episode's start; the next ones follow"),
        ("--episodes", 1, "how many are played"),
    ):
        parser.add_argument(option, type=int, default=default, help=f"{meaning} ({default})")
    parser.add_argument("--untrained", action="store_true", help="as it was before training")
    parser.add_argument("--terminal", action="store_true", help="draw with characters")
    options = parser.parse_args()
    if not agents:
        raise script.InputError(f"{TRAINED}: holds no agent; `dvc repro` trains them")
    for option, lowest in (("run", 0), ("seed", 0), ("episodes", 1)):
        if getattr(options, option) < lowest:
            parser.error(f"--{option}: is {getattr(options, option)}; give {lowest} or more")
    return options


def read(task: Task, agent: str, run: int, *, untrained: bool) -> Policies:
    """Read the policy of one run."""
    path = f"{TRAINED}/{agent}/{'untrained' if untrained else 'policies'}.npz"
    policy = files.policies(path, task)
    if run >= policy.runs:
        raise script.InputError(f"--run: is {run}; give a run below {policy.runs}, as {path} holds")
    return policy.select(slice(run, run + 1))


def prepare(task: Task, *, terminal: bool) -> Any:
    """Make the environment, with a window unless it is shown in the terminal.

    Raises:
        InputError: it has no picture of itself, or there is no display to open a window on.
    """
    environment = make(task)
    modes = environment.metadata.get("render_modes", [])
    if terminal:
        written = "ansi" in modes and sys.stdout.isatty()
        return make(task, render_mode="ansi") if written else environment
    if not {"human", "rgb_array"} & set(modes):
        raise script.InputError(f"{task.id} has no picture of itself; give --terminal")
    if not displayed():
        raise script.InputError("no display to open a window on; give --terminal")
    return make(task, render_mode="human")


def displayed() -> bool:
    """See whether there is a display that shows windows to somebody."""
    if sys.platform == "linux" and not os.environ.get("WAYLAND_DISPLAY"):
        # Else a library misses Wayland, and says so.
        os.environ.setdefault("SDL_VIDEODRIVER", "x11")
    import pygame  # noqa: PLC0415 # greets on the terminal unless `main` has silenced it

    try:
        pygame.display.init()
    except pygame.error:
        return False
    return pygame.display.get_driver() not in {"dummy", "offscreen"}


def closed() -> bool:
    """See whether the window was closed."""
    import pygame  # noqa: PLC0415

    return pygame.display.get_init() and bool(pygame.event.peek(pygame.QUIT))


def frame(observation: NDArray[np.float32], action: int | None, caption: str) -> str:
    """Draw CartPole with characters: the pole, the cart with an arrow for the action, the track."""
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


class Screen:
    """What the terminal shows of an episode: CartPole as a picture, others step by step."""

    def __init__(self, task: Task, environment: Any) -> None:
        self.task = task
        self.environment = environment
        self.moving = sys.stdout.isatty()
        self.drawn = task.name == "cartpole"
        if not self.drawn:
            print(f"observation: {'; '.join(task.observation_names)}")

    def before(self, seen: NDArray[np.float32], action: int, step: int, gained: float) -> None:
        """Show a state and the action that is about to be taken."""
        if self.drawn and self.moving:
            caption = f"step {step}   return {gained:g}"
            print(frame(seen, action, caption), end=UP, flush=True)
            time.sleep(PAUSES[0])
        elif not self.drawn:
            if self.environment.render_mode == "ansi":
                print(self.environment.render())
            numbers = " ".join(f"{number:.3g}" for number in seen)
            print(f"step {step}   {numbers}   {self.task.action_names[action]}", end="   ")

    def after(self, reward: float) -> None:
        """Show what an action has brought."""
        if not self.drawn:
            print(f"reward {reward:g}", flush=True)
            time.sleep(PAUSES[1] * self.moving)

    def end(self, seen: NDArray[np.float32], step: int, gained: float) -> None:
        """Show the last state."""
        if self.drawn:
            print(frame(seen, None, f"step {step}   return {gained:g}"), end="")
        elif self.environment.render_mode == "ansi":
            print(self.environment.render())


def play(
    environment: Any, policy: Policies, seed: int, screen: Screen | None
) -> tuple[float, bool] | None:
    """Play an episode.

    Returns:
        Its return, and whether it was truncated; None where the window was closed.
    """
    first_action = int(environment.action_space.start)
    first_number = int(getattr(environment.observation_space, "start", 0))

    def seen() -> NDArray[np.float32]:
        return np.float32(observation).reshape(-1) - np.float32(first_number)

    observation, _ = environment.reset(seed=seed)
    gained, step, over, truncated = 0.0, 0, False, False
    while not over:
        action = int(policy.act(seen()[np.newaxis, np.newaxis])[0, 0])
        if screen:
            screen.before(seen(), action, step, gained)
        elif closed():
            return None
        observation, reward, terminated, truncated, _ = environment.step(action + first_action)
        if screen:
            screen.after(reward)
        gained, step, over = gained + float(reward), step + 1, terminated or truncated
    if screen:
        screen.end(seen(), step, gained)
    return gained, truncated


def main() -> None:
    """Play the episodes that are asked for, and tell how each one went."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    options = arguments()
    task = params.load("env").task
    if options.terminal and sys.stdout.isatty() and task.name == "cartpole":
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
        if columns < COLUMNS:
            raise script.InputError(f"--terminal: has {columns} columns; give it {COLUMNS} or more")
    policy = read(task, options.agent, options.run, untrained=options.untrained)
    environment = prepare(task, terminal=options.terminal)
    screen = Screen(task, environment) if options.terminal else None
    name = look(options.agent, [options.agent]).name
    who = f"{name}{', untrained' * options.untrained}, run {options.run}"
    for seed in range(options.seed, options.seed + options.episodes):
        played = play(environment, policy, seed, screen)
        if played is None:
            break
        gained, truncated = played
        ended = "truncated" if truncated else "terminated"
        print(f"{who}, seed {seed}: return {gained:g}, {ended}", flush=True)
    environment.close()


if __name__ == "__main__":
    script.run(main)
