"""What a training run leaves behind, and how the runs of an agent are put together."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.learning.parallel import Pool

POINTS = 2000  # of a training curve at most: what a run leaves behind stays small


class Run(NamedTuple):
    """One training run.

    A policy that is scored (a finalist of the search, a checkpoint of a learner) plays episodes
    from the selection stream, the same stream for all policies of the run.
    """

    policy: NDArray[np.float64]  # the array of the policy that was chosen
    untrained: NDArray[np.float64]  # the array of the policy with which the run began
    returns: NDArray[np.float32]  # [N], mean returns over stretches of the training episodes
    lengths: NDArray[np.float32]  # [N], mean steps of an episode, likewise
    scored_after: NDArray[np.int32]  # [K], training episodes that had led to each scored policy
    scores: NDArray[np.float64]  # [K], mean return of each over the selection episodes
    steps: int  # environment steps taken, selection included


class Training(NamedTuple):
    """All runs of an agent."""

    policies: NDArray[np.float64]  # [R, ...]
    untrained: NDArray[np.float64]  # [R, ...], the policies before training
    episodes: NDArray[np.int64]  # [N], training episodes up to the end of each stretch
    returns: NDArray[np.float32]  # [R, N], mean return in each stretch
    lengths: NDArray[np.float32]  # [R, N], mean steps of an episode in each stretch
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


def means(values: NDArray[Any], length: int) -> NDArray[np.float32]:
    """Average values over stretches of this length, the last of which may be shorter."""
    first = np.arange(0, len(values), length)
    counts = np.minimum(length, len(values) - first)
    return (np.add.reduceat(values, first, dtype=np.float64) / counts).astype(np.float32)


def with_checkpoints(
    policy: NDArray[np.float64],
    episodes: int,
    checkpoint_every: int,
    learn: Callable[[int, NDArray[np.float64], NDArray[np.int64]], None],
    score: Callable[[], tuple[float, int]],
) -> Run:
    """Train one run, and choose the checkpoint of the best mean return; of equal ones the later.

    Args:
        policy: the array that is learned, changed in place.
        episodes: all training episodes.
        checkpoint_every: episodes between two checkpoints; the last one comes at the end.
        learn: trains for some episodes. It gets the number of the first one, and fills in their
            returns and steps.
        score: plays the selection episodes with the policy; returns mean return and steps.
    """
    untrained, chosen, best = policy.copy(), policy.copy(), -np.inf
    returns, lengths = np.empty(episodes), np.empty(episodes, np.int64)
    scored_after = [*range(checkpoint_every, episodes, checkpoint_every), episodes]
    scores, steps = [], 0
    for first, last in zip([0, *scored_after], scored_after, strict=False):
        learn(first, returns[first:last], lengths[first:last])
        scored, taken = score()
        scores.append(scored)
        steps += taken
        if scored >= best:
            best, chosen = scored, policy.copy()
    length = stretch(episodes)
    return Run(
        chosen,
        untrained,
        means(returns, length),
        means(lengths, length),
        np.array(scored_after, np.int32),
        np.array(scores),
        steps + int(lengths.sum()),
    )


def train_runs(
    train: Callable[[int], Run], runs: int, episodes: int, pool: Pool, title: str
) -> Training:
    """Train runs 0 to runs - 1, of so many episodes, each from its own number alone."""
    return gather(pool.map(train, range(runs), title), episodes)


def gather(done: Iterable[Run], episodes: int) -> Training:
    """Put together runs, in their order, each of so many training episodes."""
    policies, untrained, returns, lengths, scored_after, scores, steps = zip(*done, strict=True)
    length = stretch(episodes)
    return Training(
        np.stack(policies),
        np.stack(untrained),
        np.minimum(np.arange(1, returns[0].size + 1) * length, episodes),
        np.stack(returns),
        np.stack(lengths),
        np.stack(scored_after),
        np.stack(scores),
        np.array(steps, np.int64),
    )
