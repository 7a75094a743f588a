"""What a training run leaves behind, and how the runs of an agent are put together."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.parallel import Pool

POINTS = 2000  # of a training curve at most: what a run leaves behind stays small


class Run(NamedTuple):
    """One training run.

    A policy that is scored (a finalist of the search, a checkpoint of a learner) plays episodes
    from the selection stream, the same ones for all policies of the run.
    """

    policy: NDArray[np.float64]  # the array of the policy that was chosen
    untrained: NDArray[np.float64]  # the array of the policy with which the run began
    returns: NDArray[np.float32]  # [N], mean returns over stretches of the training episodes
    scored_after: NDArray[np.int32]  # [K], training episodes that had led to each scored policy
    scores: NDArray[np.float64]  # [K], mean return of each over the selection episodes
    steps: int  # environment steps taken, selection included


class Training(NamedTuple):
    """All runs of an agent."""

    policies: NDArray[np.float64]  # [R, ...]
    untrained: NDArray[np.float64]  # [R, ...], the policies before training
    episodes: NDArray[np.int64]  # [N], training episodes up to the end of each stretch
    returns: NDArray[np.float32]  # [R, N], mean return in each stretch
    scored_after: NDArray[np.int32]  # [R, K]
    scores: NDArray[np.float64]  # [R, K]
    steps: NDArray[np.int64]  # [R]

    def history(self) -> dict[str, NDArray[Any]]:
        """Name the arrays that tell how the training went: all but the policies."""
        policies = {"policies", "untrained"}
        return {name: value for name, value in self._asdict().items() if name not in policies}


def stretch(episodes: int) -> int:
    """How many training episodes a point of the curve averages: a power of two, 1 up to POINTS."""
    length = 1
    while length * POINTS < episodes:
        length *= 2
    return length


def mean_returns(returns: NDArray[np.int32], length: int) -> NDArray[np.float32]:
    """Average returns over stretches of this length, the last of which may be shorter."""
    first = np.arange(0, len(returns), length)
    counts = np.minimum(length, len(returns) - first)
    return (np.add.reduceat(returns, first, dtype=np.int64) / counts).astype(np.float32)


def learned(
    policy: NDArray[np.float64],
    untrained: NDArray[np.float64],
    returns: NDArray[np.int32],
    scores: NDArray[np.int64],
    checkpoint_every: int,
    selection_episodes: int,
) -> Run:
    """Put together a learner's run.

    Args:
        policy: the array of the checkpoint that was chosen.
        untrained: the same before the first episode.
        returns: of all training episodes.
        scores: sum of each checkpoint's returns over the selection episodes, [K].
        checkpoint_every: training episodes between two checkpoints.
        selection_episodes: episodes in each sum.
    """
    return Run(
        policy,
        untrained,
        mean_returns(returns, stretch(len(returns))),
        np.arange(1, len(scores) + 1, dtype=np.int32) * np.int32(checkpoint_every),
        scores / selection_episodes,
        int(returns.sum() + scores.sum()),
    )


def train_runs(
    train: Callable[[int], Run], runs: int, episodes: int, pool: Pool, title: str
) -> Training:
    """Train runs 0 to runs - 1, of so many episodes, each from its own number alone."""
    return gather(pool.map(train, range(runs), title), episodes)


def gather(done: Iterable[Run], episodes: int) -> Training:
    """Put together runs, in their order, each of so many training episodes."""
    policies, untrained, returns, scored_after, scores, steps = zip(*done, strict=True)
    length = stretch(episodes)
    return Training(
        np.stack(policies),
        np.stack(untrained),
        np.minimum(np.arange(1, returns[0].size + 1) * length, episodes),
        np.stack(returns),
        np.stack(scored_after),
        np.stack(scores),
        np.array(steps, np.int64),
    )
