"""Two agents compared: how much better one is, how likely it is better, and whether they differ.

The runs are the samples. Those of two agents were trained from streams of their own, so they are
drawn apart. Intervals are 95% percentile bootstrap over runs (Efron 1979), from ten runs on; with
fewer there is none. The verdict is a permutation test's, which holds for any number of runs.
"""

import math
from collections.abc import Iterator
from itertools import combinations

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


def significant(
    returns: tuple[NDArray[np.float64], NDArray[np.float64]],
    steps_to_solve: tuple[NDArray[np.float64], NDArray[np.float64]],
    permutations: int,
    generator: np.random.Generator,
) -> tuple[bool, bool, bool]:
    """Test which of three comparisons of two agents are significant, at 5% for the three.

    Args:
        returns: mean return of each run of the first agent [R] and of the second [R'].
        steps_to_solve: the same of the steps; infinite for a run that never solved.
        permutations: drawn.
        generator: where the draws come from.

    Returns:
        By the difference of the mean returns, by the probability of the higher one, and by that of
        fewer steps. Of two samples of one agent, some comparison is true for 5% of them at most.
    """
    all_returns, all_steps = np.concatenate(returns), np.concatenate(steps_to_solve)
    scores = np.stack(
        [_in_parts(all_returns), _twice_rank(all_returns), _twice_rank(all_steps)], axis=1
    )
    by_return, by_rank, by_steps = (
        p_values(scores, len(returns[0]), permutations, generator) <= 0.05
    )
    return bool(by_return), bool(by_rank), bool(by_steps)


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
    """Test whether two samples are of one distribution, by several scores of a run at once.

    Were they, any `first` of the runs could as well have been the first sample. So the runs are
    dealt anew again and again, and it counts how often a sum of the first sample's scores is as
    far from what is expected as the one observed. A p-value holds for all of the scores together:
    it counts the deals of which any score is as rare (minP; Westfall and Young, "Resampling-based
    multiple testing", 1993, chapter 2). The observed deal is counted with the drawn ones, so two
    samples of one distribution have a p-value of 5% or less in 5% of cases at most, however few
    the runs and the permutations (Phipson and Smyth, SAGMB 9(1), 2010).

    Args:
        scores: whole numbers [R + R', M], those of the first sample before the others.
        first: R.
        permutations: how many deals are drawn; where there are no more than that, it takes all.
        generator: where the draws come from.

    Returns:
        One p-value for each score, [M].
    """
    runs, kinds = scores.shape
    centred = scores * runs - scores.sum(axis=0)  # of which R are expected to add up to zero
    dealt = _deals(runs, first, permutations, DRAWN_AT_ONCE // centred.size, generator)
    distances = np.concatenate([np.abs(centred[some].sum(axis=1)) for some in dealt])
    # How many deals are as far off as each, by each score; and by the score in which it is rarest.
    as_far = np.empty_like(distances)
    for kind in range(kinds):
        column = distances[:, kind]
        as_far[:, kind] = len(column) - np.searchsorted(np.sort(column), column)
    rarest = np.sort(as_far.min(axis=1))
    return np.searchsorted(rarest, as_far[0], side="right") / len(rarest)


def _deals(
    runs: int, first: int, permutations: int, at_once: int, generator: np.random.Generator
) -> Iterator[NDArray[np.int32]]:
    """Deal `first` of the runs to the first sample, as they are, then in every way or at random.

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
