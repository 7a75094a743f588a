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

LANES = 100_000  # episodes played at once, at most, or those of one run: so memory stays small


class Actor(Protocol):
    """Whoever can play: trained policies, or random ones."""

    @property
    def runs(self) -> int:
        """Count the runs, R."""

    def select(self, runs: slice) -> "Actor":
        """Return who plays in some of the runs."""

    def act(self, observations: Observations) -> Actions:
        """Choose run r's action for each observation [r, e]."""


class RandomPolicy:
    """Either action with probability one half: what a score must be compared with."""

    def __init__(self, generators: list[np.random.Generator]) -> None:
        self.generators = generators

    @classmethod
    def of(cls, seed: int, runs: int) -> "RandomPolicy":
        """Start a stream for each run."""
        streams = (sequence(seed, Agent.RANDOM, Purpose.TEST, run) for run in range(runs))
        return cls([np.random.default_rng(stream) for stream in streams])

    @property
    def runs(self) -> int:
        """Count the runs, R."""
        return len(self.generators)

    def select(self, runs: slice) -> "RandomPolicy":
        """Return who plays in some of the runs."""
        return RandomPolicy(self.generators[runs])

    def act(self, observations: Observations) -> Actions:
        """Draw an action for each observation [r, e], from run r's stream."""
        episodes = observations.shape[1]
        return np.stack([generator.integers(0, 2, episodes) for generator in self.generators])


def test_starts(env_id: str, seed: int, runs: range, episodes: int) -> NDArray[np.float64]:
    """Let Gymnasium draw the states [S, R, E] in which the test episodes start.

    A run's states follow from the seed and the number of the run alone.
    """
    envs: Any = gymnasium.make_vec(env_id, num_envs=episodes).unwrapped
    states = np.empty((STATE_VARIABLES, len(runs), episodes))
    for r, run in enumerate(runs):
        envs.reset(seed=word(seed, Agent.NOBODY, Purpose.TEST, run))
        states[:, r] = envs.state
    return states


def play(env_id: str, seed: int, episodes: int, actor: Actor) -> NDArray[np.int32]:
    """Play the test episodes of all runs in Gymnasium; return the returns [R, E]."""
    together = max(1, LANES // episodes)
    returns = np.empty((actor.runs, episodes), np.int32)
    for first in range(0, actor.runs, together):
        runs = range(first, min(first + together, actor.runs))
        some = slice(runs.start, runs.stop)
        starts = test_starts(env_id, seed, runs, episodes)
        returns[some] = play_from(env_id, starts, actor.select(some))
    return returns


def play_from(env_id: str, starts: NDArray[np.float64], actor: Actor) -> NDArray[np.int32]:
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
