"""What a training run leaves behind, and how the runs of an agent are put together."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
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
    known_after: NDArray[np.int64]  # [K], all steps that had led to each score, selection's too
    checkpoints: "Checkpoints"


class Checkpoints(NamedTuple):
    """A run's policies in the course of its training: the first, some between, the chosen one."""

    episodes: NDArray[np.int64]  # [C], training episodes that had led to each, ascending from 0
    policies: NDArray[np.float64]  # [C, ...]


class Training(NamedTuple):
    """All runs of an agent."""

    policies: NDArray[np.float64]  # [R, ...]
    untrained: NDArray[np.float64]  # [R, ...], the policies before training
    episodes: NDArray[np.int64]  # [N], training episodes up to the end of each stretch
    returns: NDArray[np.float32]  # [R, N], mean return in each stretch
    lengths: NDArray[np.float32]  # [R, N], mean steps of an episode in each stretch
    scored_after: NDArray[np.int32]  # [R, K]
    scores: NDArray[np.float64]  # [R, K]
    known_after: NDArray[np.int64]  # [R, K]
    checkpoints: Checkpoints  # of run 0

    def history(self) -> dict[str, NDArray[Any]]:
        """Name the arrays that tell how the training went: all but the policies."""
        policies = {"policies", "untrained", "checkpoints"}
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


def landmarks(count: int) -> Iterator[int]:
    """Yield 1, 2, 3, 4, 6, 8, 12, 16, ... up to a count: few, however large it is."""
    power = 1
    while power <= count:
        yield power
        if power > 1 and power + power // 2 <= count:
            yield power + power // 2
        power *= 2


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
    untrained, chosen, chosen_after, best = policy.copy(), policy.copy(), 0, -np.inf
    returns, lengths = np.empty(episodes), np.empty(episodes, np.int64)
    scored_after = [*range(checkpoint_every, episodes, checkpoint_every), episodes]
    kept = {scored_after[number - 1] for number in landmarks(len(scored_after))}
    scores, known_after, checkpoints, steps = [], [], {0: untrained}, 0
    for first, last in zip([0, *scored_after], scored_after, strict=False):
        learn(first, returns[first:last], lengths[first:last])
        scored, taken = score()
        steps += taken + int(lengths[first:last].sum())
        scores.append(scored)
        known_after.append(steps)
        if scored >= best:
            best, chosen, chosen_after = scored, policy.copy(), last
        if last in kept:
            checkpoints[last] = policy.copy()
    checkpoints[chosen_after] = chosen
    shown = sorted(after for after in checkpoints if after <= chosen_after)
    length = stretch(episodes)
    return Run(
        chosen,
        untrained,
        means(returns, length),
        means(lengths, length),
        np.array(scored_after, np.int32),
        np.array(scores),
        np.array(known_after, np.int64),
        Checkpoints(np.array(shown, np.int64), np.stack([checkpoints[after] for after in shown])),
    )


def train_runs(
    train: Callable[[int], Run], runs: int, episodes: int, pool: Pool, title: str
) -> Training:
    """Train runs 0 to runs - 1, of so many episodes, each from its own number alone."""
    return gather(pool.map(train, range(runs), title), episodes)


def train_agent(agent: Any, settings: Any, task: Any, seed: int, runs: int, pool: Pool) -> Training:
    """Train an agent in all runs, by what its module has: `train_runs`, or `train` for one run."""
    if hasattr(agent, "train_runs"):
        training: Training = agent.train_runs(settings, task, seed, runs, pool)
        return training
    one: Callable[[int], Run] = partial(agent.train, settings, task, seed)
    return train_runs(one, runs, settings.episodes, pool, agent.SECTION)


def gather(done: Iterable[Run], episodes: int) -> Training:
    """Put together runs, in their order, each of so many training episodes."""
    runs = iter(done)
    *first, checkpoints = next(runs)
    together = [first, *(run[:-1] for run in runs)]  # whose checkpoints are not kept
    policies, untrained, returns, lengths, scored_after, scores, known_after = zip(
        *together, strict=True
    )
    length = stretch(episodes)
    return Training(
        np.stack(policies),
        np.stack(untrained),
        np.minimum(np.arange(1, returns[0].size + 1) * length, episodes),
        np.stack(returns),
        np.stack(lengths),
        np.stack(scored_after),
        np.stack(scores),
        np.stack(known_after),
        checkpoints,
    )
