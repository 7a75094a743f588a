"""What a training run leaves behind, and the map that trains all runs of an agent."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.parallel import Pool


class Run(NamedTuple):
    """One training run.

    A policy that is scored (a finalist of the search, a checkpoint of a learner) plays episodes
    from the selection stream, the same ones for all policies of the run.
    """

    policy: NDArray[np.float64]  # the arrays of the policy that was chosen
    returns: NDArray[np.int32]  # [N], of the training episodes, in order
    scored_after: NDArray[np.int32]  # [K], training episodes that had led to each scored policy
    scores: NDArray[np.int32]  # [K, E], returns of each scored policy's selection episodes


def checkpoints(every: int, count: int) -> NDArray[np.int32]:
    """List the episodes after which a learner's policy is scored: every, 2 every, ... [K]."""
    return np.arange(1, count + 1, dtype=np.int32) * np.int32(every)


class Training(NamedTuple):
    """All runs of an agent."""

    policies: NDArray[np.float64]  # [R, ...]
    returns: NDArray[np.int32]  # [R, N]
    scored_after: NDArray[np.int32]  # [R, K]
    scores: NDArray[np.float64]  # [R, K], mean return over the selection episodes
    steps: NDArray[np.int64]  # [R], environment steps taken, selection included

    def history(self) -> dict[str, NDArray[Any]]:
        """Name the arrays that tell how the training went: all but the policies."""
        return {name: value for name, value in self._asdict().items() if name != "policies"}


def train_runs(train: Callable[[int], Run], runs: int, pool: Pool, title: str) -> Training:
    """Train runs 0 to runs - 1, each from its own number alone; show progress under a title."""
    done = list(pool.map(train, range(runs), title))
    return Training(
        policies=np.stack([run.policy for run in done]),
        returns=np.stack([run.returns for run in done]),
        scored_after=np.stack([run.scored_after for run in done]),
        scores=np.stack([run.scores.mean(axis=1) for run in done]),
        steps=np.array([run.returns.sum() + run.scores.sum() for run in done], np.int64),
    )
