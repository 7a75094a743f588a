"""What is said of a training: when a run has solved the environment, and whether it stays."""

import numpy as np
import pytest
from numpy.typing import NDArray

from stages.evaluation.history import History

TRAINED = 20  # validation episodes


def history(
    scores: list[list[float]], steps: list[int], errors: list[list[float]] | None = None
) -> History:
    """Make a history: episodes of 1, 2, 3, ... steps, a checkpoint after every tenth.

    Each score was known after as many steps more: `steps` of a run in all.
    """
    runs, checkpoints = len(scores), len(scores[0])
    episodes = np.arange(1, 10 * checkpoints + 1)
    lengths = np.tile(episodes.astype(np.float32), (runs, 1))
    parts = range(1, checkpoints + 1)
    known_after = np.array([[total * part // checkpoints for part in parts] for total in steps])
    return History(
        episodes,
        -lengths,  # each step costs 1
        lengths,
        np.tile(np.arange(1, checkpoints + 1, dtype=np.int32) * np.int32(10), (runs, 1)),
        np.array(scores),
        np.zeros((runs, checkpoints)) if errors is None else np.array(errors),
        np.array(TRAINED),
        known_after,
    )


def test_the_first_solve_is_known_when_a_score_reaches_the_threshold() -> None:
    scores = [[100.0, 475.0, 500.0], [0.0, 474.9, 0.0], [500.0, 480.0, 100.0]]
    told = history(scores, [300, 600, 1500])
    # What had been taken when the score was known: two thirds of all, never, one third.
    assert told.steps_to_first_solve(475.0).tolist() == [200.0, np.inf, 500.0]


def test_it_has_solved_where_no_later_score_lies_significantly_below() -> None:
    scores = [
        [480.0, 470.0, 490.0],  # 470 +- 5: may be 475
        [480.0, 400.0, 490.0],  # fell, and came back
        [480.0, 490.0, 400.0],  # fell at last
        [480.0, 470.0, 474.0],  # never back, but never clearly below
    ]
    told = history(scores, [300] * 4, [[5.0, 5.0, 5.0]] * 4)
    assert told.steps_to_solve(475.0).tolist() == [100.0, 300.0, np.inf, 100.0]
    assert told.episodes_to_solve(475.0).tolist() == [10.0, 30.0, np.inf, 10.0]
    assert told.steps_to_first_solve(475.0).tolist() == [100.0] * 4


def test_how_far_below_is_significant_depends_on_error_episodes_and_number_of_scores() -> None:
    """t(19) at 1 - 0.05/2 is 2.093: of a score 2 errors below it may be chance, not of 2.2."""
    two = [[480.0, 475.0 - 2.0], [480.0, 475.0 - 2.2]]
    told = history(two, [200, 200], [[1.0, 1.0]] * 2)
    assert told.steps_to_solve(475.0).tolist() == [100.0, np.inf]
    many = [[480.0] * 9 + [475.0 - 2.2]]  # of ten scores it may be: 2.861
    assert history(many, [1000], [[1.0] * 10]).steps_to_solve(475.0).tolist() == [100.0]
    alone = told._replace(validation_episodes=np.array(1))
    assert alone.steps_to_solve(475.0).tolist() == [100.0, 100.0]  # one episode has no spread


def test_of_scores_that_are_known_at_once_the_best_counts() -> None:
    search = history([[490.0, 300.0, 100.0]], [900])
    search = search._replace(known_after=np.full((1, 3), 900))
    assert search.steps_to_solve(475.0).tolist() == [900.0]
    assert search.steps_to_first_solve(475.0).tolist() == [900.0]


def test_where_nothing_counts_as_solved_no_run_ever_solves() -> None:
    told = history([[500.0, 480.0], [0.0, 1e9]], [1, 1])
    for counted in (told.episodes_to_solve, told.steps_to_solve, told.steps_to_first_solve):
        assert counted(None).tolist() == [np.inf, np.inf]


def validated(mean: float, runs: int, scores: int, episodes: int) -> History:
    """Return histories of agents that succeed with this probability from the first score on."""
    drawn = np.random.default_rng(0).random((runs, scores, episodes)) < mean
    rates: NDArray[np.float64] = drawn.mean(axis=2)
    errors = drawn.std(axis=2, ddof=1) / np.sqrt(episodes)
    made = history(rates.tolist(), [scores] * runs, errors.tolist())
    return made._replace(validation_episodes=np.array(episodes))


@pytest.mark.parametrize(("mean", "most"), [(0.744, 0.0), (0.70, 0.05)])
def test_chance_alone_does_not_decide_whether_it_stays(mean: float, most: float) -> None:
    """FrozenLake, solved at 0.70: an optimal policy has 0.744, and 7 % of its scores lie below."""
    told = validated(mean, runs=1000, scores=25, episodes=200)
    fallen = np.isinf(told.steps_to_solve(0.7)).mean()
    assert fallen <= most + 0.01
    below = (told.scores < 0.7).any(axis=1).mean()
    assert below > 0.8  # so many runs would have lost it by a rule that knows no chance


def test_an_agent_that_falls_for_good_has_not_solved() -> None:
    good, bad = (validated(mean, 300, 10, 200) for mean in (0.744, 0.55))
    joined = good._replace(
        scores=np.hstack([good.scores[:, :9], bad.scores[:, :1]]),
        score_errors=np.hstack([good.score_errors[:, :9], bad.score_errors[:, :1]]),
    )
    assert np.isinf(joined.steps_to_solve(0.7)).mean() > 0.9


def test_steps_of_stretches_are_their_mean_lengths_times_their_episodes() -> None:
    told = history([[500.0]], [1])
    joined = told._replace(
        episodes=np.array([4, 8, 10]),
        lengths=np.array([[2.5, 6.5, 9.5]], np.float32),  # 1 to 4, 5 to 8, 9 and 10
    )
    assert joined.training_steps().tolist() == [[10.0, 36.0, 55.0]]
    joined = joined._replace(known_after=np.array([[100]]))
    assert (joined.steps.tolist(), joined.validation_steps.tolist()) == ([100], [45])
