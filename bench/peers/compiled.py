"""gymnax under jit: linear policies in lanes, compiled by XLA, on as many cores as XLA takes."""

import time
from collections.abc import Callable
from itertools import product
from typing import Any

import gymnax
import jax
import jax.numpy as jnp

from bench.peers import Candidates, repeat

LANES = (1_000, 10_000, 100_000)


def gymnax_best(seed: int, candidates: Candidates) -> tuple[int, float, float]:
    """Return steps, seconds, and seconds to compile, of the fastest arrangement.

    Either a candidate plays one episode and its lane then idles, or gymnax starts the candidate's
    next episode in the lane, and then every step counts as useful.
    """
    arrangements = product(LANES, (False, True))
    return max(
        (measure(rollout(candidates, *arranged), seed) for arranged in arrangements),
        key=lambda measured: measured[0] / measured[1],
    )


def rollout(candidates: Candidates, lanes: int, refilled: bool) -> Callable[[Any], Any]:
    """Make the function that draws candidates and plays for as many steps as an episode can have.

    It returns its useful steps, and the last observations: XLA would not play for a number that it
    knows beforehand.
    """
    env, params = gymnax.make(candidates.id)
    others, inputs = candidates.weights
    reset = jax.vmap(env.reset, in_axes=(0, None))
    # `step` is `step_env` and a new start where an episode ends.
    step = jax.vmap(env.step if refilled else env.step_env, in_axes=(0, 0, 0, None))

    def advance(carry: Any, key: Any) -> tuple[Any, None]:
        weights, observations, states, playing, steps = carry
        actions = choose(weights, observations)
        keys = jax.random.split(key, lanes)
        observations, states, _, ended, _ = step(keys, states, actions, params)
        steps = steps + playing
        playing = playing & ~ended | refilled
        return (weights, observations, states, playing, steps), None

    def play(key: Any) -> Any:
        drawn, started, stepped = jax.random.split(key, 3)
        weights = jax.random.uniform(drawn, (others, lanes, inputs), minval=-1.0, maxval=1.0)
        weights *= jnp.array(candidates.scale)
        observations, states = reset(jax.random.split(started, lanes), params)
        playing, steps = jnp.ones(lanes, bool), jnp.zeros(lanes, jnp.int32)
        carry = (weights, observations, states, playing, steps)
        carry, _ = jax.lax.scan(advance, carry, jax.random.split(stepped, candidates.limit))
        return carry[4].sum(), carry[1]

    return play


def choose(weights: Any, observations: Any) -> Any:
    """Choose every lane's action: that of the highest score, where the first one's is zero."""
    lanes, seen = observations.shape
    actions, highest = jnp.zeros(lanes, jnp.int32), jnp.zeros(lanes)
    for number, rows in enumerate(weights, 1):
        scores = (rows[:, :seen] * observations).sum(axis=1)
        if rows.shape[1] > seen:
            scores += rows[:, seen]
        actions = jnp.where(scores >= highest, number, actions)
        highest = jnp.maximum(scores, highest)
    return actions


def measure(play: Callable[[Any], Any], seed: int) -> tuple[int, float, float]:
    """Compile, then repeat with new keys."""
    keys = iter(jax.random.split(jax.random.key(seed), 1_000))
    start = time.perf_counter()
    compiled = jax.jit(play).lower(next(keys)).compile()
    compiling = time.perf_counter() - start
    steps, seconds = repeat(lambda: int(jax.block_until_ready(compiled(next(keys)))[0]))
    return steps, seconds, compiling
