"""Two agents compared: pairs counted one by one, coverage, and runs that never solve."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from stages.evaluation.comparison import difference_of_means, probability_of_improvement

values = st.lists(st.sampled_from([1.0, 2.0, 3.0, 475.5, np.inf]), min_size=1, max_size=12)


def of(*numbers: float) -> NDArray[np.float64]:
    return np.array(numbers)


def generator() -> np.random.Generator:
    return np.random.default_rng(0)


def counted(first: list[float], second: list[float]) -> float:
    """Count pair by pair."""
    scores = [1.0 if a > b else 0.5 if a == b else 0.0 for a in first for b in second]
    return sum(scores) / len(scores)


@given(values, values)
def test_the_probability_of_improvement_counts_pairs(
    first: list[float], second: list[float]
) -> None:
    told = probability_of_improvement(of(*first), of(*second), 50, generator())
    assert told.value == pytest.approx(counted(first, second))
    assert 0.0 <= told.low <= told.high <= 1.0 or min(len(first), len(second)) < 10
    other_way = probability_of_improvement(of(*second), of(*first), 50, generator())
    assert told.value + other_way.value == pytest.approx(1.0)


def test_the_interval_of_an_improvement_is_that_of_pairs_counted_in_every_resample() -> None:
    first = of(1.0, 4.0, 4.0, 6.0, 6.0, 7.0, 8.0, 8.0, 9.0, 9.0, 9.0)
    second = of(2.0, 4.0, 5.0, 5.0, 5.0, 6.0, 6.0, 9.0, 9.0, 9.0)
    draws = generator()
    mine, others = draws.integers(0, 11, (500, 11)), draws.integers(0, 10, (500, 10))
    oracle = [counted(list(first[a]), list(second[b])) for a, b in zip(mine, others, strict=True)]
    told = probability_of_improvement(first, second, 500, generator())
    assert (told.low, told.high) == pytest.approx(tuple(np.percentile(oracle, [2.5, 97.5])))


def test_agents_that_are_alike_are_told_so() -> None:
    perfect = np.full(30, 500.0)
    assert difference_of_means(perfect, perfect, 100, generator()) == (0.0, 0.0, 0.0)
    assert probability_of_improvement(perfect, perfect, 100, generator()) == (0.5, 0.5, 0.5)


def test_an_agent_that_never_solves_is_the_later_one() -> None:
    never, soon = np.full(10, np.inf), np.full(10, 100.0)
    assert probability_of_improvement(never, soon, 100, generator()) == (1.0, 1.0, 1.0)
    assert probability_of_improvement(never, never, 100, generator()) == (0.5, 0.5, 0.5)


def test_a_difference_is_that_of_the_means() -> None:
    told = difference_of_means(np.full(12, 450.0), np.full(11, 300.0), 100, generator())
    assert told == (150.0, 150.0, 150.0)


@pytest.mark.parametrize("runs", [1, 2, 9])
def test_with_fewer_than_ten_runs_a_comparison_has_no_interval(runs: int) -> None:
    few, many = np.arange(float(runs)), np.arange(30.0)
    for first, second in ((few, many), (many, few)):
        for compare in (difference_of_means, probability_of_improvement):
            told = compare(first, second, 100, generator())
            assert math.isfinite(told.value)
            assert math.isnan(told.low)
            assert math.isnan(told.high)


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    """Normal values one apart: the probability is Phi(1 / sqrt 2) (Agarwal et al., 4.3)."""
    draws = np.random.default_rng(1)
    truth = 0.5 * (1 + math.erf(0.5))
    covered = np.zeros(2)
    for _ in range(300):
        first, second = draws.normal(1.0, 1.0, 30), draws.normal(0.0, 1.0, 30)
        for place, (told, true) in enumerate(
            (
                (difference_of_means(first, second, 400, draws), 1.0),
                (probability_of_improvement(first, second, 400, draws), truth),
            )
        ):
            covered[place] += told.low <= true <= told.high
    # 95 % and less, as the bootstrap is a little narrow at 30 runs; 5 standard errors are 6 %.
    assert (covered / 300 > 0.88).all()
    assert (covered / 300 < 0.995).all()
