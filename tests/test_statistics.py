"""Intervals and means: literal values, published ones, and their coverage."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from stages.evaluation.statistics import (
    bootstrap_interval,
    cautious_interval,
    interquartile_mean,
    mean_interval,
    median,
    trailing_mean,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
        # Medicine 17, 1998, table I, method 3 (score, without continuity correction).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_interval_is_the_published_one(
    successes: int, trials: int, low: float, high: float
) -> None:
    assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(2, 10_000), st.data())
def test_wilson_interval_holds_the_fraction_and_mirrors(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))
    low, high = wilson_interval(successes, trials)
    assert 0.0 <= low <= successes / trials <= high <= 1.0
    assert wilson_interval(trials - successes, trials) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize("solved", [0, 1])
def test_a_single_run_has_no_interval(solved: int) -> None:
    one = np.array([500.0])
    for low, high in (
        wilson_interval(solved, 1),
        mean_interval(one, 1.0, 500.0, 100, np.random.default_rng(0)),
        median(one)[1:],
    ):
        assert math.isnan(low)
        assert math.isnan(high)


def test_two_perfect_runs_do_not_say_that_the_next_will_be_perfect() -> None:
    """Two draws of a fair weight for what was not seen: the larger is above 15.8 % in 97.5 %."""
    low, high = mean_interval(np.full(2, 500.0), 1.0, 500.0, 20_000, np.random.default_rng(0))
    assert low == pytest.approx(1.0 + 499.0 * math.sqrt(0.025), abs=4.0)
    assert high == 500.0


def test_from_ten_runs_on_the_interval_of_a_mean_is_the_bootstraps() -> None:
    def bounds(low: NDArray[np.float64], high: NDArray[np.float64]) -> tuple[float, float]:
        return float(low), float(high)

    def told(returns: NDArray[np.float64]) -> list[tuple[float, float]]:
        return [
            mean_interval(returns, 1.0, 500.0, 200, np.random.default_rng(0)),
            cautious_interval(returns, 1.0, 500.0, 200, np.random.default_rng(0)),
            bounds(*bootstrap_interval(returns, 200, np.random.default_rng(0))),
        ]

    nine, ten = told(np.linspace(300.0, 500.0, 9)), told(np.linspace(300.0, 500.0, 10))
    assert nine[0] == nine[1] != nine[2]
    assert ten[0] == ten[2] != ten[1]


@pytest.mark.parametrize("unknown", [(-math.inf, 0.0), (0.0, math.inf), (-math.inf, math.inf)])
def test_where_nobody_knows_what_is_possible_only_many_runs_have_an_interval(
    unknown: tuple[float, float],
) -> None:
    few, many = np.linspace(-9.0, 0.0, 9), np.linspace(-9.0, 0.0, 10)
    assert all(map(math.isnan, mean_interval(few, *unknown, 200, np.random.default_rng(0))))
    low, high = mean_interval(many, *unknown, 200, np.random.default_rng(0))
    assert -9.0 < low < -4.5 < high < 0.0


def collapsed(generator: np.random.Generator, runs: int) -> NDArray[np.float64]:
    """Returns as a search has them that trusts one episode: perfect, or far from it."""
    return np.where(generator.random(runs) < 0.8, 500.0, generator.uniform(1.0, 500.0, runs))


SHAPES: dict[str, Callable[[np.random.Generator, int], NDArray[np.float64]]] = {
    "normal": lambda generator, runs: generator.normal(250.0, 50.0, runs).clip(1.0, 500.0),
    "uniform": lambda generator, runs: generator.uniform(1.0, 500.0, runs),
    "collapsed": collapsed,
    "one in ten fails": lambda generator, runs: np.where(generator.random(runs) < 0.9, 500.0, 9.4),
    "one in two fails": lambda generator, runs: np.where(generator.random(runs) < 0.5, 500.0, 9.4),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("runs", [2, 3, 5, 9])
def test_an_interval_of_few_runs_holds_the_mean_whatever_the_shape(shape: str, runs: int) -> None:
    generator = np.random.default_rng(runs)
    truth = SHAPES[shape](generator, 1_000_000).mean()
    held = 0
    for _ in range(400):
        returns = SHAPES[shape](generator, runs)
        low, high = mean_interval(returns, 1.0, 500.0, 200, generator)
        assert 1.0 <= low <= returns.mean() <= high <= 500.0
        held += low <= truth <= high
    assert held >= 0.95 * 400


def test_an_interval_of_costs_is_that_of_rewards_moved_below_zero() -> None:
    rewards = np.array([120.0, 300.0, 480.0, 500.0])
    told = mean_interval(rewards, 1.0, 500.0, 2000, np.random.default_rng(0))
    moved = mean_interval(rewards - 501.0, -500.0, -1.0, 2000, np.random.default_rng(0))
    assert moved == pytest.approx((told[0] - 501.0, told[1] - 501.0))


def test_the_interval_of_a_median_lies_between_two_of_six_runs_or_more() -> None:
    assert median(np.array([4.0, 1.0, 3.0, 2.0, 6.0, 5.0])) == (3.5, 1.0, 6.0)
    assert all(map(math.isnan, median(np.arange(5.0))[1:]))
    assert median(np.arange(1.0, 31.0)) == (15.5, 10.0, 21.0)


def test_a_median_and_its_interval_stay_whole_when_some_runs_never_solve() -> None:
    assert median(np.full(7, 7.0)) == (7.0, 7.0, 7.0)
    assert median(np.array([10.0, 20.0, 30.0, 40.0, 50.0, np.inf])) == (35.0, 10.0, np.inf)
    assert median(np.full(6, np.inf)) == (np.inf, np.inf, np.inf)


@pytest.mark.parametrize("runs", [6, 10, 30])
def test_the_interval_of_a_median_holds_it_as_often_as_it_says(runs: int) -> None:
    values = np.random.default_rng(runs).normal(0.0, 1.0, (4000, runs))
    held = sum(told.low <= 0.0 <= told.high for told in map(median, values))
    # Whole runs give more than 95 %: 96.9, 97.9 and 95.7 %; 3 standard errors are at most 1 %.
    assert 0.947 <= held / 4000 <= 0.989


def test_bootstrap_interval_covers_the_mean_as_often_as_it_says() -> None:
    generator = np.random.default_rng(0)
    covered = 0
    for _ in range(400):
        low, high = bootstrap_interval(generator.normal(5.0, 2.0, 30), 500, generator)
        covered += bool(low <= 5.0 <= high)
    # A percentile interval of 30 values covers about 94 %; 400 trials tell it to within 2.4 %.
    assert 0.91 <= covered / 400 <= 0.97


def test_bootstrap_keeps_a_runs_columns_together() -> None:
    values = np.arange(20.0)
    both = np.stack([values, values + 100.0], axis=1)
    low, high = bootstrap_interval(both, 200, np.random.default_rng(1))
    assert low[1] - low[0] == pytest.approx(100.0)
    assert high[1] - high[0] == pytest.approx(100.0)
    assert low[0] < values.mean() < high[0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [([7.0], 7.0), ([1.0, 2.0, 3.0], 2.0), ([0.0, 4.0, 6.0, 1000.0], 5.0), ([9, 1, 5, 5, 2], 4.0)],
)
def test_interquartile_mean_drops_a_quarter_at_either_end(
    values: list[float], expected: float
) -> None:
    assert interquartile_mean(np.array(values)) == expected


@given(st.lists(st.integers(0, 500), min_size=1, max_size=40), st.integers(1, 50))
def test_trailing_mean_is_the_mean_of_a_slice(values: list[int], window: int) -> None:
    smooth = trailing_mean(np.array([values], np.float64), window)[0]
    for n in range(len(values)):
        assert smooth[n] == pytest.approx(np.mean(values[max(0, n - window + 1) : n + 1]))
