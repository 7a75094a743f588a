"""Summaries over training runs, with their intervals.

The run is the unit: a run's episodes are averaged first, and statistics are taken over runs
(Agarwal et al., "Deep reinforcement learning at the edge of the statistical precipice", NeurIPS
2021; Colas, Sigaud and Oudeyer, "A hitchhiker's guide to statistical comparisons of reinforcement
learning algorithms", 2019).

A bound that does not exist is NaN: one run has no interval at all.
"""

import math
from collections.abc import Iterator
from functools import cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NORMAL_975 = 1.959963984540054  # 97.5 % quantile of the standard normal distribution
DRAWN_AT_ONCE = 1_000_000  # values, so that memory stays small
# From here on intervals are bootstrapped. They hold the mean of normal values in 93 % of samples of
# 30, in 90 % of 10, 83 % of 5, and 50 % of 2.
BOOTSTRAP_RUNS = 10
NONE = (math.nan, math.nan)  # bounds of no interval


class Estimate(NamedTuple):
    """A value and its 95 % interval."""

    value: float
    low: float
    high: float


def mean_interval(
    returns: NDArray[np.float64],
    lowest: float,
    highest: float,
    resamples: int,
    generator: np.random.Generator,
) -> tuple[float, float]:
    """95 % interval of the mean return over runs, by a method that suits their number.

    Args:
        returns: mean return of each run, [R].
        lowest: the lowest return there is, infinite where it is not known.
        highest: the highest one, likewise.
        resamples: of the draws behind it.
        generator: where the draws come from.
    """
    few = len(returns) < BOOTSTRAP_RUNS
    if len(returns) == 1 or (few and math.isinf(highest - lowest)):
        return NONE
    if few:
        return cautious_interval(returns, lowest, highest, resamples, generator)
    low, high = bootstrap_interval(returns, resamples, generator)
    return float(low), float(high)


def cautious_interval(
    values: NDArray[np.float64],
    lowest: float,
    highest: float,
    resamples: int,
    generator: np.random.Generator,
) -> tuple[float, float]:
    """95 % interval of a mean that holds for few values, whatever their distribution.

    Next to the values [R] it allows for one that was not seen: the lowest that is possible for the
    lower bound, the highest for the upper one. The R + 1 values get random weights (the spacings
    of R uniform numbers), and the bound is a percentile of the weighted means. For values that are
    all either lowest or highest it is the interval of Clopper and Pearson. (Gaffke, "Three test
    statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable",
    2005; Learned-Miller and Thomas, "A new confidence interval for the mean of a bounded random
    variable", 2019. That it covers the mean of every distribution is conjectured.)
    """
    ordered = np.sort(values)
    below, above = np.append(lowest, ordered), np.append(ordered, highest)
    cuts = np.sort(generator.random((resamples, len(values))), axis=1)
    weights = np.diff(cuts, axis=1, prepend=0.0, append=1.0)
    # As distances from what is possible, since the weights add up to one but for rounding.
    low = lowest + np.percentile((weights * (below - lowest)).sum(axis=1), 2.5)
    high = highest - np.percentile((weights * (highest - above)).sum(axis=1), 2.5)
    return float(low), float(high)


def median(values: NDArray[np.float64]) -> Estimate:
    """Estimate the median over runs [R]; infinite where half of the runs have no finite value.

    Its interval lies between two of the values, and holds whatever their distribution; fewer than
    six have none (David and Nagaraja, "Order statistics", 2003, section 7.1).
    """
    value = float(np.median(values))
    outside = _outside_the_median(len(values))
    if outside == 0:
        return Estimate(value, *NONE)
    ordered = np.sort(values)
    return Estimate(value, float(ordered[outside - 1]), float(ordered[-outside]))


@cache
def _outside_the_median(count: int) -> int:
    """Find k: from the k-th lowest of `count` values to the k-th highest holds the median in 95 %.

    The k-th lowest is above the median where fewer than k values are below it, each of which is
    with probability 1/2. So k is the largest number for which the sum of C(count, i), i < k, is at
    most 2.5 % of 2**count: whole numbers, which are exact.
    """
    k, ways, total = 0, 1, 1
    while 40 * total <= 1 << count:
        k += 1
        ways = ways * (count - k + 1) // k
        total += ways
    return k


def bootstrap_interval(
    values: NDArray[np.float64], resamples: int, generator: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """95 % percentile bootstrap interval of the mean over runs (Efron 1979).

    Args:
        values: [R] or [R, N]; runs are drawn with replacement, N columns keep their run together.
        resamples: how many times R runs are drawn.
        generator: where the draws come from.

    Returns:
        Lower and upper bound, [] or [N].
    """
    low, high = np.percentile(bootstrap_means(values, resamples, generator), [2.5, 97.5], axis=0)
    return low, high


def bootstrap_means(
    values: NDArray[np.float64], resamples: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Draw the runs of values [R] or [R, N] again and again; return each time's mean over runs."""
    drawn = draws(len(values), resamples, DRAWN_AT_ONCE // values.size, generator)
    return np.concatenate([values[some].mean(axis=1) for some in drawn])


def draws(
    runs: int, resamples: int, at_once: int, generator: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Draw as many runs as there are, with replacement, `resamples` times.

    Yields:
        Numbers of runs, [N, R], where N is `at_once` (one, where that is less) or what is left.
    """
    at_once = max(1, at_once)
    for first in range(0, resamples, at_once):
        yield generator.integers(0, runs, (min(at_once, resamples - first), runs))


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """95 % interval of a probability (Wilson, JASA 22(158), 1927); it holds near 0 and 1.

    A single trial has none.
    """
    if trials == 1:
        return NONE
    z2 = NORMAL_975 * NORMAL_975
    fraction = successes / trials
    centre = (fraction + z2 / (2 * trials)) / (1 + z2 / trials)
    spread = math.sqrt(fraction * (1 - fraction) / trials + z2 / (4 * trials * trials))
    half = NORMAL_975 * spread / (1 + z2 / trials)
    # At no success or no failure the bound is the limit itself, which rounding may miss.
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == trials else centre + half
    return low, high


def interquartile_mean(values: NDArray[np.float64]) -> float:
    """Mean of the middle half: a quarter of the values [R] dropped at either end, rounded down."""
    dropped = len(values) // 4
    return float(np.sort(values)[dropped : len(values) - dropped].mean())


def trailing_mean(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Mean of each value and those before it, `window` at most, along the last axis [..., N]."""
    sums = np.cumsum(values, axis=-1)
    earlier = np.zeros_like(sums)
    earlier[..., window:] = sums[..., :-window]
    counts = np.minimum(np.arange(1, values.shape[-1] + 1), window)
    return (sums - earlier) / counts


def student_quantile(probability: float, degrees: int) -> float:
    """Quantile of Student's t distribution, by its expansion about the normal one.

    Abramowitz and Stegun, "Handbook of mathematical functions", 26.7.5. Up to the quantile
    of 99.95 % it is right to 0.5 % from 5 degrees on, to 5 % with 3, to 17 % with 2; with one
    degree it is far too small.

    Args:
        probability: above 0 and below 1.
        degrees: of freedom, 1 or more.
    """
    x = NormalDist().inv_cdf(probability)
    terms = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92_160,
    )
    return x + sum(term / degrees**k for k, term in enumerate(terms, 1))
