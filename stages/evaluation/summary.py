"""An agent's test and training in numbers: what the page shows, and the few that are metrics."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.evaluation import planning
from stages.evaluation.comparison import p_value_of_change
from stages.evaluation.history import History
from stages.evaluation.statistics import interquartile_mean, mean_interval, wilson_interval
from stages.rl.engine.random_numbers import SHARED, Purpose, sequence
from stages.rl.interface.environment_spec import Dynamics
from stages.rl.interface.set_up import dynamics
from stages.rl.interface.task import Task


class Returns(NamedTuple):
    """Returns of test episodes: all of the trained policies', the first of the others'."""

    trained: NDArray[np.float64]  # [R, E]
    untrained: NDArray[np.float64]  # [R, E'], of the policies before training
    random: NDArray[np.float64]  # [R, E'], of random actions


def summarise(
    of: Returns, history: History, task: Task, resamples: int, seed: int
) -> dict[str, Any]:
    """Summarise an agent's test and training.

    Args:
        of: its returns.
        history: of its training.
        task: the environment.
        resamples: of the draws behind the interval of the mean return.
        seed: root of their stream.

    Returns:
        Numbers by name: returns with two decimals, those of a small environment with three,
        fractions with three, medians over runs without any. None where there is none: for a median
        that is infinite, for the bounds of a single run, for what counts as solved or perfect if
        nothing does, for an optimum that is not known. The p-values are of the difference between
        the mean return and that of the untrained policies, or that of random actions.
    """
    returns = of.trained
    means = returns.mean(axis=1)
    generator = np.random.default_rng(sequence(seed, SHARED, Purpose.BOOTSTRAP))
    lowest, highest, optimum = possible_returns(task)
    low, high = mean_interval(means, lowest, highest, resamples, generator)
    solved, solved_low, solved_high = math.nan, math.nan, math.nan
    if task.threshold is not None:
        solvers = int((means >= task.threshold).sum())
        solved = solvers / len(means)
        solved_low, solved_high = wilson_interval(solvers, len(means))
    perfect = math.nan
    if task.spec.perfection:
        perfect = float((returns == highest).all(axis=1).mean())
    of_returns = {
        "mean": means.mean(),
        "low": low,
        "high": high,
        "iqm": interquartile_mean(means),
        "worst": means.min(),
        "untrained": of.untrained.mean(),
        "random": of.random.mean(),
        "optimum": optimum,
    }
    p_values = {
        name: p_value_of_change(before.mean(axis=1), means, generator)
        for name, before in (("untrained", of.untrained), ("random", of.random))
    }
    of_runs = {
        "solved": solved,
        "solved_low": solved_low,
        "solved_high": solved_high,
        "perfect": perfect,
    }
    digits = 2 if max(abs(lowest), abs(highest)) > SMALL else 3
    return {
        "runs": len(means),
        "episodes": returns.shape[1],
        "return": {name: rounded(value, digits) for name, value in of_returns.items()},
        "fraction": {name: rounded(value, 3) for name, value in of_runs.items()},
        "p_value": {name: rounded(value, 4) for name, value in p_values.items()},
        "train": {
            "steps": round(history.steps.mean()),
            "validation_steps": round(history.validation_steps.mean()),
            "steps_to_first_solve": _median(history.steps_to_first_solve(task.threshold)),
            "steps_to_solve": _median(history.steps_to_solve(task.threshold)),
        },
    }


def metrics(summary: Mapping[str, Any]) -> dict[str, float | None]:
    """Choose the few numbers that DVC shows and compares; `solved` is a number of runs."""
    returns, solved, runs = summary["return"], summary["fraction"]["solved"], summary["runs"]
    return {
        "return": returns["mean"],
        "low": returns["low"],
        "high": returns["high"],
        "worst": returns["worst"],
        "runs": runs,
        "solved": None if solved is None else round(solved * runs),
        "steps_to_first_solve": summary["train"]["steps_to_first_solve"],
        "steps_to_solve": summary["train"]["steps_to_solve"],
    }


SMALL = 10.0  # returns up to this have a decimal more


def possible_returns(task: Task) -> tuple[float, float, float]:
    """Return the lowest and the highest return of an episode, and the optimum of the mean.

    Infinite where they are not known; the optimum is then NaN.
    """
    if task.spec.return_bounds is not None:
        return *task.spec.return_bounds(task.max_episode_steps), math.nan
    if task.spec.dynamics is Dynamics.TABLE:
        model = dynamics(task)
        return *planning.bounds(model, task.max_episode_steps), planning.optimum(
            model, task.max_episode_steps
        )
    return -math.inf, math.inf, math.nan


def rounded(value: float, digits: int) -> float | None:
    """Round a number; None where there is none, as JSON has no NaN."""
    return None if math.isnan(value) else round(float(value), digits)


def _median(values: NDArray[np.float64]) -> int | None:
    """Return the median over runs [R] as a whole number; None where it is infinite."""
    median = float(np.median(values))
    return round(median) if math.isfinite(median) else None
