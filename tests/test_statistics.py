"""Intervals and summaries: literal values, published ones, and their coverage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.rl.statistics import (
    bootstrap_interval,
    episodes_to_solve,
    interquartile_mean,
    trailing_mean,
    wilson_interval,
)
from stages.rl.summary import summarise


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


@given(st.integers(1, 10_000), st.data())
def test_wilson_interval_holds_the_fraction_and_mirrors(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))
    low, high = wilson_interval(successes, trials)
    assert 0.0 <= low <= successes / trials <= high <= 1.0
    assert wilson_interval(trials - successes, trials) == pytest.approx((1 - high, 1 - low))


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


def test_episodes_to_solve_is_the_first_that_led_to_a_solving_policy() -> None:
    scored_after = np.array([[40, 80, 120], [40, 80, 120], [90, 7, 300]])
    scores = np.array([[100.0, 475.0, 500.0], [0.0, 474.9, 0.0], [500.0, 480.0, 100.0]])
    assert episodes_to_solve(scored_after, scores, 475.0).tolist() == [80.0, np.inf, 7.0]


def history(scores: list[list[float]], steps: list[int]) -> dict[str, np.ndarray]:
    runs, checkpoints = len(scores), len(scores[0])
    return {
        "scored_after": np.tile(np.arange(1, checkpoints + 1) * 10, (runs, 1)),
        "scores": np.array(scores),
        "steps": np.array(steps),
    }


def test_metrics_of_four_runs_done_by_hand() -> None:
    returns = np.array([[500, 500], [500, 450], [400, 400], [500, 500]])
    random_returns = np.array([[20, 30], [20, 30], [20, 30], [20, 30]])
    training = history([[100.0, 500.0], [475.0, 0.0], [0.0, 0.0], [0.0, 480.0]], [1, 2, 3, 6])
    metrics = summarise(returns, random_returns, training, "CartPole-v1", 1000, 0)
    low, high = metrics.pop("mean_return_low"), metrics.pop("mean_return_high")
    assert 400.0 <= low < 468.75 < high <= 500.0  # type: ignore[operator]
    assert metrics == {
        "runs": 4,
        "episodes": 2,
        "mean_return": 468.75,
        "iqm_return": 487.5,
        "median_return": 487.5,
        "min_run_return": 400.0,
        "solved_fraction": 0.75,
        "solved_low": 0.3006,
        "solved_high": 0.9544,
        "perfect_fraction": 0.5,
        "random_mean_return": 25.0,
        "train_env_steps": 3.0,
        "train_episodes_to_solve": 20.0,
    }


def test_a_median_over_runs_that_mostly_never_solve_is_none() -> None:
    returns = np.full((3, 2), 9)
    training = history([[500.0], [0.0], [0.0]], [1, 1, 1])
    metrics = summarise(returns, returns, training, "CartPole-v1", 100, 0)
    assert metrics["train_episodes_to_solve"] is None
    assert metrics["solved_fraction"] == 0.0
