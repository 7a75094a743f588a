"""The project's own statistics beside those of SciPy and statsmodels, which no stage imports."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from stages.evaluation.comparison import difference_of_means, p_values, probability_of_improvement
from stages.evaluation.statistics import (
    bootstrap_interval,
    cautious_interval,
    interquartile_mean,
    median,
    student_quantile,
    wilson_interval,
)

returns = st.integers(-50_000, 50_000).map(lambda hundredths: hundredths / 100)


def some(elements: st.SearchStrategy[float], least: int = 1) -> st.SearchStrategy[Any]:
    """Draw values of runs; often many are alike, as at a ceiling."""
    elements = st.sampled_from([500.0, 9.0]) | elements
    return st.lists(elements, min_size=least, max_size=40).map(np.array)


@given(st.integers(2, 100_000), st.data())
def test_the_wilson_interval_is_that_of_statsmodels(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))
    expected = proportion_confint(successes, trials, method="wilson")
    assert wilson_interval(successes, trials) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@given(some(returns))
def test_the_interquartile_mean_is_scipys_trimmed_one(values: NDArray[np.float64]) -> None:
    assert interquartile_mean(values) == pytest.approx(stats.trim_mean(values, 0.25), abs=1e-9)


@given(some(returns, 10), st.integers(0, 1000))
def test_the_bootstrap_interval_is_scipys(values: NDArray[np.float64], seed: int) -> None:
    """From the same draws."""
    expected = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=200,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    told = bootstrap_interval(values, 200, np.random.default_rng(seed))
    assert told == pytest.approx(tuple(expected), abs=1e-9)


def apart(first: NDArray[np.float64], second: NDArray[np.float64], axis: int = -1) -> Any:
    return first.mean(axis=axis) - second.mean(axis=axis)


@given(some(returns, 10), some(returns, 10), st.integers(0, 1000))
def test_the_interval_of_a_difference_is_scipys(
    first: NDArray[np.float64], second: NDArray[np.float64], seed: int
) -> None:
    expected = stats.bootstrap(
        (first, second),
        apart,
        n_resamples=200,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    told = difference_of_means(first, second, 200, np.random.default_rng(seed))
    assert told == pytest.approx((apart(first, second), *expected), rel=1e-12, abs=1e-9)


@given(some(returns | st.just(math.inf)), some(returns | st.just(math.inf)))
def test_the_probability_of_improvement_is_the_mann_whitney_u_over_the_pairs(
    first: NDArray[np.float64], second: NDArray[np.float64]
) -> None:
    u = stats.mannwhitneyu(first, second, method="asymptotic").statistic
    told = probability_of_improvement(first, second, 1, np.random.default_rng(0))
    assert told.value == pytest.approx(u / (len(first) * len(second)))


@pytest.mark.parametrize("runs", [*range(1, 101), 1000])
def test_the_interval_of_a_median_is_that_of_scipys_quantile_test(runs: int) -> None:
    values = np.random.default_rng(runs).normal(size=runs)
    expected = stats.quantile_test(values, q=0.0, p=0.5).confidence_interval(0.95)
    told = median(values)
    assert [told.low, told.high] == pytest.approx([expected.low, expected.high], nan_ok=True)


@pytest.mark.parametrize("runs", range(1, 10))
def test_the_interval_of_few_runs_that_are_best_or_worst_is_that_of_clopper_and_pearson(
    runs: int,
) -> None:
    for best in range(runs + 1):
        values = np.repeat([0.0, 1.0], [runs - best, best])
        told = cautious_interval(values, 0.0, 1.0, 40_000, np.random.default_rng(best))
        expected = proportion_confint(best, runs, method="beta")
        # The percentile of 40,000 draws: its standard error is below 0.0025 for these counts.
        assert told == pytest.approx(expected, abs=0.01)


small = st.lists(st.integers(0, 9), min_size=2, max_size=6)


@given(small, small)
def test_the_permutation_test_of_one_score_is_scipys(first: list[int], second: list[int]) -> None:
    """SciPy deals the runs in every way there is."""
    assume(len({*first, *second}) > 1)
    expected = stats.permutation_test(
        (first, second), lambda a, b: abs(np.mean(a) - np.mean(b)), alternative="greater"
    ).pvalue
    scores = np.array([*first, *second])[:, np.newaxis]
    (told,) = p_values(scores, len(first), 10_000, np.random.default_rng(0))
    assert told == pytest.approx(expected)


@given(st.floats(0.5, 0.9995), st.integers(5, 100_000))
def test_the_quantile_of_students_distribution_is_scipys(chance: float, degrees: int) -> None:
    assert student_quantile(chance, degrees) == pytest.approx(
        stats.t.ppf(chance, degrees), rel=5.2e-3, abs=1e-9
    )
