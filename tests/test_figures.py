"""Figures: what they must hold, and the same bytes each time."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from pictured import (
    AGENTS,
    CARTPOLE,
    MARKS,
    UPRIGHT,
    agent,
    drawing,
    history,
    linear,
    words,
)

from stages.pictures.agent_style import styles
from stages.pictures.figures import axes, learning, playing, solving, style

DRAWING = drawing(AGENTS, CARTPOLE, MARKS)


@cache
def drawn(name: str) -> Figure:
    """Draw a figure once for the tests that only look at it."""
    return DRAWING[name]()


@pytest.mark.parametrize("name", DRAWING)
def test_a_figure_is_a_vector_without_a_date_and_the_same_each_time(name: str) -> None:
    draw = DRAWING[name]
    svg = style.encode(draw())
    assert b"<image" not in svg
    assert b"date" not in svg
    assert b"Matplotlib v" not in svg
    assert style.encode(draw()) == svg


def test_a_users_own_style_reaches_no_figure(tmp_path: Path) -> None:
    own = tmp_path / "matplotlibrc"
    own.write_text("lines.linewidth: 9\nfont.size: 30\n")
    script = (
        "import stages.pictures.figures.style, matplotlib; print(matplotlib.rcParams['font.size'])"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "MATPLOTLIBRC": str(own)},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "9.0\n"


def test_agents_have_names_and_colours_by_their_places() -> None:
    found = styles(["q_learning", "actor_critic", "random_search"])
    assert [look.name for look in found.values()] == [
        "Q-learning",
        "actor-critic",
        "random search",
    ]
    assert [look.colour for look in found.values()] == ["#0072b2", "#d55e00", "#009e73"]
    six = styles(list("abcdef"))
    assert len({look.colour for look in six.values()}) == 6


# Learning


def test_a_curve_is_the_mean_over_all_runs_up_to_where_the_last_one_ends() -> None:
    returns = np.array([[1.0, 3.0, 4.0], [3.0, 5.0, 8.0]])  # after 1, 4, 8 and 3, 8, 16 steps
    training = history(np.tile(returns, (5, 1)), np.zeros((10, 1)))
    one = agent(linear(1.0, runs=10), training, [[1.0]] * 10)
    axis, (curve,) = learning.curves([one], 1, np.random.default_rng(0))
    assert (axis.values[0], axis.values[-1]) == (0.0, 16.0)
    assert (curve.at[0], curve.at[-1]) == (3.0, 16.0)  # from where all runs have been
    assert curve.mean[0] == pytest.approx((1.0 + 2.0 * 2 / 3 + 3.0) / 2)
    at_12 = np.interp(12.0, curve.at, curve.mean)
    assert at_12 == pytest.approx((4.0 + 6.5) / 2)  # half of the runs have ended, with 4
    assert curve.mean[-1] == pytest.approx((4.0 + 8.0) / 2)
    # Of ten runs, at least two and at most eight are of either kind.
    assert (curve.low[-1], curve.high[-1]) == pytest.approx((4.8, 7.2))
    assert curve.ends.tolist() == [8.0] * 5 + [16.0] * 5


def test_a_curve_begins_where_every_run_has_the_episodes_that_are_averaged() -> None:
    training = history(np.tile(np.arange(1.0, 51.0), (2, 1)), np.zeros((2, 1)))
    one = agent(linear(1.0, runs=2), training, [[1.0]] * 2)
    _, (curve,) = learning.curves([one], 20, np.random.default_rng(0))
    assert curve.at[0] == 210.0  # 1 + 2 + ... + 20
    assert curve.mean[0] == pytest.approx(10.5)
    _, (curve,) = learning.curves([one], 80, np.random.default_rng(0))
    assert curve.at.tolist() == [1275.0]  # it trains for 50 episodes alone


def test_of_a_curve_dvc_gets_its_points_and_the_line_at_which_it_counts_as_solved() -> None:
    _, drawn = learning.curves(AGENTS, 20, np.random.default_rng(0))
    rows = learning.table(AGENTS, drawn, 475.0)
    last = [row for row in rows if row["agent"] == "REINFORCE"][-1]
    assert last == {
        "agent": "REINFORCE",
        "step": 80_200,
        "return": 390.5,  # the mean of 381 to 400
        "low": None,  # of one run
        "high": None,
        "solved": 475.0,
    }


def test_learning_curves_say_what_is_shown() -> None:
    said = words(drawn("learning_curves"))
    for part in ("random search", "mean over 3 runs", "no interval", "solved at 475", "runs that"):
        assert part in said
    *panels, strip = drawn("learning_curves").axes
    for panel in panels:
        assert panel.get_ylim() == (0.0, 520.0)
        assert panel.get_xlim() == strip.get_xlim()
    assert len(strip.lines) == 3


def test_sample_efficiency_counts_the_runs_that_know_that_they_have_solved() -> None:
    (panel,) = drawn("sample_efficiency").axes
    search, policy, another = (np.array(line.get_xydata()) for line in panel.lines)
    axis = axes.axis_of(0.8, 40.0, [40.0, 3.0, 1.0])  # steps of 2, 2 and 1 episodes
    assert search.tolist() == [[0, 0], [axis.place(np.array(40.0)), 0]]  # no run ever solved
    assert policy[:, 1].tolist() == [0, 1, 1]
    assert policy[1, 0] == axis.place(np.array(3.0))  # 1 + 2 steps
    assert another[:, 1].tolist() == [0, 0.5, 0.5]
    said = words(drawn("sample_efficiency"))
    assert "random search\nnone of 3 solved it" in said
    assert "REINFORCE\n1 of 1 solved it" in said
    assert "another\n1 of 2 solved it" in said


def test_of_many_runs_few_points_are_drawn_and_each_is_true() -> None:
    """Run k of 1,000 solves at its step k, so after k steps k of 1,000 have solved."""
    training = history(np.ones((1000, 1000)), np.full((1000, 1), 500.0))
    training = training._replace(known_after=np.arange(1, 1001)[:, np.newaxis])
    many = agent(UPRIGHT, training, [[500]] * 1000)
    (panel,) = solving.sample_efficiency([many], MARKS).axes
    drawn = np.array(panel.lines[0].get_xydata())
    assert len(drawn) == style.LEGIBLE_POINTS
    steps = drawn[:, 0] * 1000 / (axes.VALUES - 1)
    assert drawn[:, 1] == pytest.approx(steps / 1000)
    assert steps[[0, -1]] == pytest.approx([0, 1000])


# The axis of steps


def test_an_axis_is_logarithmic_where_agents_are_far_apart() -> None:
    near = axes.axis_of(10.0, 900.0, [100.0, 900.0])
    assert not near.logarithmic
    assert near.place(np.array([0.0, 450.0, 900.0])).tolist() == [0.0, 99.5, 199.0]
    assert near.ticks() == [0, 200, 400, 600, 800]
    far = axes.axis_of(10.0, 20_000.0, [100.0, 20_000.0])
    assert far.logarithmic
    tenfold = np.diff(far.place(np.array([10.0, 100.0, 1000.0, 10_000.0])))
    assert tenfold == pytest.approx(np.log(10) / np.log(axes.RATIO), abs=0.01)
    assert far.ticks() == [10, 100, 1000, 10_000]
    assert axes.axis_of(300.0, 4000.0, [300.0, 4000.0]).ticks() == [500, 1000, 2000]


# The test


def test_where_all_returns_are_alike_it_is_said_and_not_drawn() -> None:
    alike = [one._replace(returns=np.full((30, 100), 500.0)) for one in AGENTS]
    figure = playing.returns(alike, MARKS)
    assert figure.axes == []
    said = words(figure)
    assert "All test episodes of all runs had the return 500.0." in said
    assert "3 agents, 30 runs of each, 100 test episodes of each run" in said
    assert "30 of 30 solve it, 95% interval 89% to 100% (Wilson)" in said
    figure = playing.returns([alike[0]._replace(returns=np.full((1, 4), -7.0))], MARKS)
    assert "1 run, 4 test episodes of the run; none of 1 solve it" in words(figure)


def test_returns_name_the_runs_solved_with_their_interval() -> None:
    said = words(drawn("test_returns"))
    assert "random search\nmean 333.3 [100.0, 450.0]\n2 of 3 solve it [21%, 94%]\n" in said
    assert "REINFORCE\nmean 500.0\n1 of 1 solve it\n" in said
    assert "another\nmean 9.00 [8.50, 9.50]\nnone of 2 solve it [0%, 66%]\n" in said


def test_returns_show_every_run_its_episodes_and_the_interval() -> None:
    dots = drawn("test_returns").axes[0]
    runs = np.array(dots.lines[0].get_xdata())
    assert runs.tolist() == [10.0, 490.0, 500.0]  # from worst to best
    lines = [bars for bars in dots.collections if isinstance(bars, LineCollection)]
    ends = [np.array(path.vertices)[:, 0].tolist() for path in lines[0].get_paths()]
    assert ends == [[9.5, 10.5], [485.0, 495.0], [500.0, 500.0]]  # the middle half
    (bar,) = (np.array(path.vertices)[:, 0] for path in lines[1].get_paths())
    assert bar.tolist() == pytest.approx([100.0, 450.0])
    # From the lowest end of an interval to the best run.
    assert dots.get_xlim() == pytest.approx((8.5 - 0.04 * 491.5, 500 + 0.04 * 491.5))


def test_the_performance_profile_falls_at_each_runs_mean() -> None:
    _, profile = drawn("test_returns").axes
    third = 1 / 3
    points = np.array(profile.lines[0].get_xydata()).tolist()
    assert points[1:-1] == [[10, 2 * third], [490, third], [500, 0]]
    assert [share for _, share in (points[0], points[-1])] == [1, 0]
    assert playing.table(AGENTS, 475.0)[:2] == [
        {"agent": "random search", "run": 0, "return": 500.0, "solved": 475.0},
        {"agent": "random search", "run": 1, "return": 490.0, "solved": 475.0},
    ]


def test_episodes_show_run_0_step_by_step_and_where_one_terminates() -> None:
    panels = drawn("episodes").axes
    for panel, end, limit in ((panels[0], 5.0, 2.4), (panels[3], 15.0, 12 * np.pi / 180)):
        course, *limits = (np.array(line.get_xydata()) for line in panel.lines)
        assert course[-1] == pytest.approx([500, end])
        assert [line[0, 1] for line in limits] == pytest.approx([-limit, limit])
    assert "dashed: where an episode terminates" in words(drawn("episodes"))
