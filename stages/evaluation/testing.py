"""The test: trained policies play fresh episodes in Gymnasium itself.

The policies were trained in this project's own environments, where it has one, and are tested in
Gymnasium's. All agents play the same test episodes, which no training or
validation has seen: where there is chance in the environment, the same chances.
"""

import sys
import warnings
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from stages.evaluation.episodes import ENDED, RUNS, Episodes
from stages.evaluation.simulators import Simulators, plays_many, simulators
from stages.rl.engine.random_numbers import RANDOM, SHARED, Purpose, sequence
from stages.rl.interface.task import Task

METHOD = "fork" if sys.platform == "linux" else "spawn"  # of making a process
BASELINE_EPISODES = 5  # of each run at least, that untrained and random policies play


class Actor(Protocol):
    """Whoever can play: trained policies, or random ones."""

    @property
    def runs(self) -> int:
        """Count the runs, R."""

    def select(self, runs: slice) -> "Actor":
        """Return who plays in some of the runs."""

    def act(self, observations: NDArray[Any]) -> NDArray[np.int64]:
        """Choose run r's action for each observation [r, e]."""


class RandomPolicy:
    """Each action with the same probability: what a score must be compared with."""

    def __init__(self, generators: list[np.random.Generator], actions: int) -> None:
        self.generators = generators
        self.actions = actions

    @classmethod
    def of(cls, seed: int, runs: int, actions: int) -> "RandomPolicy":
        """Start a stream for each run."""
        streams = (sequence(seed, RANDOM, Purpose.TEST, run) for run in range(runs))
        return cls([np.random.default_rng(stream) for stream in streams], actions)

    @property
    def runs(self) -> int:
        """Count the runs, R."""
        return len(self.generators)

    def select(self, runs: slice) -> "RandomPolicy":
        """Return who plays in some of the runs."""
        return RandomPolicy(self.generators[runs], self.actions)

    def act(self, observations: NDArray[Any]) -> NDArray[np.int64]:
        """Draw an action for each observation [r, e], from run r's stream."""
        count = observations.shape[1]
        drawn = [generator.integers(0, self.actions, count) for generator in self.generators]
        return np.stack(drawn)


class Played(NamedTuple):
    """What became of the test episodes of an actor."""

    returns: NDArray[np.float64]  # [R, E]
    episodes: Episodes  # the first of each run, of the first runs


def episode_seeds(seed: int, run: int, episodes: int) -> NDArray[np.uint32]:
    """Draw what seeds each test episode of a run, [E]; from the seed and the run alone.

    They are from 2**31 on, as those of training lie below; and below 2**32, as not every
    environment takes more.
    """
    drawn = sequence(seed, SHARED, Purpose.TEST, run).generate_state(episodes, np.uint32)
    return drawn.astype(np.uint32) | np.uint32(2**31)


def play(task: Task, seed: int, episodes: int, actor: Actor, processes: int) -> Played:
    """Play the test episodes in Gymnasium.

    Args:
        task: the environment.
        seed: root of the stream that the episodes come from.
        episodes: of each run, E.
        actor: who plays, R runs.
        processes: that share the runs, where Gymnasium steps environments one by one.
    """
    if processes == 1 or plays_many(task):
        return play_runs(task, seed, episodes, actor, range(actor.runs))
    ends = [actor.runs * part // processes for part in range(processes + 1)]
    parts = [range(*pair) for pair in pairwise(ends)]
    with warnings.catch_warnings(), ProcessPoolExecutor(processes, get_context(METHOD)) as pool:
        # Of forks in a process with threads: those of NumPy's BLAS, which is not used here.
        warnings.simplefilter("ignore", DeprecationWarning)
        begun = [
            pool.submit(play_runs, task, seed, episodes, actor, part) for part in parts if part
        ]
        played = [part.result() for part in begun]
    returns, recorded = zip(*played, strict=True)
    return Played(np.concatenate(returns), joined(recorded))


def play_checkpoints(task: Task, seed: int, policies: Actor) -> Episodes:
    """Play run 0's first test episode, once with each of the policies that it had."""
    seeds = np.repeat(episode_seeds(seed, 0, 1), policies.runs)[:, np.newaxis]
    return play_seeds(task, seeds, policies).episodes


def play_runs(task: Task, seed: int, episodes: int, actor: Actor, runs: range) -> Played:
    """Play the test episodes of some of the runs."""
    seeds = np.stack([episode_seeds(seed, run, episodes) for run in runs])
    return play_seeds(task, seeds, actor.select(slice(runs.start, runs.stop)))


def play_seeds(task: Task, seeds: NDArray[np.uint32], actor: Actor) -> Played:
    """Play an episode for each seed [R, E], as many at once as there are environments."""
    runs, episodes = seeds.shape
    envs = simulators(task, episodes, runs)
    together, of_a_run = max(1, envs.count // episodes), min(envs.count, episodes)
    returns, recorded = [], []
    for first in range(0, runs, together):
        some = slice(first, min(first + together, runs))
        players = actor.select(some)
        played = [
            play_together(task, envs, seeds[some, e : e + of_a_run], players)
            for e in range(0, episodes, of_a_run)
        ]
        returns.append(np.hstack([part.returns for part in played]))
        recorded.append(played[0].episodes)
    return Played(np.concatenate(returns), joined(recorded))


def play_together(task: Task, envs: Simulators, seeds: NDArray[np.uint32], actor: Actor) -> Played:
    """Play an episode for each seed [R, E], all at once."""
    runs, episodes = seeds.shape
    chosen = actions_of_numbers(task, actor)
    observations = envs.reset(seeds.ravel())
    running = np.ones(seeds.size, bool)
    returns = np.zeros(seeds.size)
    first = np.arange(0, seeds.size, episodes)  # of each run
    seen, done, gained = [observations[first]], [], []
    truncated_first = np.zeros(runs, bool)
    for t in range(task.max_episode_steps):
        shaped = observations.reshape(runs, episodes, -1)
        actions = (actor.act(shaped) if chosen is None else chosen(shaped)).ravel()
        done.append(np.where(running[first], actions[first], ENDED))
        observations, rewards, terminated, truncated = envs.step(actions, running)
        rewards = np.where(running, rewards, 0.0)
        returns += rewards
        gained.append(rewards[first])
        truncated |= t + 1 == task.max_episode_steps
        truncated_first |= (running & truncated & ~terminated)[first]
        seen.append(np.where(running[first, np.newaxis], observations[first], seen[-1]))
        running &= ~(terminated | truncated)
        if not running.any():
            break
    recorded = Episodes(
        np.stack(seen, axis=1).astype(np.float32),
        np.stack(done, axis=1).astype(np.int16),
        np.stack(gained, axis=1).astype(np.float32),
        truncated_first,
    )
    return Played(returns.reshape(runs, episodes), recorded)


def actions_of_numbers(task: Task, actor: Actor) -> Any:
    """Ask a policy once for all N numbers that can be seen; None where it must be asked each time.

    Returns:
        A function of observations [R, E, 1], in place of the policy.
    """
    if not task.state_count or isinstance(actor, RandomPolicy):
        return None
    numbers = np.arange(task.state_count, dtype=np.float64)[np.newaxis, :, np.newaxis]
    table = actor.act(np.broadcast_to(numbers, (actor.runs, task.state_count, 1)))
    return lambda seen: np.take_along_axis(table, seen[:, :, 0].astype(np.int64), axis=1)


def joined(parts: Sequence[Episodes]) -> Episodes:
    """Join recorded episodes of several groups of runs, RUNS at most, by their longest."""
    steps = max(int((part.actions != ENDED).sum(axis=1).max()) for part in parts)
    padded = [part.padded(steps) for part in parts]
    return Episodes(*(np.concatenate(arrays)[:RUNS] for arrays in zip(*padded, strict=True)))
