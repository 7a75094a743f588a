"""gymnax under jit: linear policies in lanes, compiled by XLA, on as many cores as XLA takes."""

import time
from collections.abc import Callable
from typing import Any

import gymnax
import jax
import jax.numpy as jnp

from bench.peers import WEIGHT_BOUND, repeat

LANES = (1_000, 10_000, 100_000)
STEPS = 500  # of a rollout: the longest episode


def gymnax_best(seed: int) -> tuple[int, float, float]:
    """Return steps, seconds, and seconds to compile, of the fastest arrangement.

    Either a candidate plays one episode and its lane then idles, or gymnax starts the candidate's
    next episode in the lane, and then every step counts as useful.
    """
    return max(
        (measure(rollout(lanes, refilled), seed) for lanes in LANES for refilled in (False, True)),
        key=lambda measured: measured[0] / measured[1],
    )


def rollout(lanes: int, refilled: bool) -> Callable[[Any], Any]:
    """Make the function that draws candidates and plays for 500 steps.

    It returns its useful steps, and the last observations: XLA would not play for a number that it
    knows beforehand.
    """
    env, params = gymnax.make("CartPole-v1")
    reset = jax.vmap(env.reset, in_axes=(0, None))
    # `step` is `step_env` and a new start where an episode ends.
    step = jax.vmap(env.step if refilled else env.step_env, in_axes=(0, 0, 0, None))

    def advance(carry: Any, key: Any) -> tuple[Any, None]:
        weights, observations, states, playing, steps = carry
        actions = ((weights * observations).sum(axis=1) >= 0.0).astype(jnp.int32)
        keys = jax.random.split(key, lanes)
        observations, states, _, ended, _ = step(keys, states, actions, params)
        steps = steps + playing
        playing = playing & ~ended | refilled
        return (weights, observations, states, playing, steps), None

    def play(key: Any) -> Any:
        drawn, started, stepped = jax.random.split(key, 3)
        weights = jax.random.uniform(drawn, (lanes, 4), minval=-WEIGHT_BOUND, maxval=WEIGHT_BOUND)
        observations, states = reset(jax.random.split(started, lanes), params)
        playing, steps = jnp.ones(lanes, bool), jnp.zeros(lanes, jnp.int32)
        carry = (weights, observations, states, playing, steps)
        carry, _ = jax.lax.scan(advance, carry, jax.random.split(stepped, STEPS))
        return carry[4].sum(), carry[1]

    return play


def measure(play: Callable[[Any], Any], seed: int) -> tuple[int, float, float]:
    """Compile, then repeat with new keys."""
    keys = iter(jax.random.split(jax.random.key(seed), 1_000))
    start = time.perf_counter()
    compiled = jax.jit(play).lower(next(keys)).compile()
    compiling = time.perf_counter() - start
    steps, seconds = repeat(lambda: int(jax.block_until_ready(compiled(next(keys)))[0]))
    return steps, seconds, compiling
