"""Environments under linear policies: each candidate plays an episode, then comes the next one."""

import time
from collections.abc import Sequence
from operator import mul
from typing import Any

import envpool
import gymnasium
import numpy as np
from gymnasium.envs.classic_control.cartpole import CartPoleVectorEnv
from numpy.typing import NDArray

from bench.machine import CORES
from bench.peers import SECONDS, Candidates, repeat

ENVPOOL_LANES = (256, 1024, 4096)


def gymnasium_one(seed: int, candidates: Candidates) -> tuple[int, float]:
    """Play in one environment of Gymnasium, in plain Python."""
    env, rng = gymnasium.make(candidates.id), np.random.default_rng(seed)
    env.reset(seed=seed)
    return repeat(lambda: play(env, draw(rng, candidates, 1)[:, 0].tolist()))


def play(env: gymnasium.Env[Any, Any], weights: Sequence[Sequence[float]]) -> int:
    """Play an episode; return its steps."""
    observation, _ = env.reset()
    bias = [1.0] * (len(weights[0]) - len(observation))
    steps, ended = 0, False
    while not ended:
        # A few numbers in Python are faster than a product of NumPy.
        seen = observation.tolist() + bias
        action, highest = 0, 0.0
        for number, row in enumerate(weights, 1):
            score = sum(map(mul, row, seen))
            if score >= highest:
                action, highest = number, score
        observation, _, terminated, truncated, _ = env.step(action)
        ended = terminated or truncated
        steps += 1
    return steps


def gymnasium_500(seed: int, candidates: Candidates) -> tuple[int, float]:
    """Play in 500 lanes of Gymnasium's vector environment."""
    return gymnasium_lanes(500, seed, candidates)


def gymnasium_10000(seed: int, candidates: Candidates) -> tuple[int, float]:
    """Play in 10,000 lanes of Gymnasium's vector environment."""
    return gymnasium_lanes(10_000, seed, candidates)


def gymnasium_lanes(lanes: int, seed: int, candidates: Candidates) -> tuple[int, float]:
    """Play in Gymnasium's vector environment of CartPole, which is NumPy on one core."""
    env = CartPoleVectorEnv(lanes)
    env.reset(seed=seed)
    return play_in_lanes(env, lanes, seed, candidates)


def envpool_best(seed: int, candidates: Candidates) -> tuple[int, float]:
    """Play in EnvPool on all cores, with the number of lanes that suits it best."""
    return max(
        (envpool_lanes(lanes, seed, candidates) for lanes in ENVPOOL_LANES),
        key=lambda measured: measured[0] / measured[1],
    )


def envpool_lanes(lanes: int, seed: int, candidates: Candidates) -> tuple[int, float]:
    """Play in EnvPool, which waits for all lanes at every step."""
    env = envpool.make(
        candidates.id, env_type="gymnasium", num_envs=lanes, num_threads=CORES, seed=seed
    )
    return play_in_lanes(env, lanes, seed, candidates)


def play_in_lanes(env: Any, lanes: int, seed: int, candidates: Candidates) -> tuple[int, float]:
    """Play side by side; a lane whose episode ends gets the next candidate.

    Both kinds of environment spend one step of a lane on its reset, which is not useful.
    """
    rng = np.random.default_rng(seed)
    weights = draw(rng, candidates, lanes)
    ended = np.zeros(lanes, np.bool_)
    observations, _ = env.reset()
    steps = 0
    start = time.perf_counter()
    while (seconds := time.perf_counter() - start) < SECONDS:
        observations, _, terminated, truncated, _ = env.step(choose(weights, observations))
        steps += lanes - int(ended.sum())
        ended = terminated | truncated
        weights[:, ended] = draw(rng, candidates, int(ended.sum()))
    return steps, seconds


def choose(weights: NDArray[np.float32], observations: NDArray[np.float32]) -> NDArray[np.int32]:
    """Choose every lane's action: that of the highest score, where the first one's is zero."""
    seen = observations.shape[1]
    actions = np.zeros(len(observations), np.int32)
    highest = np.zeros(len(observations), np.float32)
    for number, rows in enumerate(weights, 1):
        scores = np.einsum("ij,ij->i", rows[:, :seen], observations)
        if rows.shape[1] > seen:
            scores += rows[:, seen]
        actions[scores >= highest] = number
        highest = np.maximum(scores, highest)
    return actions


def draw(rng: np.random.Generator, candidates: Candidates, count: int) -> NDArray[np.float32]:
    """Draw weights [A - 1, C, J], in float32 like the observations they meet."""
    others, inputs = candidates.weights
    drawn = rng.uniform(-1.0, 1.0, (others, count, inputs)) * candidates.scale
    return drawn.astype(np.float32)
