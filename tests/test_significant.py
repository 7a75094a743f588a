"""Verdicts: two samples of one agent are rarely told apart, those of agents that differ are."""

import math
from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from stages.evaluation.comparison import (
    p_values,
    significant,
)


def generator() -> np.random.Generator:
    return np.random.default_rng(0)


def enumerated(scores: list[list[int]], first: int) -> list[float]:
    """Deal the runs in every way there is, and count as the definition of minP says."""
    runs, kinds = len(scores), range(len(scores[0]))
    means = [sum(run[kind] for run in scores) / runs for kind in kinds]
    deals = list(combinations(range(runs), first))  # the observed one is the first
    off = [
        [abs(sum(scores[run][kind] - means[kind] for run in d)) for kind in kinds] for d in deals
    ]
    rare = [[sum(o[kind] >= each[kind] - 1e-9 for o in off) for kind in kinds] for each in off]
    return [sum(min(r) <= rare[0][kind] for r in rare) / len(deals) for kind in kinds]


@pytest.mark.parametrize(
    ("scores", "first"),
    [
        ([[1], [2], [3], [4], [5], [6]], 3),
        ([[9, 1], [9, 5], [8, 1], [7, 9], [3, 2], [3, 2], [1, 1]], 3),
        ([[5, 1, 0], [5, 2, 0], [5, 3, 0], [1, 9, 0], [1, 8, 0], [1, 7, 1], [2, 7, 1]], 4),
        ([[1, 1]] * 6, 2),
    ],
)
def test_the_permutation_test_is_that_of_every_deal(scores: list[list[int]], first: int) -> None:
    assert p_values(np.array(scores), first, 100, generator()) == pytest.approx(
        enumerated(scores, first)
    )


def test_of_deals_that_are_too_many_some_are_drawn() -> None:
    scores = np.array([[6, 0], [5, 3], [7, 1], [3, 2], [9, 4], [4, 9], [8, 7], [1, 5], [2, 6]])
    every = p_values(scores, 4, 126, generator())  # the number of all
    drawn = p_values(scores, 4, 125, generator())
    assert drawn.tolist() != every.tolist()
    # 125 draws and the observed deal: 4 standard errors of a share at most.
    assert drawn == pytest.approx(every, abs=4 * 0.5 / math.sqrt(125))


def test_a_p_value_does_not_depend_on_which_agent_is_the_first() -> None:
    scores = np.array([[0, 3], [1, 1], [2, 2], [7, 9], [8, 8], [9, 7]])
    told = p_values(scores, 3, 5000, generator())
    assert p_values(scores[::-1], 3, 5000, generator()).tolist() == told.tolist()
    assert told.tolist() == [0.1, 0.1]  # 2 of the 20 deals: as it is, and the other way round


def test_of_deals_too_many_to_hold_at_once_none_is_lost() -> None:
    """2,000 runs make 66 parts of the draws; no deal of unlike runs is as far off as this one."""
    scores = np.repeat([[0], [1]], 1000, axis=0)
    assert p_values(scores, 1000, 1999, generator()).tolist() == [1 / 2000]


Pair = tuple[NDArray[np.float64], NDArray[np.float64]]


def normal(draws: np.random.Generator, runs: int) -> Pair:
    returns, steps = draws.normal([[400.0], [5000.0]], [[30.0], [900.0]], (2, runs))
    return returns, steps


def at_the_ceiling(draws: np.random.Generator, runs: int) -> Pair:
    """Half are perfect, some far from it; those also solve late or never."""
    luck = draws.random(runs)
    low, late = np.floor(draws.uniform([[200.0], [10.0]], [[500.0], [60.0]], (2, runs)))
    low[luck < 0.5], late[luck > 0.8] = 500.0, np.inf
    return low, late


def mostly_perfect(draws: np.random.Generator, runs: int) -> Pair:
    """As the README's table has it: one run in thirty is not perfect."""
    returns = np.where(draws.random(runs) < 29 / 30, 500.0, 490.42)
    return returns, draws.choice([50.0, 100.0, 150.0], runs)


def hopeless(draws: np.random.Generator, runs: int) -> Pair:
    return 9.0 + draws.integers(0, 50, runs) / 100, np.full(runs, np.inf)


SHAPES: list[Callable[[np.random.Generator, int], Pair]] = [
    normal,
    at_the_ceiling,
    mostly_perfect,
    hopeless,
]
SAMPLES = 1000


def rate(shape: Callable[[np.random.Generator, int], Pair], runs: int) -> float:
    """How often two samples of one agent are told apart, by any of the three comparisons."""
    draws = np.random.default_rng(runs)
    apart = 0
    for _ in range(SAMPLES):
        (returns, steps), (others, other_steps) = shape(draws, runs), shape(draws, runs)
        apart += any(significant((returns, others), (steps, other_steps), 99, draws))
    return apart / SAMPLES


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("runs", [1, 2, 3, 5, 10, 30])
def test_two_samples_of_the_same_agent_are_rarely_told_apart(
    shape: Callable[[np.random.Generator, int], Pair], runs: int
) -> None:
    assert rate(shape, runs) <= (0.06 if runs > 3 else 0.0)


@pytest.mark.parametrize(("runs", "least"), [(5, 0.2), (10, 0.7), (30, 0.99)])
def test_agents_that_differ_are_told_apart(runs: int, least: float) -> None:
    """One learns what the other does not, by one and a half standard deviations."""
    draws = np.random.default_rng(runs)
    by_return = by_steps = 0
    for _ in range(200):
        (returns, steps), (others, other_steps) = normal(draws, runs), normal(draws, runs)
        told = significant((returns + 45.0, others), (steps, other_steps), 199, draws)
        by_return += told[0]
        by_steps += told[2]
    assert by_return / 200 >= least
    assert by_steps / 200 <= 0.06  # the comparison in which they are alike does not say so


@pytest.mark.parametrize("runs", [4, 5, 30])
def test_agents_that_nothing_joins_are_told_apart_from_four_runs_on(runs: int) -> None:
    good, bad = 500.0 - np.arange(float(runs)), 100.0 + np.arange(float(runs))
    soon, never = np.full(runs, 100.0), np.full(runs, np.inf)
    assert significant((good, bad), (soon, never), 1000, generator()) == (True, True, True)
    assert significant((bad, good), (never, soon), 1000, generator()) == (True, True, True)
    assert significant((good, bad), (never, never), 1000, generator()) == (True, True, False)


@pytest.mark.parametrize("runs", [1, 2, 3])
def test_no_agents_are_told_apart_by_three_runs(runs: int) -> None:
    good, bad = np.full(runs, 500.0), np.full(runs, 9.0)
    told = significant((good, bad), (np.full(runs, 50.0), np.full(runs, np.inf)), 1000, generator())
    assert told == (False, False, False)


@pytest.mark.slow
@pytest.mark.parametrize(("high", "low"), [(500.0, 1.0), (0.001, 0.0), (1e15, -1e15)])
def test_sums_of_a_hundred_thousand_runs_are_exact(high: float, low: float) -> None:
    """Whole numbers of 64 bits hold them, whatever the size of the returns."""
    good, bad = np.full(100_000, high), np.full(100_000, low)
    assert significant((good, bad), (bad, good), 20, generator()) == (True, True, True)
    assert significant((good, good), (good, good), 20, generator()) == (False, False, False)


@pytest.mark.parametrize(("factor", "shift"), [(1e-3, 0.0), (1.0, -501.0), (1e9, 1e9)])
def test_a_verdict_does_not_depend_on_the_scale_of_the_returns(factor: float, shift: float) -> None:
    draws = np.random.default_rng(3)
    for _ in range(20):
        (returns, steps), (others, other_steps) = normal(draws, 8), normal(draws, 8)
        told = significant((returns + 30.0, others), (steps, other_steps), 99, generator())
        moved = (returns + 30.0) * factor + shift, others * factor + shift
        assert significant(moved, (steps, other_steps), 99, generator()) == told


def test_where_nothing_counts_as_solved_the_returns_are_judged_as_ever() -> None:
    place, never = np.arange(5.0), np.full(5, np.inf)
    told = significant((-13.0 - place, -500.0 - place), (never, never), 1000, generator())
    assert told == (True, True, False)
