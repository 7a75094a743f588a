"""The environments of the tests, set up as from params.yaml."""

from typing import Any

import own

from stages.rl.interface.task import Task, set_up


def cartpole(limit: int = 500, **options: float) -> Task:
    return set_up("cartpole", {"id": "CartPole-v1", "episode_limit": limit, "options": options})


def acrobot(limit: int = 500, **options: float) -> Task:
    return set_up("acrobot", {"id": "Acrobot-v1", "episode_limit": limit, "options": options})


def mountain_car(limit: int = 200, **options: float) -> Task:
    given = {"id": "MountainCar-v0", "episode_limit": limit, "options": options}
    return set_up("mountain_car", given)


def frozen_lake(**options: Any) -> Task:
    return set_up("frozen_lake", {"id": "FrozenLake-v1", "options": options})


def cliff_walking(**options: Any) -> Task:
    given = {"id": "CliffWalking-v1", "episode_limit": 200, "options": options}
    return set_up("cliff_walking", given)


def taxi(**options: Any) -> Task:
    return set_up("taxi", {"id": "Taxi-v4", "options": options})


def corridor(limit: int = 20) -> Task:
    return set_up(own.CORRIDOR, {"id": "Corridor-v0", "episode_limit": limit})


def glider(limit: int = 40, **options: Any) -> Task:
    return set_up(own.GLIDER, {"id": "Glider-v0", "episode_limit": limit, "options": options})
