"""Figures: what they must hold, and the same bytes each time."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from pictured import (
    AGENTS,
    CARTPOLE,
    MARKS,
    UPRIGHT,
    agent,
    drawing,
    figures,
    history,
    words,
)
from PIL import Image

from stages.pictures.figures import learning, playing, solving, style
from stages.pictures.looks import looks

DRAWN = figures(AGENTS, CARTPOLE, MARKS)


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_is_a_vector_and_a_sharp_picture_and_the_same_each_time(name: str) -> None:
    draw = drawing(AGENTS, CARTPOLE, MARKS)[name]
    svg, png = style.encode(draw())
    assert b"<image" not in svg
    assert b"date" not in svg
    assert b"Matplotlib v" not in svg
    image = Image.open(io.BytesIO(png))
    assert image.size[0] == 1660
    assert "Software" not in image.info
    assert len(image.convert("RGB").getcolors(1_000_000) or []) > 50
    assert style.encode(draw()) == (svg, png)


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
    found = looks(["q_learning", "actor_critic", "search"])
    assert [look.name for look in found.values()] == [
        "Q-learning",
        "actor critic",
        "random search",
    ]
    assert [look.colour for look in found.values()] == ["#0072b2", "#d55e00", "#009e73"]
    six = looks(list("abcdef"))
    assert len({look.colour for look in six.values()}) == 6


# Learning


def test_curves_over_episodes_and_over_steps_are_means_over_runs() -> None:
    returns = np.array([[1.0, 3.0, 4.0], [3.0, 5.0, 8.0]])  # after 1, 4, 8 and 3, 8, 16 steps
    training = history(np.tile(returns, (5, 1)), np.zeros((10, 1)))
    by_episodes, by_steps = learning.curves(training, 1, np.random.default_rng(0))
    assert by_episodes.at.tolist() == [1.0, 2.0, 3.0]
    assert by_episodes.mean.tolist() == [2.0, 4.0, 6.0]
    # Of ten runs, at least two and at most eight are of either kind.
    assert by_episodes.low.tolist() == pytest.approx([1.4, 3.4, 4.8])
    assert by_episodes.high.tolist() == pytest.approx([2.6, 4.6, 7.2])
    assert (by_steps.at[0], by_steps.at[-1]) == (3.0, 8.0)  # where all runs have been
    assert by_steps.mean[0] == pytest.approx((1.0 + 2.0 * 2 / 3 + 3.0) / 2)
    assert by_steps.mean[-1] == pytest.approx((4.0 + 5.0) / 2)


def test_a_curve_has_a_hundred_points_at_most() -> None:
    generator = np.random.default_rng(0)
    curves = [learning.curves(one.history, 20, generator) for one in AGENTS]
    rows = learning.table(AGENTS, curves)
    assert [sum(row["agent"] == one.look.name for row in rows) for one in AGENTS] == [4, 100, 1]
    last = {"agent": "policy learning", "episode": 400, "return": 390.5}  # the mean of 381 to 400
    assert rows[103] == {**last, "low": None, "high": None}  # of one run


def test_learning_curves_say_what_is_shown() -> None:
    said = words(DRAWN["learning_curves"])
    for part in ("random search", "mean over 3 runs", "no interval", "solved, at 475"):
        assert part in said
    for panel in DRAWN["learning_curves"].axes:
        assert panel.get_ylim() == (0.0, 520.0)


def test_sample_efficiency_counts_the_runs_that_had_solved() -> None:
    by_steps, by_episodes = DRAWN["sample_efficiency"].axes
    search, policy, another = by_episodes.lines
    assert search.get_ydata()[-1] == 0.0  # type: ignore[index]  # no run ever solved
    assert np.array(policy.get_xydata()).tolist() == [[0, 0], [2, 1], [400, 1]]
    assert np.array(another.get_xydata()).tolist() == [[0, 0], [1, 0.5], [1, 0.5]]
    assert np.array(by_steps.lines[1].get_xydata())[1].tolist() == [0.003, 1]  # 1 + 2 steps


def test_of_many_runs_few_points_are_drawn_and_each_is_true() -> None:
    """Run k of 1,000 solves at its episode k, so after k episodes k of 1,000 have solved."""
    training = history(np.ones((1000, 1000)), np.full((1000, 1), 500.0))
    training = training._replace(scored_after=np.arange(1, 1001, dtype=np.int32)[:, np.newaxis])
    many = agent(UPRIGHT, training, [[500]] * 1000)
    _, by_episodes = solving.sample_efficiency([many], MARKS).axes
    drawn = np.array(by_episodes.lines[0].get_xydata())
    assert len(drawn) == style.LEGIBLE_POINTS
    assert drawn[:, 1].tolist() == (drawn[:, 0] / 1000).tolist()
    assert drawn[[0, -1], 0].tolist() == [0, 1000]


# The test


def test_returns_name_the_runs_solved_with_their_interval() -> None:
    said = words(DRAWN["test_returns"])
    assert "random search\nmean 333.3 [100.0, 450.0]\n2 of 3 solve it [21%, 94%]\n" in said
    assert "policy learning\nmean 500.0\n1 of 1 solve it\n" in said
    assert "another\nmean 9.00 [8.50, 9.50]\n0 of 2 solve it [0%, 66%]\n" in said


def test_returns_show_every_run_its_episodes_and_the_interval() -> None:
    dots = DRAWN["test_returns"].axes[0]
    runs = np.array(dots.lines[0].get_xdata())
    assert runs.tolist() == [10.0, 490.0, 500.0]  # from worst to best
    lines = [bars for bars in dots.collections if isinstance(bars, LineCollection)]
    ends = [np.array(path.vertices)[:, 0].tolist() for path in lines[0].get_paths()]
    assert ends == [[9.0, 11.0], [480.0, 500.0], [500.0, 500.0]]
    (bar,) = (np.array(path.vertices)[:, 0] for path in lines[1].get_paths())
    assert bar.tolist() == pytest.approx([100.0, 450.0])
    assert dots.get_xlim() == (0.0, 520.0)


def test_the_performance_profile_falls_at_each_runs_mean() -> None:
    _, profile = DRAWN["test_returns"].axes
    third = 1 / 3
    drawn = np.array(profile.lines[0].get_xydata()).tolist()
    assert drawn[1:-1] == [[10, 2 * third], [490, third], [500, 0]]
    assert [share for _, share in (drawn[0], drawn[-1])] == [1, 0]
    assert playing.table(AGENTS)[:2] == [
        {"agent": "random search", "run": 0, "return": 500.0},
        {"agent": "random search", "run": 1, "return": 490.0},
    ]


def test_episodes_show_run_0_step_by_step_and_where_one_terminates() -> None:
    panels = DRAWN["episodes"].axes
    for panel, end, limit in ((panels[0], 5.0, 2.4), (panels[3], 15.0, 12 * np.pi / 180)):
        course, *limits = (np.array(line.get_xydata()) for line in panel.lines)
        assert course[-1] == pytest.approx([500, end])
        assert [line[0, 1] for line in limits] == pytest.approx([-limit, limit])
    assert "dashed: where an episode terminates" in words(DRAWN["episodes"])
