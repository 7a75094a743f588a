"""Environments under linear policies: each candidate plays an episode, then comes the next one."""

import time
from typing import Any

import envpool
import gymnasium
import numpy as np
from gymnasium.envs.classic_control.cartpole import CartPoleVectorEnv
from numpy.typing import NDArray

from bench.machine import CORES
from bench.peers import SECONDS, WEIGHT_BOUND, repeat

ENVPOOL_LANES = (256, 1024, 4096)


def gymnasium_one(seed: int) -> tuple[int, float]:
    """Play in one environment of Gymnasium, in plain Python."""
    env, rng = gymnasium.make("CartPole-v1"), np.random.default_rng(seed)
    env.reset(seed=seed)
    return repeat(lambda: play(env, draw(rng, 1)[0].tolist()))


def play(env: gymnasium.Env[Any, Any], weights: list[float]) -> int:
    """Play an episode; return its steps."""
    w_x, w_x_dot, w_theta, w_theta_dot = weights
    observation, _ = env.reset()
    steps, ended = 0, False
    while not ended:
        # Four numbers in Python are faster than a product of NumPy.
        x, x_dot, theta, theta_dot = observation.tolist()
        score = w_x * x + w_x_dot * x_dot + w_theta * theta + w_theta_dot * theta_dot
        observation, _, terminated, truncated, _ = env.step(int(score >= 0.0))
        ended = terminated or truncated
        steps += 1
    return steps


def gymnasium_500(seed: int) -> tuple[int, float]:
    """Play in 500 lanes of Gymnasium's vector environment."""
    return gymnasium_lanes(500, seed)


def gymnasium_10000(seed: int) -> tuple[int, float]:
    """Play in 10,000 lanes of Gymnasium's vector environment."""
    return gymnasium_lanes(10_000, seed)


def gymnasium_lanes(lanes: int, seed: int) -> tuple[int, float]:
    """Play in Gymnasium's vector environment, which is NumPy on one core."""
    env = CartPoleVectorEnv(lanes)
    env.reset(seed=seed)
    return play_in_lanes(env, lanes, seed)


def envpool_best(seed: int) -> tuple[int, float]:
    """Play in EnvPool on all cores, with the number of lanes that suits it best."""
    return max(
        (envpool_lanes(lanes, seed) for lanes in ENVPOOL_LANES),
        key=lambda measured: measured[0] / measured[1],
    )


def envpool_lanes(lanes: int, seed: int) -> tuple[int, float]:
    """Play in EnvPool, which waits for all lanes at every step."""
    env = envpool.make(
        "CartPole-v1", env_type="gymnasium", num_envs=lanes, num_threads=CORES, seed=seed
    )
    return play_in_lanes(env, lanes, seed)


def play_in_lanes(env: Any, lanes: int, seed: int) -> tuple[int, float]:
    """Play side by side; a lane whose episode ends gets the next candidate.

    Both kinds of environment spend one step of a lane on its reset, which is not useful.
    """
    rng = np.random.default_rng(seed)
    weights = draw(rng, lanes)
    ended = np.zeros(lanes, np.bool_)
    observations, _ = env.reset()
    steps = 0
    start = time.perf_counter()
    while (seconds := time.perf_counter() - start) < SECONDS:
        actions = (np.einsum("ij,ij->i", weights, observations) >= 0.0).astype(np.int32)
        observations, _, terminated, truncated, _ = env.step(actions)
        steps += lanes - int(ended.sum())
        ended = terminated | truncated
        weights[ended] = draw(rng, int(ended.sum()))
    return steps, seconds


def draw(rng: np.random.Generator, candidates: int) -> NDArray[np.float32]:
    """Draw the weights [C, 4] of candidates, in float32 like the observations they meet."""
    return rng.uniform(-WEIGHT_BOUND, WEIGHT_BOUND, (candidates, 4)).astype(np.float32)
