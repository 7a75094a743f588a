"""Watch a trained agent play, in Gymnasium's window."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from stages.common import script
from stages.common.params import load
from stages.evaluation import files
from stages.pictures.agent_style import style_of
from stages.policy import Policy
from stages.rl.interface.task import Task, make

TRAINED = Path("data/train")


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
    options = parser.parse_args()
    if not agents:
        raise script.InputError(f"{TRAINED}: holds no agent; `dvc repro` trains them")
    for option, lowest in (("run", 0), ("seed", 0), ("episodes", 1)):
        if getattr(options, option) < lowest:
            parser.error(f"--{option}: is {getattr(options, option)}; give {lowest} or more")
    return options


def read(task: Task, agent: str, run: int, *, untrained: bool) -> Policy:
    """Read the policy of one run, which has to be of this environment."""
    found = files.policies(f"{TRAINED}/{agent}", task, "untrained" if untrained else "policies")
    if run >= found.runs:
        raise script.InputError(f"--run: is {run}; give a run from 0 to {found.runs - 1}")
    return Policy(found.select(slice(run, run + 1)), task)


def prepare(task: Task) -> Any:
    """Make the environment, with a window.

    Raises:
        InputError: it has no picture of itself, or there is no display to open a window on.
    """
    if not {"human", "rgb_array"} & set(make(task).metadata.get("render_modes", [])):
        raise script.InputError(f"{task.id} has no picture of itself that a window could show")
    if not displayed():
        raise script.InputError("no display to open a window on")
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


def play(environment: Any, policy: Policy, seed: int) -> tuple[float, bool] | None:
    """Play an episode.

    Returns:
        Its return, and whether it was truncated; None where the window was closed.
    """
    observation, _ = environment.reset(seed=seed)
    gained, over, truncated = 0.0, False, False
    while not over:
        if closed():
            return None
        observation, reward, terminated, truncated, _ = environment.step(policy(observation))
        gained, over = gained + float(reward), terminated or truncated
    return gained, truncated


def main() -> None:
    """Play the episodes that are asked for, and print the return of each."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    options = arguments()
    task = load("env").task
    policy = read(task, options.agent, options.run, untrained=options.untrained)
    environment = prepare(task)
    name = style_of(options.agent, [options.agent]).name
    who = f"{name}{', untrained' * options.untrained}, run {options.run}"
    for seed in range(options.seed, options.seed + options.episodes):
        played = play(environment, policy, seed)
        if played is None:
            break
        gained, truncated = played
        ended = "truncated" if truncated else "terminated"
        print(f"{who}, seed {seed}: return {gained:g}, {ended}", flush=True)
    environment.close()


if __name__ == "__main__":
    script.run(main)
