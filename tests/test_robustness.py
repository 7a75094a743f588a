"""Trained policies in other worlds: which worlds, how they are played, and what is told of it."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tasks import (
    acrobot,
    cartpole,
    cliff_walking,
    corridor,
    frozen_lake,
    glider,
    mountain_car,
    with_its_own_sines,
)

from stages.evaluation.episodes import ENDED, Episodes
from stages.evaluation.perturbations import RANDOM_ACTIONS, Perturbation, perturbations, spread
from stages.evaluation.perturbed_returns import Play, rows
from stages.evaluation.simulators import use_our_sines
from stages.rl.engine.random_numbers import SHARED, Purpose, stream, uniform
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.interface.set_up import dynamics
from stages.rl.interface.task import Task, make
from stages.rl.policies.linear import Linear
from stages.rl.policies.network import Network, parameter_count
from stages.rl.policies.policy import Policies
from stages.rl.policies.tile_coding import TileCoding

TASKS = [cartpole(60), acrobot(60), mountain_car(60), frozen_lake(), corridor(), glider()]
EACH_TASK = pytest.mark.parametrize(
    "task",
    [
        pytest.param(task, marks=pytest.mark.slow) if task.name == "acrobot" else task
        for task in TASKS
    ],
    ids=lambda task: task.id,
)


def policies(task: Task) -> list[Policies]:
    """Make two runs of each kind of policy, at random."""
    draws, wide = np.random.default_rng(3), task.state_count or task.observation_size
    numbers, widths = np.array([task.state_count]), [wide, 4, task.actions]
    network, cells = draws.normal(size=(2, parameter_count(widths))), 2
    bins = [2] * task.observation_size
    return [
        Linear(draws.normal(size=(2, task.actions - 1, wide + 1)), numbers),
        Network(network, numbers, widths, np.ones(task.observation_size)),
        TileCoding.of(
            draws.normal(size=(2, task.state_count or cells**task.observation_size, task.actions)),
            task.state_count,
            bins,
            [-0.1] * task.observation_size,
            [0.1] * task.observation_size,
            1,
        ),
    ]


def changed(task: Task, change: str, **levels: Any) -> list[tuple[float, Any]]:
    """List level and value of an option in the worlds where it is changed."""
    given = {"factors": [], "noise": [], "random_actions": []} | levels
    return [
        (world.level, world.options.get(change))
        for world in perturbations(task, **given)
        if world.change == change
    ]


def test_each_option_is_multiplied_by_each_factor_and_is_as_trained_too() -> None:
    heavy = cartpole(gravity=20)
    assert changed(heavy, "gravity", factors=[4.0, 0.5]) == [(0.5, 10.0), (1.0, 20), (4.0, 80.0)]
    assert changed(heavy, "force", factors=[4.0, 0.5]) == [(0.5, 5.0), (1.0, 10.0), (4.0, 40.0)]
    others = perturbations(heavy, [4.0], [], [])
    assert {world.options["gravity"] for world in others if world.change == "force"} == {20}
    assert list(dict.fromkeys(world.change for world in others)) == [
        "gravity",
        "cart_mass",
        "pole_mass",
        "pole_half_length",
        "force",
        "time_step",
    ]


def test_no_option_leaves_the_range_that_is_allowed() -> None:
    """MountainCar's force is 0.1 at most, FrozenLake's success rate 1."""
    allowed = changed(mountain_car(), "force", factors=[100.0, 101.0])
    assert allowed == [(1.0, 0.001), (100.0, pytest.approx(0.1))]
    rates = changed(frozen_lake(success_rate=0.6), "success_rate", factors=[0.5, 1.5, 2.0])
    assert rates == [(0.5, 0.3), (1.0, 0.6), (1.5, pytest.approx(0.9))]


def test_a_switch_is_on_and_off_and_what_is_0_or_no_number_stays() -> None:
    assert changed(cliff_walking(), "is_slippery") == [(0.0, False), (1.0, True)]
    assert changed(mountain_car(), "goal_velocity", factors=[2.0]) == []
    assert changed(mountain_car(), "force", factors=[1000.0]) == []  # no other level is allowed
    assert changed(frozen_lake(), "map_name", factors=[2.0]) == []


def test_of_other_environments_only_what_is_seen_and_done_is_changed() -> None:
    """Nobody knows what their options mean; and numbers that are seen have no noise."""
    found = perturbations(glider(), [2.0], [0.5], [0.2, 0.1])
    assert [(world.as_trained, world.noise, world.random_actions) for world in found] == [
        (True, 0.0, 0.0),
        (False, 0.5, 0.0),
        (True, 0.0, 0.0),
        (False, 0.0, 0.1),
        (False, 0.0, 0.2),
    ]
    assert {world.change for world in perturbations(corridor(), [2.0], [0.5], [0.2])} == {
        RANDOM_ACTIONS
    }


def by_hand(task: Task, world: Perturbation, policy: Policies, run: int, reach: Any) -> float:
    """Play three episodes in plain Python."""
    environment = dynamics(task._replace(options=world.options))
    starts = stream(7, SHARED, Purpose.ROBUSTNESS, run)
    draws = stream(7, SHARED, Purpose.ROBUSTNESS, run, 1)
    total = 0.0
    for _ in range(3):
        state, seen = start(environment, starts), np.zeros(task.observation_size)
        for _ in range(task.max_episode_steps):
            observe(environment, state, seen)
            for i in range(task.observation_size):
                if reach[i] > 0.0:
                    seen[i] += -reach[i] + 2.0 * reach[i] * uniform(draws)
            action = int(policy.select(slice(run, run + 1)).act(seen[None, None])[0, 0])
            if world.random_actions and uniform(draws) < world.random_actions:
                action = int(uniform(draws) * task.actions)
            state, reward, terminated, truncated = step(environment, state, action, starts)
            total += reward
            if terminated or truncated:
                break
    return total / 3


@EACH_TASK
def test_every_world_is_played_as_told_step_by_step(task: Task) -> None:
    some, wide = (
        perturbations(task, [2.0], [0.5], [0.3]),
        np.linspace(0.1, 0.3, task.observation_size),
    )
    for policy in policies(task):
        played = Play(task, 7, 3, some, wide)
        for run in (0, 1):
            expected = [
                by_hand(task, world, policy, run, world.noise * math.sqrt(3.0) * wide)
                for world in some
            ]
            assert played.mean_returns(policy, run).tolist() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("task", "apart"),
    [
        (cartpole(pole_half_length=1.0, force=5.0), 1e-12),
        (mountain_car(force=0.002), 1e-12),
        pytest.param(  # where what is rounded otherwise grows with time
            acrobot(upper_mass=0.5), 0.05, marks=pytest.mark.slow
        ),
    ],
    ids=lambda value: value.id if isinstance(value, Task) else "",
)
def test_gymnasium_with_the_same_options_gives_the_same_returns(
    task: Task, apart: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the same starts, in the worlds that Gymnasium can be put into."""
    with_its_own_sines(monkeypatch)
    env: Any = make(task)
    use_our_sines(env.unwrapped, arrays=False)
    unchanged = Perturbation(RANDOM_ACTIONS, 0.0, True, task.options)
    for policy in policies(task):
        starts, returns = stream(7, SHARED, Purpose.ROBUSTNESS, 1), []
        alone = policy.select(slice(1, 2))
        for _ in range(20):
            env.reset(seed=0)
            seen, total, over = np.zeros(task.observation_size), 0.0, False
            env.unwrapped.state = start(dynamics(task), starts)
            observe(dynamics(task), env.unwrapped.state, seen)
            while not over:
                seen, reward, terminated, truncated, _ = env.step(alone.act(seen[None, None])[0, 0])
                total, over = total + float(reward), terminated or truncated
            returns.append(total)
        ours = Play(task, 7, 20, [unchanged], np.ones(task.observation_size)).mean_returns(
            policy, 1
        )
        assert ours.tolist() == pytest.approx([np.mean(returns)], rel=apart)


def test_what_makes_it_harder_shows() -> None:
    """A policy that balances falls when it sees little but noise, and at random at once."""
    good = Linear(np.array([[[0.1, 0.5, 1.0, 1.0]]]), np.array([0]))
    some = perturbations(cartpole(), [], [20.0], [1.0])
    returns = Play(cartpole(), 0, 20, some, np.array([0.1, 0.2, 0.05, 0.3])).mean_returns(good, 0)
    assert returns[0] == returns[2] == 500.0
    assert returns[1] < 400.0
    assert returns[3] < 40.0


def test_noise_is_measured_in_what_is_seen_while_episodes_last() -> None:
    """1 and 3 of the one run, 5 of the other: a deviation of 1.63; what follows is not seen."""
    observations = np.array([[[1.0], [3.0], [99.0]], [[5.0], [99.0], [99.0]]], np.float32)
    actions = np.array([[0, 1], [1, ENDED]], np.int16)
    recorded = Episodes(observations, actions, np.zeros((2, 2), np.float32), np.zeros(2, np.bool_))
    assert spread([recorded]).tolist() == pytest.approx([math.sqrt(8.0 / 3.0)])
    assert spread([recorded, recorded]).tolist() == pytest.approx([math.sqrt(8.0 / 3.0)])


def told(returns: NDArray[np.float64], task: Task) -> dict[str, Any]:
    (row,) = rows(
        "mine", returns, [Perturbation("force", 2.0, False, {})], task, np.random.default_rng(0)
    )
    return row


def test_a_world_is_told_by_its_mean_its_interval_and_who_solves_it() -> None:
    row = told(np.repeat([[500.0], [400.0]], 10, axis=0), cartpole())
    low, high = row.pop("low"), row.pop("high")
    assert row == {
        "agent": "mine",
        "change": "force",
        "level": 2.0,
        "as_trained": False,
        "return": 450.0,
        "solved": 0.5,
    }
    assert 420.0 < low < 435.0
    assert 465.0 < high < 480.0


@pytest.mark.parametrize("runs", [1, 3, 30])
def test_of_no_worlds_nothing_is_told(runs: int) -> None:
    """Where every list in params.yaml is empty, and the environment has no switch."""
    assert perturbations(cartpole(), [], [], []) == []
    draws = np.random.default_rng(0)
    assert rows("mine", np.zeros((runs, 0)), [], cartpole(), draws) == []


def test_few_runs_have_wide_intervals_and_one_has_none() -> None:
    few = told(np.array([[500.0], [490.0], [480.0]]), cartpole())
    assert few["low"] < 350.0
    assert 490.0 < few["high"] <= 500.0
    one = told(np.array([[500.0]]), cartpole())
    assert (one["low"], one["high"]) == (None, None)
    assert told(np.array([[-13.0]]), cliff_walking())["solved"] is None
