"""All runs of an agent, trained in a pool and put together."""

from collections.abc import Iterable
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.interface.set_up import dynamics
from stages.rl.interface.task import Task
from stages.rl.policies.policy import Floats
from stages.rl.training.greedy_episodes import world_of
from stages.rl.training.pool import Pool
from stages.rl.training.runs import Agent, Run, Snapshots

POINTS = 2000  # of a training curve at most: what a run leaves behind stays small


class Training(NamedTuple):
    """All runs of an agent."""

    policies: Floats  # [R, ...], weights of the chosen policies
    untrained: Floats  # [R, ...], of the policies before training
    episodes: NDArray[np.int64]  # [N], training episodes up to the end of each stretch
    returns: NDArray[np.float32]  # [R, N], mean return in each stretch
    lengths: NDArray[np.float32]  # [R, N], mean steps of an episode in each stretch
    scored_after: NDArray[np.int32]  # [R, K]
    scores: Floats  # [R, K]
    score_errors: Floats  # [R, K]
    validation_episodes: NDArray[np.int64]  # []
    known_after: NDArray[np.int64]  # [R, K]
    checkpoints: Snapshots  # of run 0

    def history(self) -> dict[str, NDArray[Any]]:
        """Name the arrays of the training's history: all but the policies."""
        policies = {"policies", "untrained", "checkpoints"}
        return {name: value for name, value in self._asdict().items() if name not in policies}


def train(agent: Agent, settings: Any, task: Task, seed: int, runs: int, pool: Pool) -> Training:
    """Train an agent in runs 0 to runs - 1, each from its own number alone."""
    return gather(
        pool.map(partial(train_run, agent, settings, task, seed), range(runs), agent.section)
    )


def train_run(agent: Agent, settings: Any, task: Task, seed: int, run: int) -> Run:
    """Train an agent once, in a world for this run alone."""
    return agent.train(settings, task, world_of(task, dynamics(task)), seed, run)


def gather(done: Iterable[Run]) -> Training:
    """Put together runs, in their order; the checkpoints are kept of the first alone."""
    runs = iter(done)
    first = next(runs)
    episodes = first.returns.size
    length = stretch(episodes)
    kept = [
        (
            run.policy,
            run.untrained,
            means(run.returns, length),
            means(run.lengths, length),
            run.scored_after,
            run.scores,
            run.score_errors,
            run.known_after,
        )
        for run in chain([first], runs)
    ]
    policies, untrained, returns, lengths, scored_after, scores, errors, known_after = map(
        np.stack, zip(*kept, strict=True)
    )
    return Training(
        policies,
        untrained,
        np.minimum(np.arange(1, returns.shape[1] + 1) * length, episodes),
        returns,
        lengths,
        scored_after,
        scores,
        errors,
        np.array(first.validation_episodes),
        known_after,
        first.checkpoints,
    )


def stretch(episodes: int) -> int:
    """How many training episodes a point of the curve averages: a power of two, 1 up to POINTS."""
    length = 1
    while length * POINTS < episodes:
        length *= 2
    return length


def means(values: NDArray[Any], length: int) -> NDArray[np.float32]:
    """Average values over stretches of this length, the last of which may be shorter."""
    first = np.arange(0, len(values), length)
    counts = np.minimum(length, len(values) - first)
    return (np.add.reduceat(values, first, dtype=np.float64) / counts).astype(np.float32)
