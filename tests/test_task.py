"""Environments set up from their section: what Gymnasium knows of them, and what is refused."""

from typing import Any

import gymnasium
import numpy as np
import own
import pytest
from gymnasium.spaces import Box, Discrete, MultiDiscrete
from tasks import acrobot, cartpole, corridor, frozen_lake, glider

from stages.rl.environments import acrobot as acrobot_module
from stages.rl.environments import frozen_lake as frozen_lake_module
from stages.rl.environments.cartpole import CartPole
from stages.rl.interface.gymnasium_environment import GymnasiumEnvironment
from stages.rl.interface.set_up import dynamics, set_up
from stages.rl.interface.tabular_model import TabularModel
from stages.rl.interface.task import Task, make


@pytest.mark.parametrize(
    ("name", "env_id", "expected"),  # limit, threshold, variables, numbers, actions
    [
        ("cartpole", "CartPole-v1", (500, 475.0, 4, 0, 2)),
        ("cartpole", "CartPole-v0", (200, 195.0, 4, 0, 2)),
        ("acrobot", "Acrobot-v1", (500, -100.0, 6, 0, 3)),
        ("mountain_car", "MountainCar-v0", (200, -110.0, 2, 0, 3)),
        ("frozen_lake", "FrozenLake-v1", (100, 0.7, 1, 16, 4)),
        ("frozen_lake", "FrozenLake8x8-v1", (200, 0.85, 1, 64, 4)),
        ("taxi", "Taxi-v4", (200, 8.0, 1, 500, 6)),
    ],
)
@pytest.mark.filterwarnings("ignore:.*out of date.*")  # CartPole-v0 says so of itself
def test_limits_and_thresholds_are_those_that_gymnasium_registers(
    name: str, env_id: str, expected: tuple[float, ...]
) -> None:
    task = set_up(name, {"id": env_id})
    assert task == (name, env_id, {}, *expected)
    assert task.id in task.spec.ids
    assert len(task.action_names) == task.actions
    assert len(task.observation_names) == task.observation_size


def test_a_limit_of_ones_own_is_that_of_training_and_of_the_test() -> None:
    task = set_up("cartpole", {"id": "CartPole-v1", "max_episode_steps": 7})
    assert task.max_episode_steps == 7
    assert make(task).spec.max_episode_steps == 7
    assert (
        set_up("cliff_walking", {"id": "CliffWalking-v1", "max_episode_steps": 9}).max_episode_steps
        == 9
    )


def test_what_an_environment_is_for_kernels_follows_from_its_module() -> None:
    assert dynamics(cartpole(gravity=3.0, force=2.0)) == CartPole(gravity=3.0, force=2.0)
    assert isinstance(dynamics(frozen_lake()), TabularModel)
    assert isinstance(dynamics(glider()), GymnasiumEnvironment)


def test_options_reach_the_environment_that_is_judged() -> None:
    judge: Any = make(acrobot(upper_mass=2.0, lower_centre=0.3)).unwrapped
    assert (judge.LINK_MASS_1, judge.LINK_MASS_2, judge.LINK_COM_POS_2) == (2.0, 1.0, 0.3)
    assert make(frozen_lake(desc=["SFG"])).unwrapped.desc.shape == (1, 3)
    assert make(glider(raises="step", calls=3)).unwrapped.left == 3


def test_names_stand_in_for_those_that_a_module_does_not_give() -> None:
    assert acrobot().action_names == acrobot_module.SPEC.action_names
    assert glider().observation_names == ("observation 0", "observation 1")
    assert corridor().action_names == ("action 0", "action 1")


def test_a_map_that_gymnasium_would_misread_is_refused() -> None:
    for rows in (["SFG", "FF"], ["SXG"], ["FFG"], ["SFF"]):
        ((key, fault),) = frozen_lake_module.faults({"desc": rows})
        assert (key, fault.partition(";")[0]) == ("desc", f"is {rows}")
    for options in ({}, {"desc": None}, {"desc": ["SG"]}, {"desc": ["SFS", "FHG"]}):
        assert list(frozen_lake_module.faults(options)) == []
    assert frozen_lake_module.map_columns(frozen_lake(desc=["SFS", "FHG"])) == 3
    assert frozen_lake_module.map_columns(frozen_lake(map_name="8x8")) == 8


class Anything(gymnasium.Env[Any, Any]):
    """An environment of any spaces."""

    def __init__(self, observation_space: Any, action_space: Any) -> None:
        self.observation_space, self.action_space = observation_space, action_space


gymnasium.register("Anything-v0", f"{__name__}:Anything", max_episode_steps=3)
VECTOR, TWO = Box(-1.0, 1.0, (3,), np.float32), Discrete(2)


def anything(seen: Any, actions: Any) -> Task:
    options = {"observation_space": seen, "action_space": actions}
    return set_up(own.GLIDER, {"id": "Anything-v0", "options": options})


def test_vectors_and_numbers_can_be_seen() -> None:
    assert anything(VECTOR, TWO)[5:] == (3, 0, 2)
    assert anything(Discrete(7, start=-3), Discrete(4, start=9))[5:] == (1, 7, 4)


REFUSED = [
    ({"id": "Nowhere-v0"}, "env.id: is Nowhere-v0; "),
    ({"id": "Corridor-v0"}, "env.max_episode_steps: missing; Corridor-v0 has none, so give one"),
    ({"id": "CartPole-v1", "options": {"colour": "red"}}, "env.options: "),
    ({"id": "Pendulum-v1"}, "env.id: Pendulum-v1 has the actions Box"),
]


@pytest.mark.parametrize(("env", "told"), REFUSED)
def test_an_environment_in_which_agents_cannot_act_is_refused_in_one_line(
    env: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=f"^{told}") as caught:
        set_up(own.GLIDER, env)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("seen", "actions", "told"),
    [
        (VECTOR, MultiDiscrete([2, 2]), r"has the actions MultiDiscrete\(\[2 2\]\); give one with"),
        (VECTOR, VECTOR, "has the actions Box"),
        (Box(0, 255, (4, 4), np.uint8), TWO, "shows Box.*; give one with Discrete or a vector"),
        (MultiDiscrete([2, 2]), TWO, r"shows MultiDiscrete\(\[2 2\]\); give"),
    ],
)
def test_spaces_that_agents_cannot_handle_are_refused(seen: Any, actions: Any, told: str) -> None:
    with pytest.raises(ValueError, match=f"^env.id: Anything-v0 {told}"):
        anything(seen, actions)
