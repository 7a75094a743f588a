"""Summaries over training runs, with their intervals.

The run is the unit: a run's episodes are averaged first, and statistics are taken over runs
(Agarwal et al., "Deep reinforcement learning at the edge of the statistical precipice", NeurIPS
2021; Colas, Sigaud and Oudeyer, "A hitchhiker's guide to statistical comparisons of reinforcement
learning algorithms", 2019).
"""

import math

import numpy as np
from numpy.typing import NDArray

NORMAL_975 = 1.959963984540054  # 97.5 % quantile of the standard normal distribution


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
    means = np.empty((resamples, *values.shape[1:]))
    for resample in range(resamples):
        drawn = generator.integers(0, len(values), len(values))
        means[resample] = values[drawn].mean(axis=0)
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    return low, high


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
