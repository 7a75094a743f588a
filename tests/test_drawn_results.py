"""Figures of training, test and robustness: what is drawn, from known histories and results."""

from typing import Any

import numpy as np
import pytest
from drawn_agents import (
    CARTPOLE,
    CUSTOM,
    LAKE,
    NAMES,
    SOLVED,
    agent,
    curves,
    history,
    team,
    words,
)
from matplotlib.collections import FillBetweenPolyCollection, LineCollection

from stages.pictures.agent_style import styles
from stages.pictures.figures import learning_curves, robustness
from stages.pictures.figures import test_returns as returns_of_test
from stages.pictures.figures.episodes import episodes
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


def test_learning_curve_below_what_is_shown_says_where_it_is() -> None:
    lost, found = (
        agent(history(np.full((4, 300), level), np.zeros((4, 1))), [[-13.0]] * 4)
        for level in (-50_000.0, -13.0)
    )
    figure = curves([lost, found], ReferenceLines(None, -13.0, -5000.0), 1)
    assert figure.axes[0].get_ylim()[0] == pytest.approx(-5000 - 0.04 * 4987)
    assert "median \N{MINUS SIGN}50,000, below what is shown" in words(figure)
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
    assert "significantly below again" in words(validation_scores([one], SOLVED))


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


def test_axis_of_steps_is_logarithmic_where_agents_are_far_apart() -> None:
    assert steps_axis(10.0, 900.0, [100.0, 900.0]) == (0.0, 900.0, False)
    far = steps_axis(10.0, 20_000.0, [100.0, 20_000.0])
    assert far == (10.0, 20_000.0, True)
    points = far.points()
    assert points[1:] / points[:-1] == pytest.approx(1.05)
    assert points[-2] < 20_000.0 <= points[-1]


TRAINING = history(np.full((3, 4), 20.0), np.full((3, 2), 10.0))
TESTED = [[500, 500], [480, 500], [9, 11]]


def test_returns_show_every_run_from_worst_to_best_and_the_interval_of_the_mean() -> None:
    one = agent(TRAINING, TESTED, (100.0, 450.0))
    figure = returns_of_test.test_returns([one], SOLVED)
    (panel,) = figure.axes
    solved, runs, *_ = panel.lines
    assert np.array(solved.get_xdata()).tolist() == [475, 475]
    assert np.array(runs.get_xdata()).tolist() == [10.0, 490.0, 500.0]
    (path,) = panel.collections[0].get_paths()
    assert np.array(path.vertices)[:, 0] == pytest.approx([100.0, 450.0])
    said = words(figure)
    assert "random search mean 333.3 [100.0, 450.0]; 2 of 3 solve it [21%, 94%]" in said
    assert "mean over 3 runs with its 95% interval (Gaffke)" in said
    assert returns_of_test.table([one], 475.0)[1] == {
        "agent": "random search",
        "run": 1,
        "return": 490.0,
        "solved": 475.0,
    }


def test_returns_without_intervals_say_why() -> None:
    one = agent(TRAINING, [[500, 490]])
    said = words(returns_of_test.test_returns([one], SOLVED))
    assert "mean 495.0; 1 of 1 solve it" in said
    assert "one run has no interval" in said
    few = agent(TRAINING, TESTED)
    said = words(returns_of_test.test_returns([few], ReferenceLines(None, None)))
    assert "fewer than 10 runs have no interval where returns have no known bounds" in said
    assert "solve it" not in said
    assert "nan" not in said


def test_interval_far_beyond_the_returns_is_written_but_not_followed() -> None:
    for low, left in ((-300.0, -332.0), (-90_000.0, -9.6)):  # the latter leaves no room for runs
        figure = returns_of_test.test_returns([agent(TRAINING, TESTED, (low, 480.0))], SOLVED)
        assert figure.axes[0].get_xlim()[0] == pytest.approx(left)
        assert f"[{low:,.1f}, 480.0]".replace("-", "\N{MINUS SIGN}") in words(figure)


def test_episodes_show_run_0_and_where_an_episode_terminates() -> None:
    figure = episodes(team(CARTPOLE, 9.0, 500.0, 2), CARTPOLE)
    for panel, end, limit in zip(figure.axes[:2], (0.4, 1.2), (2.4, 12 * np.pi / 180), strict=True):
        run, *limits = (np.array(line.get_xydata()) for line in panel.lines)
        assert run[-1] == pytest.approx([40, end])
        assert [line[0, 1] for line in limits] == pytest.approx([-limit, limit])
    assert "Dashed: where an episode terminates" in words(figure)
    assert "Dashed" not in words(episodes(team(CUSTOM, -2.0, -1.0, 1), CUSTOM))


def test_episodes_show_the_return_so_far_where_states_are_observed() -> None:
    (panel,) = episodes(team(LAKE, 0.0, 1.0, 1), LAKE).axes
    run = np.array(panel.lines[0].get_xydata())
    assert run[[0, 1, -1]].tolist() == [[0, 0], [1, -2], [40, -80]]
    # Of runs of 40, 25, 9 and 9 steps, which cost 2 each: at the end they have what they had.
    lowest, highest = np.percentile([-80.0, -50.0, -18.0, -18.0], [2.5, 97.5])
    edge = np.array(panel.collections[0].get_paths()[0].vertices)
    at_the_end = edge[edge[:, 0] == 40, 1]
    assert (at_the_end.min(), at_the_end.max()) == pytest.approx((lowest, highest))


def row(name: str, change: str, level: float, mean: float, band: float = 0.0) -> dict[str, Any]:
    low, high = (mean - band, mean + band) if band else (None, None)
    ends = {"low": low, "high": high, "as_trained": level == 1.0}
    return {"agent": name, "change": change, "level": level, "return": mean, **ends}


BOTH = NAMES[:2]
ROWS = [
    row("random_search", "pole_mass", 2.0, 120.0, 20.0),
    row("random_search", "pole_mass", 0.5, 300.0, 30.0),
    row("random_search", "pole_mass", 1.0, 500.0, 10.0),
    *(row("reinforce", "pole_mass", level, 490.0) for level in (0.5, 1.0, 2.0)),
    *(row(name, "is_windy", on, 400.0) for name in BOTH for on in (0.0, 1.0)),
    *(row(name, "random actions", 0.1 * i, 50.0) for name in BOTH for i in range(3)),
    *(row(name, "alone", 1.0, 500.0) for name in BOTH),
]


def test_robustness_has_a_panel_for_each_perturbation_and_a_line_for_each_agent() -> None:
    lines, both = robustness.lines_of(ROWS, BOTH), list(styles(BOTH).values())
    assert list(lines) == ["pole_mass", "is_windy", "random actions"]
    figure = robustness.robustness(lines, both, SOLVED)
    first, *_ = figure.axes
    usual, search, reinforce, solved = first.lines
    assert np.array(usual.get_xdata()).tolist() == [1, 1]  # as in training
    assert np.array(search.get_xydata()).tolist() == [[0, 300], [1, 500], [2, 120]]
    assert np.array(reinforce.get_ydata()).tolist() == [490] * 3
    assert [line.get_color() for line in (search, reinforce)] == [one.colour for one in both]
    assert np.array(solved.get_ydata()).tolist() == [475, 475]
    band, _ = (one for one in first.collections if isinstance(one, FillBetweenPolyCollection))
    heights = np.array(band.get_paths()[0].vertices)[:, 1]
    assert (heights.min(), heights.max()) == (100, 510)
    labels = [[text.get_text() for text in panel.get_xticklabels()] for panel in figure.axes]
    factors = [f"\N{MULTIPLICATION SIGN}{factor}" for factor in ("0.5", "1", "2")]
    assert labels == [factors, ["off", "on"], ["0%", "10%", "20%"]]
    assert [panel.get_title(loc="left") for panel in figure.axes][:2] == ["pole mass", "is windy"]
