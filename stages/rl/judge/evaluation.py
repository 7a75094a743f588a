"""The test: trained policies play fresh episodes in Gymnasium itself.

The policies were trained in this project's physics and are judged in a simulator that nobody here
wrote. All agents play the same test episodes, which no training or selection has seen.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import gymnasium
import numpy as np
from numpy.typing import NDArray

from stages.rl.elementary import sin_cos
from stages.rl.environments import FORCE, STATE_VARIABLES
from stages.rl.episodes import ENDED, Episodes
from stages.rl.motion import move
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


def play(
    env_id: str, seed: int, episodes: int, actors: Sequence[Actor]
) -> tuple[NDArray[np.int32], ...]:
    """Play the same test episodes with several actors in Gymnasium; return each one's returns.

    Args:
        env_id: the environment.
        seed: root of the stream that the starts come from.
        episodes: of each run, E.
        actors: who plays, all of R runs.

    Returns:
        Returns [R, E] of each actor.
    """
    runs = actors[0].runs
    together = max(1, LANES // episodes)
    returns = tuple(np.empty((runs, episodes), np.int32) for _ in actors)
    for first in range(0, runs, together):
        some = slice(first, min(first + together, runs))
        starts = test_starts(env_id, seed, range(some.start, some.stop), episodes)
        for played, actor in zip(returns, actors, strict=True):
            played[some] = play_from(env_id, starts, actor.select(some))
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


def record(starts: NDArray[np.float64], limit: int, actor: Actor) -> Episodes:
    """Play one episode of each run from starts [S, R], and keep every step.

    In this project's own physics, as Gymnasium's sine is the C library's, whose last bit is not the
    same everywhere. A last bit can grow into a step: of 120,000 episodes tried, 18,000 of which
    ended on the way, one lasted a step longer here. So what is judged is never what is recorded.

    Args:
        starts: the states in which the episodes start, [S, R].
        limit: steps after which an episode is truncated.
        actor: who plays.
    """
    state = starts
    observations = [state.T.astype(np.float32)]
    actions: list[NDArray[np.int8]] = []
    running = np.ones(actor.runs, bool)
    while running.any() and len(actions) < limit:
        chosen = actor.act(observations[-1][:, np.newaxis])[:, 0]
        force = np.where(chosen == 1, FORCE, -FORCE)
        x, x_dot, theta, theta_dot = state
        *following, terminated = move(x, x_dot, theta, theta_dot, force, *sin_cos(theta))
        state = np.where(running, following, state)  # what has ended stands still
        actions.append(np.where(running, chosen, ENDED).astype(np.int8))
        observations.append(state.T.astype(np.float32))
        running &= ~terminated
    return Episodes(np.stack(observations, axis=1), np.stack(actions, axis=1), running)


def differences(recorded: Episodes, returns: NDArray[np.int32]) -> list[int]:
    """List the runs whose recorded episode has another return than in Gymnasium, [R]."""
    lengths = (recorded.actions != ENDED).sum(axis=1)
    return [int(run) for run in np.flatnonzero(lengths != returns)]
