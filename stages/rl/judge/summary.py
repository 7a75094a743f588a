"""The metrics of an agent: its test and its training in a few numbers."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.rl.environments import ENVIRONMENTS
from stages.rl.history import History
from stages.rl.seeding import Agent, Purpose, sequence
from stages.rl.statistics import interquartile_mean, mean_interval, wilson_interval


def summarise(
    returns: NDArray[np.int32],
    untrained_returns: NDArray[np.int32],
    random_returns: NDArray[np.int32],
    history: History,
    env_id: str,
    resamples: int,
    seed: int,
) -> dict[str, Any]:
    """Summarise an agent's test and training.

    Args:
        returns: of the test episodes, [R, E].
        untrained_returns: of the policies before training, on the same starts, [R, E].
        random_returns: of the random policy on the same starts, [R, E].
        history: of its training.
        env_id: the environment, which sets the limit and the threshold.
        resamples: of the draws behind the interval of the mean return.
        seed: root of their stream.

    Returns:
        Metrics by name: returns with two decimals, fractions with three, medians over runs without
        any; None for a median that is infinite, and for the bounds of a single run, which has no
        interval.
    """
    limit, threshold = ENVIRONMENTS[env_id]
    means = returns.mean(axis=1)
    generator = np.random.default_rng(sequence(seed, Agent.NOBODY, Purpose.BOOTSTRAP))
    low, high = mean_interval(means, limit, resamples, generator)
    solved = int((means >= threshold).sum())
    solved_low, solved_high = wilson_interval(solved, len(means))
    of_returns = {
        "mean": means.mean(),
        "low": low,
        "high": high,
        "iqm": interquartile_mean(means),
        "median": np.median(means),
        "worst": means.min(),
        "untrained": untrained_returns.mean(),
        "random": random_returns.mean(),
    }
    of_runs = {
        "solved": solved / len(means),
        "solved_low": solved_low,
        "solved_high": solved_high,
        "perfect": (returns == limit).all(axis=1).mean(),
    }
    return {
        "runs": len(means),
        "episodes": returns.shape[1],
        "return": {name: _rounded(value, 2) for name, value in of_returns.items()},
        "fraction": {name: _rounded(value, 3) for name, value in of_runs.items()},
        "train": {
            "steps": round(history.steps.mean()),
            "episodes_to_solve": _median(history.episodes_to_solve(threshold)),
            "steps_to_solve": _median(history.steps_to_solve(threshold)),
        },
    }


def _rounded(value: float, digits: int) -> float | None:
    """Round a number; None where there is none, as JSON has no NaN."""
    return None if math.isnan(value) else round(float(value), digits)


def _median(values: NDArray[np.float64]) -> int | None:
    """Return the median over runs [R] as a whole number; None where it is infinite."""
    median = float(np.median(values))
    return round(median) if math.isfinite(median) else None
