"""Intervals and summaries: literal values, published ones, and their coverage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.rl.history import History
from stages.rl.statistics import (
    bootstrap_interval,
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


def history(scores: list[list[float]], steps: list[int]) -> History:
    """Make a history: episodes of 1, 2, 3, ... steps, a checkpoint after every tenth."""
    runs, checkpoints = len(scores), len(scores[0])
    episodes = np.arange(1, 10 * checkpoints + 1)
    return History(
        episodes,
        np.tile(episodes.astype(np.float32), (runs, 1)),
        np.tile(np.arange(1, checkpoints + 1, dtype=np.int32) * np.int32(10), (runs, 1)),
        np.array(scores),
        np.array(steps),
    )


def test_episodes_to_solve_is_the_first_that_led_to_a_solving_policy() -> None:
    scores = [[100.0, 475.0, 500.0], [0.0, 474.9, 0.0], [500.0, 480.0, 100.0]]
    told = history(scores, [1, 1, 1])
    assert told.episodes_to_solve(475.0).tolist() == [20.0, np.inf, 10.0]
    # 1 + 2 + ... + 20 steps, never, 1 + 2 + ... + 10 steps.
    assert told.steps_to_solve(475.0).tolist() == [210.0, np.inf, 55.0]


def test_the_search_solves_at_the_first_drawn_of_its_good_finalists() -> None:
    told = history([[500.0, 480.0, 100.0]], [1])
    drawn = told._replace(scored_after=np.array([[25, 7, 3]], np.int32))
    assert drawn.episodes_to_solve(475.0).tolist() == [7.0]
    assert drawn.steps_to_solve(475.0).tolist() == [28.0]


def test_steps_of_stretches_are_their_mean_returns_times_their_episodes() -> None:
    told = history([[500.0]], [1])
    joined = told._replace(
        episodes=np.array([4, 8, 10]),
        returns=np.array([[2.5, 6.5, 9.5]], np.float32),  # 1 to 4, 5 to 8, 9 and 10
    )
    assert joined.training_steps().tolist() == [[10.0, 36.0, 55.0]]
    assert joined.steps_to_solve(475.0).tolist() == [55.0]


def test_metrics_of_four_runs_done_by_hand() -> None:
    returns = np.array([[500, 500], [500, 450], [400, 400], [500, 500]], np.int32)
    untrained_returns = np.array([[9, 9], [9, 9], [9, 9], [9, 10]], np.int32)
    random_returns = np.array([[20, 30], [20, 30], [20, 30], [20, 30]], np.int32)
    training = history([[100.0, 500.0], [475.0, 0.0], [0.0, 0.0], [0.0, 480.0]], [1, 2, 3, 6])
    metrics = summarise(
        returns, untrained_returns, random_returns, training, "CartPole-v1", 1000, 0
    )
    low, high = metrics["return"].pop("low"), metrics["return"].pop("high")
    assert 400.0 <= low < 468.75 < high <= 500.0
    assert metrics == {
        "runs": 4,
        "episodes": 2,
        "return": {
            "mean": 468.75,
            "iqm": 487.5,
            "median": 487.5,
            "worst": 400.0,
            "untrained": 9.12,
            "random": 25.0,
        },
        "fraction": {
            "solved": 0.75,
            "solved_low": 0.301,
            "solved_high": 0.954,
            "perfect": 0.5,
        },
        "train": {"steps": 3, "episodes_to_solve": 20, "steps_to_solve": 210},
    }


def test_a_median_over_runs_that_mostly_never_solve_is_none() -> None:
    returns = np.full((3, 2), 9, np.int32)
    training = history([[500.0], [0.0], [0.0]], [1, 1, 1])
    metrics = summarise(returns, returns, returns, training, "CartPole-v1", 100, 0)
    assert metrics["train"]["episodes_to_solve"] is None
    assert metrics["train"]["steps_to_solve"] is None
    assert metrics["fraction"]["solved"] == 0.0
