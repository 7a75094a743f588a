"""Learning curves, validation scores and sample efficiency: what is drawn, from known histories."""

import numpy as np
import pytest
from drawn_agents import CLIFF, SOLVED, agent, curves, history, team, words
from matplotlib.collections import LineCollection

from stages.pictures.figures import learning_curves, style
from stages.pictures.figures.reference_lines import ReferenceLines
from stages.pictures.figures.sample_efficiency import sample_efficiency
from stages.pictures.figures.steps_axis import steps_axis
from stages.pictures.figures.validation_scores import validation_scores

RUNS = np.array([[1.0, 3.0, 4.0], [3.0, 5.0, 8.0]])  # after 1, 4, 8 and 3, 8, 16 steps


def test_learning_curve_is_the_mean_over_all_runs_up_to_where_the_last_one_ends() -> None:
    training = history(np.tile(RUNS, (5, 1)), np.zeros((10, 1)))
    one = agent(training, [[1.0]] * 10)
    axis, (curve,) = learning_curves.curves([one], 1, np.random.default_rng(0))
    assert axis == (0.0, 16.0, False)
    assert (curve.at[0], curve.at[-1]) == (3.0, 16.0)  # from where all runs have been
    assert curve.mean[0] == pytest.approx((1.0 + 2.0 * 2 / 3 + 3.0) / 2)
    at_12 = np.interp(12.0, curve.at, curve.mean)
    assert at_12 == pytest.approx((4.0 + 6.5) / 2)  # half of the runs have ended, with 4
    assert curve.mean[-1] == pytest.approx((4.0 + 8.0) / 2)
    # Of ten runs, at least two and at most eight are of either kind.
    assert (curve.low[-1], curve.high[-1]) == pytest.approx((4.8, 7.2))
    assert learning_curves.table([one], [curve], 475.0)[-1] == {
        "agent": "random search",
        "step": 16,
        "return": 6.0,
        "low": 4.8,
        "high": 7.2,
        "solved": 475.0,
    }


def test_learning_curve_begins_where_every_run_has_the_episodes_that_are_averaged() -> None:
    training = history(np.tile(np.arange(1.0, 51.0), (2, 1)), np.zeros((2, 1)))
    one = agent(training, [[1.0]] * 2)
    _, (curve,) = learning_curves.curves([one], 20, np.random.default_rng(0))
    assert curve.at[0] == 210.0  # 1 + 2 + ... + 20
    assert curve.mean[0] == pytest.approx(10.5)
    assert np.isnan(curve.low).all()  # two runs have no interval
    _, (curve,) = learning_curves.curves([one], 80, np.random.default_rng(0))
    assert curve.at.tolist() == [1275.0]  # it trains for 50 episodes alone


def test_learning_curve_below_what_is_shown_says_where_it_is() -> None:
    found, lost = team(CLIFF, -2000.0, -13.0, 2)
    found = found._replace(returns=np.full((4, 2), -13.0))
    training = history(np.full((4, 300), -50_000.0), np.zeros((4, 1)))
    lost = lost._replace(history=training, returns=np.full((4, 2), -500.0))
    figure = curves([lost, found], ReferenceLines(None, -13.0, -5000.0), 1)
    first, second = figure.axes
    assert first.get_ylim()[0] == second.get_ylim()[0] == pytest.approx(-5000 - 0.04 * 4987)
    (text,) = first.texts
    assert text.get_text() == "median \N{MINUS SIGN}50,000, below what is shown"
    assert not second.texts
    assert "Lower returns are not shown." in words(figure)


def test_intervals_are_named_where_they_are_drawn() -> None:
    for runs, learned, solved in (
        (1, "fewer than 10 runs have no interval", "One run has no interval"),
        (5, "fewer than 10 runs have no interval", "Band: 95% interval of the share"),
        (11, "band: its 95% interval (bootstrap over runs)", "Band: 95% interval of the share"),
    ):
        training = history(np.full((runs, 3), 20.0), np.full((runs, 1), 500.0))
        one = agent(training, [[500.0]] * runs)
        assert learned in words(curves([one], SOLVED, 1))
        assert solved in words(sample_efficiency([one], SOLVED))


def test_validation_scores_show_every_run_and_where_it_falls_again() -> None:
    """Run 0 reaches the threshold and falls; run 1 stays, run 2 never gets there."""
    scores = np.array([[480.0, 20.0, 480.0], [10.0, 500.0, 499.0], [5.0, 6.0, 7.0]])
    one = agent(history(np.full((3, 4), 20.0), scores), [[500.0]] * 3)
    (panel,) = validation_scores([one], SOLVED).axes
    (runs,) = (drawn for drawn in panel.collections if isinstance(drawn, LineCollection))
    assert [np.array(path.vertices).tolist() for path in runs.get_paths()] == [
        [[steps, score] for steps, score in zip((20, 40, 60), run, strict=True)]
        for run in scores.tolist()
    ]
    falls, solved, random = panel.lines
    assert np.array(falls.get_xydata()).tolist() == [[40, 20]]
    assert [np.array(line.get_ydata()).tolist() for line in (solved, random)] == [
        [475, 475],
        [22, 22],
    ]
    assert panel.get_title("left") == "random search: 2 of 3 reach it, 2 stay"
    assert "significantly below 475 again" in words(validation_scores([one], SOLVED))


def test_validation_at_one_time_is_a_line_from_the_end_of_training_to_its_own_end() -> None:
    """A search of two runs screens in 80 and 40 steps, and scores three finalists at once."""
    training = history(np.array([[20.0] * 4, [10.0] * 4]), np.array([[9.0, 480.0, 20.0]] * 2))
    training = training._replace(known_after=np.array([[100] * 3, [90] * 3]))
    one = agent(training, [[500.0]] * 2)
    figure = validation_scores([one], SOLVED)
    (panel,) = figure.axes
    (runs,) = (drawn for drawn in panel.collections if isinstance(drawn, LineCollection))
    found = [np.array(path.vertices).tolist() for path in runs.get_paths()]
    assert found == [[[80, 480], [100, 480]], [[40, 480], [90, 480]]]
    assert np.array(panel.lines[0].get_xydata()).tolist() == [[100, 480], [90, 480]]
    assert "from the end of training (screening) to that of validation" in words(figure)


def test_sample_efficiency_counts_the_runs_that_stay_solved() -> None:
    """Of 20 runs half stay solved, after 40 steps; half reach it at 20 and fall for good."""
    scores = np.array([[0.0, 480.0], [480.0, 0.0]] * 10)
    one = agent(history(np.full((20, 3), 20.0), scores), [[500.0]] * 20)
    figure = sample_efficiency([one], SOLVED)
    (panel,) = figure.axes
    share = np.array(panel.lines[0].get_xydata())
    assert share[0].tolist() == [0, 0]
    assert set(share[1:, 0]) == {40}
    assert share[-1].tolist() == [40, 0.5]
    assert panel.get_ylabel() == "share of runs that stay solved"
    assert "random search: 10 of 20 stay solved" in words(figure)
    never = agent(history(np.full((2, 3), 20.0), np.zeros((2, 2))), [[9.0]] * 2)
    figure = sample_efficiency([never], SOLVED)
    assert np.array(figure.axes[0].lines[0].get_xydata()).tolist() == [[0, 0], [40, 0]]
    assert "none of 2 stay solved" in words(figure)


def test_few_points_of_many_runs_are_drawn_and_each_is_true() -> None:
    """Run k of 1,000 solves at its step k, so after k steps k of 1,000 have solved."""
    training = history(np.ones((1000, 1000)), np.full((1000, 1), 500.0))
    training = training._replace(known_after=np.arange(1, 1001)[:, np.newaxis])
    figure = sample_efficiency([agent(training, [[500]] * 1000)], SOLVED)
    drawn = np.array(figure.axes[0].lines[0].get_xydata())
    assert len(drawn) == style.LEGIBLE_POINTS
    assert drawn[:, 1] == pytest.approx(drawn[:, 0] / 1000)
    assert drawn[[0, -1], 0].tolist() == [0, 1000]


def test_axis_of_steps_is_logarithmic_where_agents_are_far_apart() -> None:
    assert steps_axis(10.0, 900.0, [100.0, 900.0]) == (0.0, 900.0, False)
    far = steps_axis(10.0, 20_000.0, [100.0, 20_000.0])
    assert far == (10.0, 20_000.0, True)
    points = far.points()
    assert points[1:] / points[:-1] == pytest.approx(1.05)
    assert points[-2] < 20_000.0 <= points[-1]


def test_axis_of_returns_begins_at_0_only_where_none_is_below() -> None:
    assert ReferenceLines(475.0, None, 22.0).span([500.0]) == pytest.approx((0.0, 520.0))
    assert ReferenceLines(-100.0, None, -500.0).span([-200.0]) == pytest.approx((-516.0, -84.0))
    assert ReferenceLines(None, None, None).span([0.0]) == (0.0, 1.0)
    assert ReferenceLines(None, None, None).span([-3.0]) == pytest.approx((-3.04, -2.96))
