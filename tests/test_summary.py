"""What is told of an agent's training and test in a few numbers."""

import numpy as np

from stages.rl.history import History
from stages.rl.summary import summarise


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
    assert 1.0 < low < 400.0  # a fifth run might have been worse than these
    assert 468.75 < high <= 500.0
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


def test_one_run_has_metrics_without_intervals() -> None:
    returns = np.array([[500, 480]], np.int32)
    metrics = summarise(returns, returns, returns, history([[500.0]], [1]), "CartPole-v1", 100, 0)
    assert metrics["return"]["mean"] == 490.0
    assert metrics["fraction"]["solved"] == 1.0
    bounds = [metrics["return"][name] for name in ("low", "high")]
    bounds += [metrics["fraction"][name] for name in ("solved_low", "solved_high")]
    assert bounds == [None] * 4


def test_a_median_over_runs_that_mostly_never_solve_is_none() -> None:
    returns = np.full((3, 2), 9, np.int32)
    training = history([[500.0], [0.0], [0.0]], [1, 1, 1])
    metrics = summarise(returns, returns, returns, training, "CartPole-v1", 100, 0)
    assert metrics["train"]["episodes_to_solve"] is None
    assert metrics["train"]["steps_to_solve"] is None
    assert metrics["fraction"]["solved"] == 0.0
