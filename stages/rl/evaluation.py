"""The test: trained policies play fresh episodes in Gymnasium itself.

The policies were trained in this project's physics and are judged in a simulator that nobody here
wrote. All agents play the same test episodes, which no training or selection has seen.
"""

from typing import Any, NamedTuple, Protocol

import gymnasium
import numpy as np
from numpy.typing import NDArray

from stages.rl.environments import STATE_VARIABLES
from stages.rl.policies import Actions, Observations
from stages.rl.seeding import Agent, Purpose, sequence, word


class Actor(Protocol):
    """Whoever can play: a trained policy, or the random one."""

    def act(self, observations: Observations) -> Actions:
        """Choose run r's action for each observation [r, e]."""


class RandomPolicy:
    """Either action with probability one half: what a score must be compared with."""

    def __init__(self, seed: int, runs: int) -> None:
        streams = (sequence(seed, Agent.RANDOM, Purpose.TEST, run) for run in range(runs))
        self.generators = [np.random.default_rng(stream) for stream in streams]

    def act(self, observations: Observations) -> Actions:
        """Draw an action for each observation [r, e], from run r's stream."""
        episodes = observations.shape[1]
        return np.stack([generator.integers(0, 2, episodes) for generator in self.generators])


def test_starts(env_id: str, seed: int, runs: int, episodes: int) -> NDArray[np.float64]:
    """Let Gymnasium draw the states [S, R, E] in which the test episodes start.

    A run's states follow from the seed and the number of the run alone.
    """
    envs: Any = gymnasium.make_vec(env_id, num_envs=episodes).unwrapped
    states = np.empty((STATE_VARIABLES, runs, episodes))
    for run in range(runs):
        envs.reset(seed=word(seed, Agent.NOBODY, Purpose.TEST, run))
        states[:, run] = envs.state
    return states


def play(actor: Actor, env_id: str, starts: NDArray[np.float64]) -> NDArray[np.int32]:
    """Play one episode from each start [S, R, E] in Gymnasium; return the returns [R, E]."""
    shape = starts.shape[1:]
    envs: Any = gymnasium.make_vec(env_id, num_envs=shape[0] * shape[1]).unwrapped
    envs.reset(seed=0)
    envs.state = starts.reshape(STATE_VARIABLES, -1)
    observations = envs.state.T.astype(np.float32)
    running = np.ones(len(observations), bool)
    returns = np.zeros(len(observations), np.int32)
    while running.any():
        actions = actor.act(observations.reshape(*shape, STATE_VARIABLES))
        observations, rewards, terminated, truncated, _ = envs.step(actions.ravel())
        returns[running] += rewards[running].astype(np.int32)
        # An episode that has ended starts again by itself; what follows is not counted.
        running &= ~(terminated | truncated)
    return returns.reshape(shape)


class Episode(NamedTuple):
    """One episode, step by step."""

    observations: NDArray[np.float32]  # [T + 1, S]
    actions: NDArray[np.int64]  # [T]
    truncated: bool  # it reached the limit; else it terminated


def record(actor: Actor, env_id: str, seed: int) -> Episode:
    """Play one episode of a single run's policy in a plain Gymnasium environment, and keep it."""
    env = gymnasium.make(env_id)
    observation, _ = env.reset(seed=word(seed, Agent.NOBODY, Purpose.RENDERING))
    observations, actions = [observation], []
    terminated = truncated = False
    while not (terminated or truncated):
        actions.append(int(actor.act(observation[np.newaxis, np.newaxis])[0, 0]))
        observation, _, terminated, truncated, _ = env.step(actions[-1])
        observations.append(observation)
    return Episode(np.stack(observations), np.array(actions), truncated)
