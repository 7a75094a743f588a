"""Significance: hardly ever among equal agents, on a whole page, and found where agents differ."""

import math
from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from stages.evaluation import comparison
from stages.evaluation.comparison import (
    equal_pairs,
    p_value_of_change,
    p_values,
    power,
    runs_needed,
    significant,
)

Runs = tuple[NDArray[np.float64], NDArray[np.float64]]  # returns and steps to solve, [R] each
Family = Callable[[np.random.Generator, int], Runs]


def generator() -> np.random.Generator:
    return np.random.default_rng(0)


def enumerated(scores: list[list[int]], first: int) -> list[float]:
    """Split the runs in every way there is, and count as the definition of minP says."""
    runs, kinds = len(scores), range(len(scores[0]))
    means = [sum(run[kind] for run in scores) / runs for kind in kinds]
    splits = list(combinations(range(runs), first))  # the observed one is the first
    off = [
        [abs(sum(scores[run][kind] - means[kind] for run in s)) for kind in kinds] for s in splits
    ]
    rare = [[sum(o[kind] >= each[kind] - 1e-9 for o in off) for kind in kinds] for each in off]
    return [sum(min(r) <= rare[0][kind] for r in rare) / len(splits) for kind in kinds]


@pytest.mark.parametrize(
    ("scores", "first"),
    [
        ([[1], [2], [3], [4], [5], [6]], 3),
        ([[9, 1], [9, 5], [8, 1], [7, 9], [3, 2], [3, 2], [1, 1]], 3),
        ([[5, 1, 0], [5, 2, 0], [5, 3, 0], [1, 9, 0], [1, 8, 0], [1, 7, 1], [2, 7, 1]], 4),
        ([[1, 1]] * 6, 2),
    ],
)
def test_the_permutation_test_is_that_of_every_split(scores: list[list[int]], first: int) -> None:
    found = p_values(np.array(scores), first, 100, generator())
    assert found == pytest.approx(enumerated(scores, first))


def test_of_splits_that_are_too_many_some_are_drawn() -> None:
    scores = np.array([[6, 0], [5, 3], [7, 1], [3, 2], [9, 4], [4, 9], [8, 7], [1, 5], [2, 6]])
    every = p_values(scores, 4, 126, generator())  # the number of all
    drawn = p_values(scores, 4, 125, generator())
    assert drawn.tolist() != every.tolist()
    # 125 draws and the observed split: 4 standard errors of a share at most.
    assert drawn == pytest.approx(every, abs=4 * 0.5 / math.sqrt(125))
    many = np.repeat([[0], [1]], 1000, axis=0)  # 66 parts, and no split is as far off as this one
    assert p_values(many, 1000, 1999, generator()).tolist() == [1 / 2000]


@pytest.mark.parametrize(
    ("agents", "pairs", "runs"),
    [
        (2, [1], 4),
        (3, [3, 1, 1], 5),
        (4, [6, 3, 3, 3, 2, 1], 5),
        (5, [10, 6, 6, 6, 6, 4, 4, 3, 2, 1], 6),  # Shaffer's table
    ],
)
def test_pairs_that_can_be_equal_and_the_runs_that_it_takes(
    agents: int, pairs: list[int], runs: int
) -> None:
    assert equal_pairs(agents) == pairs
    assert runs_needed(agents) == runs
    assert comparison.LEVEL / pairs[0] > 1 / (comparison.PERMUTATIONS + 1)


@pytest.mark.parametrize("agents", [2, 3, 4, 6])
def test_agents_of_which_each_run_is_better_differ_from_so_many_runs_on(agents: int) -> None:
    needed = runs_needed(agents)
    for runs in (needed - 1, needed):
        place = np.arange(float(runs))
        returns = [500.0 - 20.0 * n - place for n in range(agents)]
        steps = [100.0 * n + place for n in range(agents)]
        never = [np.full(runs, np.inf)] * agents
        everything, by_return = (significant(returns, of, generator()) for of in (steps, never))
        expected = runs >= needed
        assert set(everything.values()) == {(expected,) * 3}
        assert set(by_return.values()) == {(expected, expected, False)}


def normal(draws: np.random.Generator, runs: int) -> Runs:
    returns, steps = draws.normal([[400.0], [5000.0]], [[30.0], [900.0]], (2, runs))
    return returns, steps


def at_the_ceiling(draws: np.random.Generator, runs: int) -> Runs:
    """Half are perfect, some far from it; those also solve late or never."""
    luck = draws.random(runs)
    low, late = np.floor(draws.uniform([[200.0], [10.0]], [[500.0], [60.0]], (2, runs)))
    low[luck < 0.5], late[luck > 0.8] = 500.0, np.inf
    return low, late


def mostly_perfect(draws: np.random.Generator, runs: int) -> Runs:
    """One run in thirty is not perfect."""
    returns = np.where(draws.random(runs) < 29 / 30, 500.0, 490.42)
    return returns, draws.choice([50.0, 100.0, 150.0], runs)


def rate(family: Family, runs: int, better: list[float], pages: int) -> tuple[float, float]:
    """Return how often a page of agents finds something among equal ones, and power among others.

    Args:
        family: what the runs of an agent are drawn from.
        runs: of each agent.
        better: by how much the returns of each agent are higher.
        pages: drawn.
    """
    draws = np.random.default_rng(runs)
    false = true = 0.0
    for _ in range(pages):
        drawn = [family(draws, runs) for _ in better]
        returns = [of + more for (of, _), more in zip(drawn, better, strict=True)]
        found = significant(returns, [steps for _, steps in drawn], draws)
        equal = [any(v) for (a, b), v in found.items() if better[a] == better[b]]
        other = [v[0] for (a, b), v in found.items() if better[a] != better[b]]
        false += any(equal)
        true += sum(other) / max(1, len(other))
    return false / pages, true / pages


@pytest.fixture
def fewer_permutations(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test holds with any number of them; a thousand resolve a p-value of 0.05 / 15."""
    monkeypatch.setattr(comparison, "PERMUTATIONS", 999)


@pytest.mark.slow
@pytest.mark.usefixtures("fewer_permutations")
@pytest.mark.parametrize("family", [normal, at_the_ceiling, mostly_perfect])
@pytest.mark.parametrize("runs", [3, 5, 10, 30])
@pytest.mark.parametrize("agents", [2, 3, 4, 6])
def test_on_few_pages_of_equal_agents_anything_is_significant(
    agents: int, runs: int, family: Family
) -> None:
    """5% at most; of 400 pages, three standard errors more are 8.3%."""
    false, _ = rate(family, runs, [0.0] * agents, 400)
    assert false <= 0.083


@pytest.mark.slow
@pytest.mark.usefixtures("fewer_permutations")
@pytest.mark.parametrize(("agents", "expected"), [(3, 0.89), (4, 0.84), (6, 0.77)])
def test_the_power_that_the_page_states_is_that_of_simulation(agents: int, expected: float) -> None:
    """One agent is better by a standard deviation; the others still equal one another."""
    false, true = rate(normal, 30, [0.0] * (agents - 1) + [30.0], 200)
    assert power(30, agents, 1.0) == pytest.approx(expected, abs=0.005)
    assert true == pytest.approx(expected, abs=0.1)
    assert false <= 0.1  # three standard errors above 5%


@pytest.mark.parametrize(("high", "low"), [(500.0, 1.0), (0.001, 0.0), (1e15, -1e15)])
def test_sums_of_many_runs_are_exact(
    high: float, low: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole numbers of 64 bits hold them, whatever the size of the returns."""
    monkeypatch.setattr(comparison, "PERMUTATIONS", 20)
    good, bad = np.full(100_000, high), np.full(100_000, low)
    assert significant((good, bad), (bad, good), generator())[0, 1] == (True, True, True)
    assert significant((good, good), (good, good), generator())[0, 1] == (False, False, False)


def test_a_change_is_tested_by_the_means_of_the_runs() -> None:
    """With 5 runs the bounds of a mean are as wide as what is possible; the test is not."""
    before, after = np.full(5, -200.0), np.array([7.9, 8.1, 7.7, 7.8, 7.9])
    assert p_value_of_change(before, after, generator()) == pytest.approx(2 / math.comb(10, 5))
    assert p_value_of_change(before, before, generator()) == 1.0
