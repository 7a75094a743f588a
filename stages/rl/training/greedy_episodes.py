"""Greedy episodes in kernels: to score what is kept of a training, a candidate or a checkpoint.

And, disturbed, to see how a trained policy holds up (`stages.evaluation`): by the same
kernel, so that it is compiled once.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from stages.rl.engine.compiling import kernel
from stages.rl.engine.random_numbers import Stream, below, uniform, uniform_between
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.interface.problem import Problem
from stages.rl.policies.policy import Floats, greedy_action


class Disturbance(NamedTuple):
    """What comes between a policy and an environment."""

    noise: Floats  # [S], the most that is added to or taken from what is seen
    random_actions: float  # probability that an action is a random one
    actions: int  # A
    stream: Stream  # of both


def no_noise(observation_size: int) -> Disturbance:
    """Let a policy see S variables as they are, and do what it chooses; nothing is drawn."""
    return Disturbance(np.zeros(observation_size), 0.0, 1, np.zeros(4, np.uint64))


class World(NamedTuple):
    """What an episode takes place in."""

    environment: Any  # see `stages.rl.interface.dynamics`
    observation: Floats  # [S], scratch
    max_episode_steps: int  # after which an episode is truncated
    disturbance: Disturbance  # of greedy episodes, not of training


def world_of(task: Problem, environment: Any) -> World:
    """Make a world of an environment as it is."""
    return World(
        environment,
        np.zeros(task.observation_size),
        task.max_episode_steps,
        no_noise(task.observation_size),
    )


@kernel
def mean_return(
    world: World, policy: Any, stream: Stream, episodes: int
) -> tuple[float, float, int]:
    """Play so many greedy episodes; return their mean return, its standard error, and all steps.

    The stream draws the start states, and what is left to chance in the environment. The error is
    found by the deviations from the mean as they come (Welford, Technometrics 4(3), 1962).
    """
    total, mean, squares, steps = 0.0, 0.0, 0.0, 0
    for n in range(1, episodes + 1):
        gained, taken = play(world, policy, stream)
        total += gained
        steps += taken
        away = gained - mean
        mean += away / n
        squares += away * (gained - mean)
    error = math.sqrt(squares / (episodes - 1) / episodes) if episodes > 1 else 0.0
    return total / episodes, error, steps


@kernel
def play(world: World, policy: Any, stream: Stream) -> tuple[float, int]:
    """Play one greedy episode; return its return and its steps."""
    environment, observation, max_steps, (noise, random_actions, actions, draws) = world
    total = 0.0
    state = start(environment, stream)
    for t in range(max_steps):
        observe(environment, state, observation)
        for i in range(noise.size):
            if noise[i] > 0.0:
                observation[i] += uniform_between(-noise[i], noise[i], draws)
        action = greedy_action(policy, observation)
        if random_actions > 0.0 and uniform(draws) < random_actions:
            action = below(actions, draws)
        state, reward, terminated, truncated = step(environment, state, action, stream)
        total += reward
        if terminated or truncated:
            return total, t + 1
    return total, max_steps
