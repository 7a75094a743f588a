"""The metrics of an agent: its test and its training in a few numbers."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.rl.arrays import require
from stages.rl.environments import ENVIRONMENTS
from stages.rl.seeding import Agent, Purpose, sequence
from stages.rl.statistics import (
    bootstrap_interval,
    episodes_to_solve,
    interquartile_mean,
    wilson_interval,
)


def check_history(history: dict[str, NDArray[Any]], runs: int) -> None:
    """Raise ValueError unless `scored_after`, `scores` [R, K] and `steps` [R] are of R runs."""
    require("scored_after", history["scored_after"], np.int32, 2)
    require("scores", history["scores"], np.float64, 2)
    require("steps", history["steps"], np.int64, 1)
    shapes = [history[name].shape for name in ("scored_after", "scores", "steps")]
    if shapes[0] != shapes[1] or {shape[0] for shape in shapes} != {runs}:
        held = ", ".join(map(str, shapes))
        raise ValueError(f"scored_after, scores and steps of shapes {held}, not of {runs} runs")


def summarise(
    returns: NDArray[np.int32],
    random_returns: NDArray[np.int32],
    history: dict[str, NDArray[Any]],
    env_id: str,
    resamples: int,
    seed: int,
) -> dict[str, float | int | None]:
    """Summarise an agent's test and training.

    Args:
        returns: of the test episodes, [R, E].
        random_returns: of the random policy on the same starts, [R, E].
        history: `scored_after`, `scores` [R, K] and `steps` [R] of its training.
        env_id: the environment, which sets the limit and the threshold.
        resamples: of the bootstrap over runs.
        seed: root of the bootstrap's stream.

    Returns:
        Metrics by name, rounded to four decimals; None for a median that is infinite.
    """
    limit, threshold = ENVIRONMENTS[env_id]
    means = returns.mean(axis=1)
    generator = np.random.default_rng(sequence(seed, Agent.NOBODY, Purpose.BOOTSTRAP))
    low, high = bootstrap_interval(means, resamples, generator)
    solved = int((means >= threshold).sum())
    solved_low, solved_high = wilson_interval(solved, len(means))
    to_solve = episodes_to_solve(history["scored_after"], history["scores"], threshold)
    metrics = {
        "mean_return": means.mean(),
        "mean_return_low": low,
        "mean_return_high": high,
        "iqm_return": interquartile_mean(means),
        "median_return": np.median(means),
        "min_run_return": means.min(),
        "solved_fraction": solved / len(means),
        "solved_low": solved_low,
        "solved_high": solved_high,
        "perfect_fraction": (returns == limit).all(axis=1).mean(),
        "random_mean_return": random_returns.mean(),
        "train_env_steps": history["steps"].mean(),
        "train_episodes_to_solve": np.median(to_solve),
    }
    rounded = {name: round(float(value), 4) for name, value in metrics.items()}
    finite = {name: value if math.isfinite(value) else None for name, value in rounded.items()}
    return {"runs": len(means), "episodes": returns.shape[1], **finite}
