"""The environments of the tests, set up as from params.yaml."""

import math
from importlib import import_module
from typing import Any

import numpy as np
import own
import pytest

from stages.rl.interface.set_up import set_up
from stages.rl.interface.task import Task


def cartpole(limit: int = 500, **options: float) -> Task:
    return set_up("cartpole", {"id": "CartPole-v1", "max_episode_steps": limit, "options": options})


def acrobot(limit: int = 500, **options: float) -> Task:
    return set_up("acrobot", {"id": "Acrobot-v1", "max_episode_steps": limit, "options": options})


def mountain_car(limit: int = 200, **options: float) -> Task:
    given = {"id": "MountainCar-v0", "max_episode_steps": limit, "options": options}
    return set_up("mountain_car", given)


def frozen_lake(**options: Any) -> Task:
    return set_up("frozen_lake", {"id": "FrozenLake-v1", "options": options})


def cliff_walking(**options: Any) -> Task:
    given = {"id": "CliffWalking-v1", "max_episode_steps": 200, "options": options}
    return set_up("cliff_walking", given)


def taxi(**options: Any) -> Task:
    return set_up("taxi", {"id": "Taxi-v4", "options": options})


def corridor(limit: int = 20) -> Task:
    return set_up(own.CORRIDOR, {"id": "Corridor-v0", "max_episode_steps": limit})


def glider(limit: int = 40, **options: Any) -> Task:
    return set_up(own.GLIDER, {"id": "Glider-v0", "max_episode_steps": limit, "options": options})


CLASSIC_CONTROL = {
    name: import_module(f"gymnasium.envs.classic_control.{name}")
    for name in ("cartpole", "acrobot", "mountain_car")
}


def with_its_own_sines(patch: pytest.MonkeyPatch) -> None:
    """Undo what `stages.evaluation.simulators` does to Gymnasium, as long as the patch lasts."""
    for module in CLASSIC_CONTROL.values():
        for name, value in {"np": np, "math": math, "sin": np.sin, "cos": np.cos}.items():
            if hasattr(module, name):
                patch.setattr(module, name, value)
