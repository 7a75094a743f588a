"""Summaries over training runs, with their intervals.

The run is the unit: a run's episodes are averaged first, and statistics are taken over runs
(Agarwal et al., "Deep reinforcement learning at the edge of the statistical precipice", NeurIPS
2021; Colas, Sigaud and Oudeyer, "A hitchhiker's guide to statistical comparisons of reinforcement
learning algorithms", 2019).
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

NORMAL_975 = 1.959963984540054  # 97.5 % quantile of the standard normal distribution
DRAWN_AT_ONCE = 1_000_000  # values, so that memory stays small


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
    """95 % interval of a probability (Wilson, JASA 22(158), 1927); it holds near 0 and 1."""
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
