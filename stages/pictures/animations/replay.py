"""A recorded episode as Gymnasium draws it: played again, with the same seed and actions."""

import os
from collections.abc import Collection
from typing import Any

import numpy as np
from PIL import Image

from stages.evaluation.episodes import Episode
from stages.evaluation.simulators import use_our_sines
from stages.rl.interface.task import Task, make

# No window, no display, no greeting of pygame, which draws Gymnasium's pictures.
HEADLESS = {"SDL_VIDEODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}


class ReplayError(Exception):
    """An episode that, played again, is not the recorded one."""


def replay(task: Task, episode: Episode, seed: int, steps: Collection[int]) -> list[Image.Image]:
    """Play an episode again, and draw the states after some of its steps.

    Args:
        task: an environment with the render mode `rgb_array`.
        episode: as it was recorded.
        seed: that it was reset with.
        steps: 0 to the length of the episode.

    Raises:
        ReplayError: an observation or the end is not as recorded.
    """
    os.environ |= HEADLESS
    environment = make(task, render_mode="rgb_array", disable_env_checker=True)
    use_our_sines(environment.unwrapped, arrays=False, compiled=False)
    first_action = int(environment.action_space.start)
    first_number = int(getattr(environment.observation_space, "start", 0))
    pictures = []

    def arrive(step: int, observation: Any) -> None:
        seen = np.ravel(np.float32(observation) - first_number)
        if not np.array_equal(seen, episode.observations[step]):
            raise ReplayError(f"played again, step {step} is not as recorded")
        if step in steps:
            pictures.append(Image.fromarray(environment.render()).convert("RGB"))

    try:
        arrive(0, environment.reset(seed=seed)[0])
        terminated = False
        for step, action in enumerate(episode.actions.tolist(), 1):
            observation, _, terminated, _, _ = environment.step(action + first_action)
            arrive(step, observation)
    finally:
        environment.close()
    if terminated == episode.truncated:
        raise ReplayError("played again, the end is not as recorded")
    return pictures
