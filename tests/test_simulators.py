"""Gymnasium's environments, many at once, and the sines that they compute with."""

import dis
import inspect
import math
import sys
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import pytest
from tasks import (
    CLASSIC_CONTROL,
    acrobot,
    cartpole,
    corridor,
    frozen_lake,
    glider,
    mountain_car,
    with_its_own_sines,
)

from stages.evaluation.simulators import (
    Singles,
    Vector,
    cosine,
    plain,
    plays_many,
    simulators,
    sine,
    use_our_sines,
)
from stages.rl.interface.task import Task, make

ANY_ANGLE = np.random.default_rng(0).uniform(-100.0, 100.0, 5000).tolist()
TWO_ULP = 2.0 * 2.0**-53  # of numbers just below 1: ours are within 1.2, NumPy's within 1


@pytest.fixture
def sines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give back to Gymnasium's modules what they were with, now and after the test."""
    with_its_own_sines(monkeypatch)


def test_sines_without_the_compiler_have_the_same_bits() -> None:
    angles = np.random.default_rng(0).uniform(-50.0, 50.0, 5000)
    expected = np.array([(sine(x), cosine(x)) for x in angles.tolist()]).T
    np.testing.assert_array_equal(plain(angles), expected)
    single: Any = np.float32(1.1)  # as Acrobot's state is after a reset
    assert plain(single) == (sine(single), cosine(single))


@pytest.mark.parametrize("task", [acrobot(), mountain_car(), cartpole()], ids=lambda task: task.id)
@pytest.mark.usefixtures("sines")
def test_classic_control_computes_with_our_sines(task: Task) -> None:
    use_our_sines(make(task).unwrapped, arrays=False)
    module: Any = CLASSIC_CONTROL[task.name]
    for name in {"np", "math"} & set(vars(module)):
        ours = getattr(module, name)
        for x in ANY_ANGLE:
            assert abs(ours.sin(x) - np.sin(x)) <= TWO_ULP
            assert abs(ours.cos(x) - np.cos(x)) <= TWO_ULP
        assert ours.pi == math.pi  # all else is the module's own
        assert ours.sqrt is (np.sqrt if name == "np" else math.sqrt)
    if task.name == "acrobot":
        assert [module.sin(1.0), module.cos(1.0)] == [module.np.sin(1.0), module.np.cos(1.0)]


@pytest.mark.usefixtures("sines")
def test_many_poles_at_once_compute_with_our_sines_of_arrays() -> None:
    simulators(cartpole(), 3, 2).reset(np.zeros(6, np.uint32))
    angles = np.random.default_rng(0).uniform(-math.pi / 4, math.pi / 4, 5000)
    ours: Any = vars(CLASSIC_CONTROL["cartpole"])["np"]
    np.testing.assert_array_max_ulp(ours.sin(angles), np.sin(angles), 1)
    np.testing.assert_array_max_ulp(ours.cos(angles), np.cos(angles), 1)


@pytest.mark.usefixtures("sines")
def test_nobody_else_computes_with_our_sines() -> None:
    before = np.sin, np.cos, math.sin, math.cos
    for task in (cartpole(), acrobot(), mountain_car(), frozen_lake(), corridor(), glider()):
        simulators(task, 1, 1).reset(np.zeros(1, np.uint32))
        module = sys.modules[type(make(task).unwrapped).__module__]
        classic = module.__name__.startswith("gymnasium.envs.classic_control")
        assert (getattr(module, "np", np) is not np) == classic
    assert before == (np.sin, np.cos, math.sin, math.cos)


def test_environments_are_stepped_as_arrays_where_gymnasium_can_and_one_by_one_elsewhere() -> None:
    assert isinstance(simulators(cartpole(), 10, 3), Vector)
    for task in (acrobot(), mountain_car(), frozen_lake(), corridor(), glider()):
        assert isinstance(simulators(task, 10, 3), Singles)
    # A section of one's own for CartPole: whatever its options are, `make` heeds them.
    unknown = cartpole()._replace(name="glider", options={"sutton_barto_reward": True})
    assert not plays_many(unknown)
    judges = simulators(unknown, 2, 1)
    judges.reset(np.arange(2, dtype=np.uint32))
    assert judges.step(np.array([0, 1]), np.ones(2, bool))[1].tolist() == [0.0, 0.0]


def test_what_is_made_is_enough_for_a_run_and_bounded() -> None:
    """One by one at most 200; as arrays at most 100,000, but always all episodes of a run."""
    assert [simulators(frozen_lake(), 10, runs).count for runs in (1, 3, 20, 30)] == [
        10,
        30,
        200,
        200,
    ]
    assert simulators(frozen_lake(), 300, 7).count == 200
    assert simulators(corridor(), 10, 30).count == 10  # 16 at most, whose memory is not known
    assert simulators(glider(), 100, 1).count == 16
    assert simulators(cartpole(), 100, 2000).count == 100_000
    assert simulators(cartpole(), 70_000, 2).count == 70_000


def powers(method: Callable[..., Any]) -> int:
    return [step.argrepr for step in dis.get_instructions(method)].count("**")


@pytest.mark.usefixtures("sines")
def test_acrobot_squares_by_products_as_the_c_librarys_power_differs_between_processors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    env = make(acrobot()).unwrapped
    state = np.array([0.5, 0.25, 1.5, -0.75, 1.0])  # the squares of these are exact
    monkeypatch.setattr(type(env), "_dsdt", inspect.unwrap(type(env)._dsdt))
    use_our_sines(env, arrays=False)
    squared, text = type(env)._dsdt, inspect.getsource(type(env)._dsdt)
    use_our_sines(env, arrays=False)  # once more changes nothing
    assert inspect.getsource(type(env)._dsdt) == text
    assert powers(inspect.unwrap(squared)) == text.count("**2") > 0
    assert powers(squared) == powers(type(env)._dsdt) == 0
    np.testing.assert_allclose(env._dsdt(state), inspect.unwrap(squared)(env, state), rtol=1e-14)


@pytest.mark.parametrize("task", [cartpole(3), corridor(3), acrobot(3)], ids=lambda task: task.id)
def test_a_step_hands_over_arrays_of_their_own(task: Task) -> None:
    judges = simulators(task, 2, 1)
    begun = judges.reset(np.arange(2, dtype=np.uint32))
    kept, running = begun.copy(), np.ones(2, bool)
    first = judges.step(np.zeros(2, np.int64), running)
    copies = [array.copy() for array in first]
    judges.step(np.ones(2, np.int64), running)
    np.testing.assert_array_equal(begun, kept)
    for ours, copied in zip(first, copies, strict=True):
        np.testing.assert_array_equal(ours, copied)
    observations, rewards, terminated, truncated = first
    assert observations.dtype == rewards.dtype == np.float64
    assert terminated.dtype == truncated.dtype == np.bool_
    assert (observations.astype(np.float32) == observations).all()  # as an agent sees them


def test_gymnasium_cannot_have_more_environments_of_arrays_than_we_know() -> None:
    """`Vector` sets CartPole's state: another one would need a look."""
    known = [
        spec.id
        for spec in gymnasium.registry.values()
        if "classic_control" in str(spec.vector_entry_point)
    ]
    assert known == ["CartPole-v0", "CartPole-v1"]
