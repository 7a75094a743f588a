"""The physics against Gymnasium's, which nobody here wrote."""

from typing import Any

import gymnasium
import numpy as np
import pytest

from stages.rl.cartpole import step
from stages.rl.environments import ANGLE_LIMIT, ENVIRONMENTS, POSITION_LIMIT
from stages.rl.random_search import play

STATES = 20_000


@pytest.fixture
def cartpole() -> Any:
    """One plain environment, without the wrappers that count steps and check use."""
    env: Any = gymnasium.make("CartPole-v1").unwrapped
    env.reset(seed=0)
    return env


def gymnasium_step(env: Any, state: Any, action: int) -> tuple[np.ndarray, bool]:
    env.state = state
    env.steps_beyond_terminated = None
    _, _, terminated, truncated, _ = env.step(action)
    assert not truncated  # the bare environment knows no limit of steps
    return np.array(env.state), terminated


@pytest.mark.parametrize("widest", [0.05, ANGLE_LIMIT, np.pi / 4])
def test_a_step_is_gymnasiums(cartpole: Any, widest: float) -> None:
    generator = np.random.default_rng(1)
    states = generator.uniform(-1.0, 1.0, (STATES // 3, 4)) * [3.0, 4.0, widest, 5.0]
    actions = generator.integers(0, 2, len(states))
    state: Any
    for state, action in zip(states, actions, strict=True):
        expected, terminated = gymnasium_step(cartpole, state, action)
        *following, ended = step(*(*state, action))
        np.testing.assert_allclose(following, expected, rtol=1e-13, atol=1e-14)
        assert ended == terminated


@pytest.mark.parametrize(
    ("x", "theta", "ended"),
    [
        (POSITION_LIMIT, 0.0, False),
        (np.nextafter(POSITION_LIMIT, 3), 0.0, True),
        (np.nextafter(-POSITION_LIMIT, -3), 0.0, True),
        (0.0, ANGLE_LIMIT, False),
        (0.0, np.nextafter(ANGLE_LIMIT, 1), True),
        (0.0, np.nextafter(-ANGLE_LIMIT, -1), True),
    ],
)
def test_an_episode_terminates_beyond_the_limits_and_not_at_them(
    cartpole: Any, x: float, theta: float, ended: bool
) -> None:
    state: Any = np.array(
        [x, 0.0, theta, 0.0]
    )  # at rest, so that it is where it was after one step
    assert step(*(*state, 1))[-1] is ended
    assert gymnasium_step(cartpole, state, 1)[1] is ended


def test_a_step_to_the_right_is_the_mirror_of_a_step_to_the_left() -> None:
    state: Any
    for state in np.random.default_rng(2).uniform(-0.75, 0.75, (1000, 4)):
        right, left = step(*(*state, 1)), step(*(*-state, 0))
        assert right[:4] == tuple(-value for value in left[:4])


@pytest.mark.filterwarnings("ignore:.*out of date.*")  # CartPole-v0 says so of itself
@pytest.mark.parametrize("env_id", ENVIRONMENTS)
def test_episodes_are_as_long_as_gymnasiums(env_id: str) -> None:
    """Terminated or truncated at the same step, for policies from hopeless to perfect."""
    env: Any = gymnasium.make(env_id)
    limit = ENVIRONMENTS[env_id].episode_limit
    generator = np.random.default_rng(3)
    policies, starts, lengths = [], [], []
    for _ in range(400):
        weights = generator.uniform(-1.0, 1.0, 4)
        observation, _ = env.reset(seed=int(generator.integers(2**31)))
        start: Any = np.array(env.unwrapped.state)
        length, terminated, truncated = 0, False, False
        while not (terminated or truncated):
            action = int(weights @ observation.astype(np.float64) >= 0.0)
            observation, _, terminated, truncated, _ = env.step(action)
            length += 1
        assert truncated == (length == limit)
        policies.append(weights)
        starts.append(start)
        lengths.append(length)
    assert play(np.hstack((np.stack(starts), np.stack(policies))), limit).tolist() == lengths
    assert min(lengths) < 15  # the sample holds both ends, or the test would say little
    assert max(lengths) == limit


@pytest.mark.parametrize("env_id", ENVIRONMENTS)
def test_limits_and_thresholds_are_those_that_gymnasium_registers(env_id: str) -> None:
    spec = gymnasium.spec(env_id)
    assert spec.max_episode_steps == ENVIRONMENTS[env_id].episode_limit
    assert spec.reward_threshold == ENVIRONMENTS[env_id].reward_threshold
