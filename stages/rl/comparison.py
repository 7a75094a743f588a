"""Two agents compared: how much better one is, and how likely it is better; with their intervals.

The runs are the samples. Those of two agents were trained from streams of their own, so they are
drawn apart. Intervals are 95% percentile bootstrap over runs (Efron 1979).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.statistics import DRAWN_AT_ONCE, bootstrap_means, draws


class Estimate(NamedTuple):
    """A value and its 95% interval."""

    value: float
    low: float
    high: float


def difference_of_means(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    resamples: int,
    generator: np.random.Generator,
) -> Estimate:
    """Estimate by how much the mean over runs of `first` [R] is above that of `second` [R']."""
    means = [bootstrap_means(values, resamples, generator) for values in (first, second)]
    low, high = np.percentile(means[0] - means[1], [2.5, 97.5])
    return Estimate(float(first.mean() - second.mean()), float(low), float(high))


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
    at_once = DRAWN_AT_ONCE // len(ranks)
    counts = [
        _twice_above(of_first[some], of_second[others], len(levels))
        for some, others in zip(
            draws(len(first), resamples, at_once, generator),
            draws(len(second), resamples, at_once, generator),
            strict=True,
        )
    ]
    pairs = len(first) * len(second)
    low, high = np.percentile(np.concatenate(counts) / (2 * pairs), [2.5, 97.5])
    (count,) = _twice_above(of_first[np.newaxis], of_second[np.newaxis], len(levels))
    return Estimate(float(count / (2 * pairs)), float(low), float(high))


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


def median(values: NDArray[np.float64], resamples: int, generator: np.random.Generator) -> Estimate:
    """Estimate the median over runs [R]; infinite where half of the runs have no finite value."""
    at_once = DRAWN_AT_ONCE // len(values)
    drawn = draws(len(values), resamples, at_once, generator)
    medians = np.concatenate([np.median(values[some], axis=1) for some in drawn])
    # Of the medians themselves: between a finite one and an infinite one nothing can be put.
    low, high = np.percentile(medians, [2.5, 97.5], method="inverted_cdf")
    return Estimate(float(np.median(values)), float(low), float(high))
