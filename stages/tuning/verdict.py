"""The best of a search, beside the present settings, on runs that the search has not seen.

Who is best of many had luck as well. So the best few are tried again on further runs, which choose
one of them; and that one is judged on runs by which nothing was chosen.
"""

from math import inf
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.evaluation.comparison import difference_of_means, significant
from stages.evaluation.statistics import Estimate, mean_interval
from stages.tuning.study import RUNGS, Search
from stages.tuning.trials import SEEDS, Outcome, Runs, mean_cost

FEW = 5
CHOOSING = range(RUNGS[-1], RUNGS[-1] + 20)  # runs that choose among them
JUDGING = range(CHOOSING.stop, CHOOSING.stop + 30)
RESAMPLES = 10_000  # behind an interval


class Candidate(NamedTuple):
    """Settings, and what came of them."""

    number: int  # of the trial; 0 for the present ones
    settings: Any
    outcomes: list[Outcome]  # [R]

    @property
    def solved(self) -> int:
        """Count the runs that solve."""
        return sum(one.solved for one in self.outcomes)

    def returns(self) -> NDArray[np.float64]:
        """Return the mean return of each run, [R]."""
        return np.array([one.mean_return for one in self.outcomes])

    def steps(self) -> NDArray[np.float64]:
        """Return the steps of each run, [R]."""
        return np.array([float(one.steps) for one in self.outcomes])


class Verdict(NamedTuple):
    """What a search has found."""

    few: list[Candidate]  # the present settings, then the best few, on the runs that choose
    judged: list[Candidate]  # the present ones and the chosen, on the others; or nobody was chosen
    gains: list[str]  # what the chosen ones have over the present ones, beyond chance
    losses: list[str]  # and what they lack

    @property
    def better(self) -> bool:
        """Say whether something is gained and nothing lost."""
        return bool(self.gains) and not self.losses


def judge(search: Search, runs: Runs) -> Verdict:
    """Try the best few again, choose, and judge."""
    numbered = [(0, search.settings), *search.best(FEW)]
    outcomes = runs.outcomes([settings for _, settings in numbered], CHOOSING, "the best few")
    few = [Candidate(*one, of) for one, of in zip(numbered, outcomes, strict=True)]
    chosen = min(few, key=lambda candidate: mean_cost(candidate.outcomes))
    if chosen is few[0]:
        return Verdict(few, [], [], [])
    both = [few[0], chosen]
    outcomes = runs.outcomes([one.settings for one in both], JUDGING, "now and found")
    judged = [one._replace(outcomes=of) for one, of in zip(both, outcomes, strict=True)]
    return Verdict(few, judged, *compared(*judged))


def compared(now: Candidate, then: Candidate) -> tuple[list[str], list[str]]:
    """Say what is gained and what is lost, by the comparisons of the report (`significant`).

    That runs which solve have become fewer is a loss, by chance or not.
    """
    returns, steps = (then.returns(), now.returns()), (then.steps(), now.steps())
    by_mean, by_rank, by_steps = significant(returns, steps, RESAMPLES, generator())
    gained = returns[0].mean() - returns[1].mean() if by_mean else above(*returns)
    gains: list[str] = []
    losses: list[str] = []
    if by_mean or by_rank:
        (gains if gained > 0 else losses).append(f"a {'higher' if gained > 0 else 'lower'} return")
    if by_steps:
        fewer = above(*steps) < 0
        (gains if fewer else losses).append(f"{'fewer' if fewer else 'more'} steps")
    if then.solved < now.solved:
        losses.append("fewer runs that solve")
    return gains, losses


def above(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return how much likelier one of the first [R] is above one of the second than below it."""
    return float(np.sign(first[:, np.newaxis] - second).mean())


def generator() -> np.random.Generator:
    """Return where the draws behind an interval come from: what is shown is the same every time."""
    return np.random.default_rng(SEEDS)


def mean(values: NDArray[np.float64], lowest: float = -inf, highest: float = inf) -> Estimate:
    """Estimate the mean over runs of values [R], which lie within bounds."""
    return Estimate(values.mean(), *mean_interval(values, lowest, highest, RESAMPLES, generator()))


def difference(then: NDArray[np.float64], now: NDArray[np.float64]) -> Estimate:
    """Estimate by how much the mean over runs has grown."""
    return difference_of_means(then, now, RESAMPLES, generator())
