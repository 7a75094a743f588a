"""Agents compared in pairs: estimates with their intervals, and which differences are significant.

The runs are the samples. Two agents train from separate random streams, so their runs are not
paired. Intervals are 95% percentile bootstrap over runs (Efron 1979), from ten runs on. Whether a
difference is significant is decided by a permutation test, which holds for any number of runs.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from stages.evaluation.statistics import (
    BOOTSTRAP_RUNS,
    DRAWN_AT_ONCE,
    NONE,
    Estimate,
    bootstrap_means,
    draws,
)

LEVEL = 0.05  # of significance, for all comparisons of a page together
PERMUTATIONS = 9_999  # at most: enough for a p-value of LEVEL / 15, as six agents need
PARTS = 2.0**26  # of the range of mean returns: whole numbers of them, whose sums are exact


def difference_of_means(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    resamples: int,
    generator: np.random.Generator,
) -> Estimate:
    """Estimate by how much the mean over runs of `first` [R] is above that of `second` [R']."""
    value = float(first.mean() - second.mean())
    if min(len(first), len(second)) < BOOTSTRAP_RUNS:
        return Estimate(value, *NONE)
    means = [bootstrap_means(values, resamples, generator) for values in (first, second)]
    low, high = np.percentile(means[0] - means[1], [2.5, 97.5])
    return Estimate(value, float(low), float(high))


def probability_of_improvement(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    resamples: int,
    generator: np.random.Generator,
) -> Estimate:
    """Estimate the probability that a run of `first` is above one of `second`; a tie counts half.

    It is the Mann-Whitney U over the number of pairs (Agarwal et al., NeurIPS 2021, section 4.3).

    Args:
        first: a value of each run, [R]; it may be infinite.
        second: the same of the other agent, [R'].
        resamples: of the bootstrap.
        generator: where its draws come from.
    """
    levels, ranks = np.unique(np.concatenate([first, second]), return_inverse=True)
    of_first, of_second = np.split(ranks, [len(first)])
    pairs = len(first) * len(second)
    (count,) = _twice_above(of_first[np.newaxis], of_second[np.newaxis], len(levels))
    value = float(count / (2 * pairs))
    if min(len(first), len(second)) < BOOTSTRAP_RUNS:
        return Estimate(value, *NONE)
    at_once = DRAWN_AT_ONCE // len(ranks)
    counts = [
        _twice_above(of_first[some], of_second[others], len(levels))
        for some, others in zip(
            draws(len(first), resamples, at_once, generator),
            draws(len(second), resamples, at_once, generator),
            strict=True,
        )
    ]
    low, high = np.percentile(np.concatenate(counts) / (2 * pairs), [2.5, 97.5])
    return Estimate(value, float(low), float(high))


def _twice_above(
    first: NDArray[np.int64], second: NDArray[np.int64], levels: int
) -> NDArray[np.int64]:
    """Count the pairs of a row's ranks [N, R] and [N, R'] with `first` above, twice, and the ties.

    Whole numbers, whose sums are exact in any order.
    """
    mine, others = _histograms(first, levels), _histograms(second, levels)
    return (mine * (2 * np.cumsum(others, axis=1) - others)).sum(axis=1)


def _histograms(ranks: NDArray[np.int64], levels: int) -> NDArray[np.int64]:
    """Count how often each level occurs in each row of ranks [N, R]: [N, levels]."""
    rows = len(ranks)
    apart = ranks + levels * np.arange(rows)[:, np.newaxis]
    return np.bincount(apart.ravel(), minlength=rows * levels).reshape(rows, levels)


Significant = dict[tuple[int, int], tuple[bool, bool, bool]]  # by pair of agents, and by measure


def significant(
    returns: Sequence[NDArray[np.float64]],
    steps_to_solve: Sequence[NDArray[np.float64]],
    generator: np.random.Generator,
) -> Significant:
    """Test which comparisons of any two agents are significant, at 5% for all of them together.

    A pair's p-values hold for its three measures together (`p_values`). Over the pairs they are
    corrected step by step, beginning with the lowest (Shaffer, "Modified sequentially rejective
    multiple test procedures", JASA 81, 1986): Holm's procedure, which also uses that two agents
    that differ cannot both equal a third.

    Args:
        returns: mean return of each run of each agent, [R].
        steps_to_solve: the same of the steps; infinite for a run that never solved.
        generator: where the permutations come from.

    Returns:
        For each pair of places: whether it is significant by the difference of the mean returns, by
        the probability of the higher return, and by that of fewer steps.
    """
    pairs = list(combinations(range(len(returns)), 2))
    p = {}
    for pair in pairs:
        all_returns = np.concatenate([returns[agent] for agent in pair])
        all_steps = np.concatenate([steps_to_solve[agent] for agent in pair])
        scores = np.stack(
            [_in_parts(all_returns), _twice_rank(all_returns), _twice_rank(all_steps)], axis=1
        )
        p[pair] = p_values(scores, len(returns[pair[0]]), PERMUTATIONS, generator)
    found: Significant = dict.fromkeys(pairs, (False, False, False))
    ordered = sorted(pairs, key=lambda pair: float(p[pair].min()))
    for pair, equal in zip(ordered, equal_pairs(len(returns)), strict=True):
        by_return, by_rank, by_steps = (p[pair] <= LEVEL / equal).tolist()
        if not (by_return or by_rank or by_steps):
            break
        found[pair] = by_return, by_rank, by_steps
    return found


def equal_pairs(agents: int) -> list[int]:
    """Return how many pairs of agents can be equal once 0, 1, 2, ... pairs are known to differ.

    For four agents 6, 3, 3, 3, 2, 1: if two differ, three agents can still equal one another.
    """
    pairs = agents * (agents - 1) // 2
    return [max(n for n in _sizes(agents) if n <= pairs - differ) for differ in range(pairs)]


def _sizes(agents: int) -> set[int]:
    """Return the numbers of equal pairs that agents have when they fall into groups of equals."""
    if agents < 2:
        return {0}
    groups = range(1, agents + 1)
    return {math.comb(group, 2) + n for group in groups for n in _sizes(agents - group)}


def runs_needed(agents: int) -> int:
    """Return how many runs of each agent it takes for any difference to be significant."""
    pairs, runs = max(1, math.comb(agents, 2)), 2
    while 2 / math.comb(2 * runs, runs) > LEVEL / pairs:
        runs += 1
    return runs


def power(runs: int, agents: int, difference: float) -> float:
    """Return about how often an agent is found to differ from the others, which are equal.

    The normal approximation, for two independent measures: the two of the return are nearly one.
    The difference is that of the mean returns, in standard deviations between runs.
    """
    normal, level = NormalDist(), LEVEL / (2 * math.comb(agents, 2))
    return normal.cdf(difference * math.sqrt(runs / 2) - normal.inv_cdf(1 - level / 2))


def p_value_of_change(
    before: NDArray[np.float64], after: NDArray[np.float64], generator: np.random.Generator
) -> float:
    """Test whether the mean over runs differs between `before` [R] and `after` [R'], two-sided."""
    scores = _in_parts(np.concatenate([before, after]))[:, np.newaxis]
    return float(p_values(scores, len(before), PERMUTATIONS, generator)[0])


def _in_parts(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Measure values [R] from their lowest on, in parts of their range."""
    lowest = values.min()
    length = values.max() - lowest
    whole = np.rint((values - lowest) / length * PARTS) if length > 0 else np.zeros(len(values))
    return whole.astype(np.int64)


def _twice_rank(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Rank values [R] from 1; those that tie share the mean of their ranks. Twice that is whole."""
    _, levels, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (2 * np.cumsum(counts) - counts + 1)[levels]


def p_values(
    scores: NDArray[np.int64], first: int, permutations: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Test whether two samples come from one distribution, by several scores of a run at once.

    If they do, any `first` of the runs could as well have been the first sample. So the runs are
    split at random again and again. A p-value is the share of the splits in which some score is as
    rare as the observed one (minP; Westfall and Young, "Resampling-based multiple testing", 1993,
    chapter 2), so it holds for all scores together. The observed split counts as one of them, so
    two samples of one distribution have a p-value of 5% or less in at most 5% of cases, however few
    the runs and the permutations (Phipson and Smyth, SAGMB 9(1), 2010).

    Args:
        scores: whole numbers [R + R', M], those of the first sample before the others.
        first: R.
        permutations: how many splits are drawn; if there are no more than that, it takes all.
        generator: where the draws come from.

    Returns:
        One p-value for each score, [M].
    """
    runs, kinds = scores.shape
    centred = scores * runs - scores.sum(axis=0)  # of which R are expected to add up to zero
    splits = _splits(runs, first, permutations, DRAWN_AT_ONCE // centred.size, generator)
    distances = np.concatenate([np.abs(centred[some].sum(axis=1)) for some in splits])
    # How many splits are as far off as each, by each score; and by the score in which it is rarest.
    as_far = np.empty_like(distances)
    for kind in range(kinds):
        column = distances[:, kind]
        as_far[:, kind] = len(column) - np.searchsorted(np.sort(column), column)
    rarest = np.sort(as_far.min(axis=1))
    return np.searchsorted(rarest, as_far[0], side="right") / len(rarest)


def _splits(
    runs: int, first: int, permutations: int, at_once: int, generator: np.random.Generator
) -> Iterator[NDArray[np.int32]]:
    """Choose `first` of the runs as the first sample: as they are, then in every way or at random.

    Yields:
        Numbers of runs, [N, R], where N is `at_once` at most.
    """
    at_once = max(1, at_once)
    if math.comb(runs, first) <= min(permutations, at_once):
        yield np.array(list(combinations(range(runs), first)), np.int32)
        return
    numbers = np.arange(runs, dtype=np.int32)
    yield numbers[np.newaxis, :first]
    for done in range(0, permutations, at_once):
        unsorted = np.tile(numbers, (min(at_once, permutations - done), 1))
        yield generator.permuted(unsorted, axis=1)[:, :first]
