"""Environments of a user's own, played by kernels through Gymnasium itself."""

import gc
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np
import pytest
from checkout import ROOT
from gymnasium.spaces import Box, Discrete
from linux import needs_linux
from own import Glider
from settings import AGENTS, brief, train
from tasks import cartpole, corridor, glider

from stages.rl.engine.random_numbers import Purpose, next_word, stream
from stages.rl.interface import gymnasium_environment
from stages.rl.interface.broken import BrokenEnvironmentError
from stages.rl.interface.checked import Checked
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.interface.rules import check_rules
from stages.rl.interface.set_up import dynamics
from stages.rl.interface.task import Task, make
from stages.rl.policies.linear import Linear, LinearPolicy
from stages.rl.policies.policy import input_count, inputs_of
from stages.rl.training.greedy_episodes import play, world_of
from stages.rl.training.runs import Agent


def play_plainly(task: Task, policy: Linear, draws: Any) -> tuple[float, int, str]:
    """Play an episode as Gymnasium's documentation does; tell how it ended as well."""
    env = make(task)
    first_number = getattr(env.observation_space, "start", 0)
    seen, _ = env.reset(seed=int(next_word(draws)) >> 33)
    total = 0.0
    for t in range(task.max_episode_steps):
        observation = np.float32(seen).astype(np.float64) - first_number
        action = policy.act(observation.reshape(1, 1, -1))[0, 0]
        seen, reward, terminated, truncated, _ = env.step(action + env.action_space.start)
        total += reward
        if terminated or truncated:
            return total, t + 1, "terminated" if terminated else "truncated"
    raise AssertionError("Gymnasium's own limit comes at the same step")


@pytest.mark.parametrize(
    ("task", "ends"),
    [
        (corridor(20), {"terminated", "truncated"}),  # by itself, after 15 steps
        (corridor(10), {"terminated", "truncated"}),  # by the limit
        (glider(), {"terminated", "truncated"}),  # by itself beyond an edge, or by the limit
        (
            cartpole()._replace(name="glider"),
            {"terminated", "truncated"},
        ),  # though it could be compiled
    ],
    ids=["itself", "limit", "vector", "CartPole"],
)
def test_an_episode_in_a_kernel_is_the_one_in_plain_python(task: Task, ends: set[str]) -> None:
    world, generator, told = (
        world_of(task, dynamics(task)),
        np.random.default_rng(0),
        Counter[str](),
    )
    inputs = inputs_of(task.observation_size, task.state_count, [])
    ours, plain = (stream(0, "outside", Purpose.TRAINING, 0) for _ in range(2))
    for _ in range(30):
        weights = generator.normal(size=(1, task.actions - 1, input_count(inputs)))
        in_kernels = LinearPolicy(weights[0], inputs, np.zeros(weights.shape[2]))
        policy = Linear(weights, np.array([task.state_count]))
        gained, steps, end = play_plainly(task, policy, plain)
        assert play(world, in_kernels, ours) == (gained, steps)
        told[end] += 1
    assert ours.tolist() == plain.tolist()
    assert set(told) == ends


def test_numbers_of_observations_and_actions_begin_at_zero_for_agents() -> None:
    environment, draws = dynamics(corridor()), stream(0, "outside", Purpose.TRAINING, 0)
    state, room, rooms = start(environment, draws), np.zeros(1), set()
    for _ in range(15):
        observe(environment, state, room)
        rooms.add(room[0])
        state, *_ = step(environment, state, 1, draws)
    assert rooms == {0.0, 1.0, 2.0, 3.0, 4.0}


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.name)
@pytest.mark.parametrize("where", ["reset", "step"])
@pytest.mark.parametrize("calls", [1, 7])
def test_what_an_environment_raises_ends_the_training_and_is_raised_again(
    agent: Agent, where: str, calls: int
) -> None:
    settings = brief(agent, glider())
    line = (
        rf"^Glider-v0: .*: raised OverflowError: in {where} in own.py, line \d+ \(fail_at_last\)$"
    )
    with pytest.raises(BrokenEnvironmentError, match=line):
        train(agent, settings, glider(raises=where, calls=calls), 3)
    train(agent, settings, glider(), 3)  # the next training is not blamed for it


def test_after_an_exception_a_kernel_comes_to_its_end_at_once() -> None:
    task = glider(limit=10**9, raises="step", calls=5)
    world, draws = world_of(task, dynamics(task)), stream(0, "", Purpose.TRAINING, 0)
    policy = LinearPolicy(np.zeros((2, 2)), inputs_of(2, 0, []), np.zeros(2))
    with pytest.raises(BrokenEnvironmentError):
        play(world, policy, draws)


def test_each_thread_meets_its_own_exceptions() -> None:
    faulty, sound = dynamics(glider(raises="reset", calls=1)), dynamics(glider())
    draws = stream(0, "outside", Purpose.TRAINING, 0)
    raised: list[BaseException] = []

    def begin() -> None:
        try:
            start(faulty, draws)
        except BrokenEnvironmentError as error:
            raised.append(error)

    thread = threading.Thread(target=begin)
    thread.start()
    thread.join()
    assert len(raised) == 1
    start(sound, draws)


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.name)
def test_when_a_training_is_done_all_its_environments_are_closed(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, closed = len(gymnasium_environment.CONNECTIONS), []
    monkeypatch.setattr(
        Glider, "close", lambda _: closed.append(len(gymnasium_environment.CONNECTIONS))
    )
    train(agent, brief(agent, glider()), glider(), 3)
    gc.collect()
    assert len(closed) >= 3
    assert len(gymnasium_environment.CONNECTIONS) <= opened


def test_an_environment_that_keeps_gymnasiums_rules_is_told_from_one_that_does_not() -> None:
    for task in (corridor(), glider()):
        check_rules(task)
    for where in ("reset", "step"):
        with pytest.raises(ValueError, match=f"^env.id: Glider-v0: .*: in {where} in own"):
            check_rules(glider(raises=where, calls=1))
    fickle = cartpole()._replace(name="glider", id="Fickle-v0")
    with pytest.raises(ValueError, match=r"^env.id: Fickle-v0: the same seed") as caught:
        check_rules(fickle)
    assert "\n" not in str(caught.value)


class Returning(gymnasium.Env[Any, Any]):
    """An environment that returns what a test says."""

    observation_space: Any = Discrete(6, start=2)
    returned: Any = None
    action_space = Discrete(2)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed, options=options)
        return (2 if self.observation_space == Discrete(6, start=2) else VECTOR), {}

    def step(self, action: Any) -> Any:
        del action
        return self.returned


gymnasium.register("Returning-v0", f"{__name__}:Returning", max_episode_steps=9)
VECTOR, BOX = np.zeros(2, np.float32), Box(-1.0, 1.0, (2,), np.float32)


@pytest.mark.parametrize("state", [1, 8, 2**70, -1, 2.0, "2", None, np.array([2])])
def test_a_state_that_is_none_is_refused(state: Any) -> None:
    refused("observation", Discrete(6, start=2), state, 1.0, False, False)


NOT_FINITE = [np.array([0, value], np.float32) for value in (np.nan, np.inf, -np.inf)]


@pytest.mark.parametrize(
    "seen", [*NOT_FINITE, VECTOR.astype(np.float64), VECTOR[:1], VECTOR.tolist(), None]
)
def test_a_vector_of_another_shape_or_type_or_that_is_not_finite_is_refused(seen: Any) -> None:
    refused("observation", BOX, seen, 1.0, False, False)


@pytest.mark.parametrize("reward", [None, np.nan, -np.inf, np.array([1.0]), "1.0", 1j])
def test_a_reward_that_is_no_finite_number_is_refused(reward: Any) -> None:
    refused("reward", BOX, VECTOR, reward, False, False)


def test_an_end_that_is_neither_true_nor_false_is_refused() -> None:
    refused("terminated", BOX, VECTOR, 1.0, 1, False)
    refused("truncated", BOX, VECTOR, 1.0, False, None)


def refused(what: str, space: Any, *returned: Any) -> None:
    env: Any = gymnasium.make("Returning-v0", disable_env_checker=True)
    env.unwrapped.observation_space, env.unwrapped.returned = space, (*returned, {})
    checked = Checked(env)
    checked.reset(0)
    with pytest.raises(
        BrokenEnvironmentError, match=f"^Returning-v0: step 1 of an episode: the {what} is "
    ) as caught:
        checked.step(0)
    assert "\n" not in str(caught.value)


def test_what_numpy_returns_for_a_number_is_one_and_bounds_are_not_checked() -> None:
    env: Any = gymnasium.make("Returning-v0", disable_env_checker=True)
    env.unwrapped.observation_space = BOX
    checked = Checked(env)
    for reward in (np.float32(1.0), np.int64(1), True, np.array(1.0)):
        env.unwrapped.returned = np.array([7, 3e38], np.float32), reward, np.False_, np.True_, {}
        checked.reset(0)
        assert checked.step(0) == (1.0, False, True)
        assert checked.observation.tolist() == [7.0, float(np.float32(3e38))]


class Fickle(Glider):
    """A glider whose chances follow from no seed."""

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed, options=options)
        self.state = np.random.default_rng().uniform(-0.5, 0.5, 2)
        return self.state, {}


gymnasium.register("Fickle-v0", f"{__name__}:Fickle")


INTERRUPTED = """
import os, signal, sys
sys.path.insert(0, "tests")
from own import Glider
from settings import POLICY, train
from tasks import glider
from stages.rl.agents import reinforce
from stages.common import script

def step(self, action, step=Glider.step):
    os.kill(os.getpid(), signal.SIGINT)
    return step(self, action)

Glider.step = step
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs are deaf to it
settings = POLICY.replace(episodes=10**6)
script.run(lambda: train(reinforce.AGENT, settings, glider(), 3, workers={workers}))
"""


@needs_linux
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_ends_a_stage_at_once(workers: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED.format(workers=workers)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (130, "")


@pytest.fixture
def _heard() -> Iterator[None]:
    """Hear Ctrl-C also in a shell's background job."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@needs_linux
@pytest.mark.usefixtures("_heard")
def test_ctrl_c_in_the_thread_of_a_kernel_is_raised_when_it_is_done() -> None:
    env = make(glider())
    env.unwrapped.step = lambda _: os.kill(os.getpid(), signal.SIGINT)
    environment = gymnasium_environment.connect(env)
    start(environment, stream(0, "outside", Purpose.TRAINING, 0))
    with pytest.raises(KeyboardInterrupt):
        step(environment, 0, 0, stream(0, "outside", Purpose.TRAINING, 0))
