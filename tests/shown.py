"""Episodes to be shown, and what is seen of them."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor

from stages.evaluation.episodes import Episode
from stages.pictures.animations import animation, scene, sheet
from stages.rl.interface.set_up import set_up
from stages.rl.interface.task import Task, make

COLOUR = "#d55e00"
OWN_MAP = ["SFFFFH", "FHFFFG"]
ENVIRONMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "CartPole": ("cartpole", {"id": "CartPole-v1"}),
    "Acrobot": ("acrobot", {"id": "Acrobot-v1"}),
    "MountainCar": ("mountain_car", {"id": "MountainCar-v0"}),
    "FrozenLake": ("frozen_lake", {"id": "FrozenLake-v1"}),
    "FrozenLake8x8": ("frozen_lake", {"id": "FrozenLake8x8-v1"}),
    "own map": ("frozen_lake", {"id": "FrozenLake-v1", "options": {"desc": OWN_MAP}}),
    "CliffWalking": ("cliff_walking", {"id": "CliffWalking-v1", "max_episode_steps": 500}),
    "Taxi": ("taxi", {"id": "Taxi-v4"}),
}


def task_of(name: str) -> Task:
    return set_up(*ENVIRONMENTS[name])


def still(observation: list[float], actions: list[int], reward: float = 1.0) -> Episode:
    """An episode in which nothing changes."""
    observations = np.array([observation] * (len(actions) + 1), np.float32)
    rewards = np.full(len(actions), reward, np.float32)
    return Episode(observations, np.array(actions, np.int16), rewards, False)


def swaying(steps: int, truncated: bool = True) -> Episode:
    """A pole that tilts ever more, on a cart that goes to and fro."""
    time = np.arange(steps + 1)
    columns = [np.sin(time / 20), np.zeros(steps + 1), time / 2000, np.zeros(steps + 1)]
    observations = np.stack(columns, axis=1).astype(np.float32)
    return Episode(observations, np.zeros(steps, np.int16), np.ones(steps, np.float32), truncated)


def by_chance(task: Task, seed: int = 0) -> Episode:
    """Play an episode with random actions."""
    environment, actions = make(task), np.random.default_rng(seed)
    seen, done, gained, over, truncated = [environment.reset(seed=seed)[0]], [], [], False, False
    while not over:
        done.append(int(actions.integers(task.actions)))
        observation, reward, over, truncated, _ = environment.step(done[-1])
        seen.append(observation)
        gained.append(reward)
        over = over or truncated
    shaped = np.array(seen, np.float32).reshape(len(seen), task.observation_size)
    return Episode(shaped, np.array(done, np.int16), np.array(gained, np.float32), truncated)


def panel(played: Episode, colour: str = COLOUR) -> scene.Panel:
    return scene.Panel("REINFORCE", colour, played)


def scenery_of(task: Task, *played: Episode) -> Any:
    return scene.scenery_of(task, played, 0)


def animated(played: list[Episode], task: Task, steps_per_frame: int = 1) -> bytes:
    scenery = scenery_of(task, *played)
    return animation.animate([panel(one) for one in played], scenery, steps_per_frame)


def frames(gif: bytes) -> list[Any]:
    image = Image.open(io.BytesIO(gif))
    shown = []
    for number in range(image.n_frames):  # type: ignore[attr-defined]
        image.seek(number)
        shown.append((image.info["duration"], image.convert("RGB")))
    return shown


def picture(task: Task, played: Episode, step: int = 0) -> NDArray[np.uint8]:
    """Draw a state in full colour: [height, width, 3]."""
    return in_full_colour(panel(played), scenery_of(task, played), step)


def in_full_colour(one: scene.Panel, scenery: scene.Scenery, step: int) -> NDArray[np.uint8]:
    """Draw a state of a panel: [height, width, 3]."""
    drawn = sheet.Sheet(one, scenery, sheet.palette([one], scenery))
    drawn.turn_to(step)
    return np.array(drawn.picture())


def middle_of(picture: NDArray[np.uint8], colour: str) -> tuple[float, float]:
    """Return the mean column and row of the pixels of a colour."""
    rows, columns = np.nonzero((picture == ImageColor.getrgb(colour)).all(axis=2))
    return float(columns.mean()), float(rows.mean())


CARTPOLE = task_of("CartPole")
