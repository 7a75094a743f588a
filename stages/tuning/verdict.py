"""The best of a search, beside the present settings, on runs that the search has not seen.

Who is best of many had luck as well. So the best few are tried again on further runs, which choose
one of them; and that one is judged on runs by which nothing was chosen.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from stages.rl.judge.comparison import difference_of_means
from stages.rl.judge.statistics import Estimate, mean_interval
from stages.rl.judge.summary import possible_returns
from stages.tuning.study import RUNGS, Search
from stages.tuning.trials import SEEDS, Outcome, Runs, cost, mean_cost

FEW = 5
CHOOSING = range(RUNGS[-1], RUNGS[-1] + 20)  # runs that choose among them
JUDGING = range(CHOOSING.stop, CHOOSING.stop + 30)
RESAMPLES = 10_000  # behind an interval


class Candidate(NamedTuple):
    """Settings, and what came of them."""

    number: int  # of the trial; 0 for the present ones
    settings: Any
    outcomes: list[Outcome]  # [R]


class Verdict(NamedTuple):
    """What a search has found."""

    few: list[Candidate]  # the present settings, then the best few, on the runs that choose
    judged: list[Candidate]  # the present ones and the chosen, on the others; or nobody was chosen
    better: bool  # whether the chosen ones cost less in the mean, beyond chance


def judge(search: Search, runs: Runs) -> Verdict:
    """Try the best few again, choose, and judge."""
    numbered = [(0, search.settings), *search.best(FEW)]
    outcomes = runs.outcomes([settings for _, settings in numbered], CHOOSING, "the best few")
    few = [Candidate(*one, of) for one, of in zip(numbered, outcomes, strict=True)]
    chosen = min(few, key=lambda candidate: mean_cost(candidate.outcomes))
    if chosen is few[0]:
        return Verdict(few, [], better=False)
    both = [few[0], chosen]
    outcomes = runs.outcomes([one.settings for one in both], JUDGING, "now and found")
    judged = [one._replace(outcomes=of) for one, of in zip(both, outcomes, strict=True)]
    return Verdict(few, judged, better=difference(cost, judged).high < 0.0)


def generator() -> np.random.Generator:
    """Return where the draws behind an interval come from: what is shown is the same every time."""
    return np.random.default_rng(SEEDS)


def returns(outcomes: Sequence[Outcome], runs: Runs) -> Estimate:
    """Estimate the mean return over runs."""
    of = np.array([one.mean_return for one in outcomes])
    lowest, highest, _ = possible_returns(runs.trainer.task)
    return Estimate(of.mean(), *mean_interval(of, lowest, highest, RESAMPLES, generator()))


def steps(outcomes: Sequence[Outcome]) -> Estimate:
    """Estimate the mean of the steps over runs."""
    of = np.array([float(one.steps) for one in outcomes])
    return Estimate(of.mean(), *mean_interval(of, -np.inf, np.inf, RESAMPLES, generator()))


def difference(of: Callable[[Outcome], float], judged: Sequence[Candidate]) -> Estimate:
    """Estimate how much more of something the chosen settings come to, in the mean over runs."""
    now, then = (np.array([float(of(one)) for one in some.outcomes]) for some in judged)
    return difference_of_means(then, now, RESAMPLES, generator())
