"""Figures: what they must hold, and the same bytes each time."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from stages.figures import Agent, learning, playing, style
from stages.figures.policies import policies
from stages.rl.episodes import ENDED, Episodes
from stages.rl.history import History
from stages.rl.policies import Linear, Network, Policy, Table


def history(returns: NDArray[np.float64], scores: NDArray[np.float64]) -> History:
    """One stretch for each episode, and a policy scored after each episode."""
    runs, episodes = returns.shape
    after = np.tile(np.arange(1, scores.shape[1] + 1), (runs, 1))
    return History(
        np.arange(1, episodes + 1),
        returns.astype(np.float32),
        after.astype(np.int32),
        scores,
        returns.sum(axis=1).astype(np.int64),
    )


def played(lengths: list[int]) -> Episodes:
    """Episodes of these lengths, whose cart moves 1 cm and whose pole tilts 1 mrad a step."""
    longest = max(lengths)
    steps = np.minimum(np.arange(longest + 1), np.array(lengths)[:, np.newaxis])
    observations = np.zeros((len(lengths), longest + 1, 4), np.float32)
    observations[:, :, 0], observations[:, :, 2] = steps * 0.01, steps * 0.001
    over = np.arange(longest) >= np.array(lengths)[:, np.newaxis]
    actions = np.where(over, ENDED, 1).astype(np.int8)
    return Episodes(observations, actions, np.array(lengths) == 500)


def agent(policy: Policy, training: History, returns: list[list[int]]) -> Agent:
    lengths = [run[0] for run in returns]
    return Agent(training, np.array(returns, np.int32), policy, played(lengths), 22.0)


NEVER = np.full((3, 2), 10.0)
UPRIGHT = Linear(np.tile([0.0, 0.0, 1.0, 0.0], (3, 1)))  # pushes to the side it leans to
AGENTS = {
    "search": agent(
        UPRIGHT, history(np.full((3, 4), 20.0), NEVER), [[500, 500], [480, 500], [9, 11]]
    ),
    "policy": agent(
        Network(np.ones((1, 25)), np.array([4])),
        history(np.arange(1.0, 401).reshape(1, 400), np.array([[100.0, 480.0]])),
        [[500, 500]],
    ),
    "another": agent(
        Table(np.zeros((2, 1, 2)), np.array([1, 1, 1, 1]), np.ones(4)),
        history(np.ones((2, 1)), np.array([[475.0], [0.0]])),
        [[8, 9], [10, 9]],
    ),
}
INTERVALS = {"search": (100.0, 450.0), "policy": (np.nan, np.nan), "another": (8.5, 9.5)}


def curves() -> dict[str, tuple[learning.Curve, learning.Curve]]:
    generator = np.random.default_rng(0)
    return {name: learning.curves(one.history, 20, generator) for name, one in AGENTS.items()}


DRAW = {
    "learning_curves": lambda: learning.learning_curves(AGENTS, curves(), "CartPole-v1", 20),
    "sample_efficiency": lambda: learning.sample_efficiency(AGENTS, "CartPole-v1"),
    "test_returns": lambda: playing.returns(AGENTS, INTERVALS, "CartPole-v1"),
    "policies": lambda: policies(AGENTS),
    "episodes": lambda: playing.episodes(AGENTS, "CartPole-v1"),
}


@pytest.mark.parametrize("name", DRAW)
def test_a_figure_is_a_vector_and_a_sharp_picture_and_the_same_each_time(name: str) -> None:
    svg, png = style.encode(DRAW[name]())
    assert b"<image" not in svg
    assert b"date" not in svg
    assert b"Matplotlib v" not in svg
    image = Image.open(io.BytesIO(png))
    assert image.size[0] == 1660
    assert "Software" not in image.info
    assert len(image.convert("RGB").getcolors(1_000_000) or []) > 50
    assert style.encode(DRAW[name]()) == (svg, png)


def test_a_users_own_style_reaches_no_figure(tmp_path: Path) -> None:
    own = tmp_path / "matplotlibrc"
    own.write_text("lines.linewidth: 9\nfont.size: 30\n")
    script = "import stages.figures.style, matplotlib; print(matplotlib.rcParams['font.size'])"
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "MATPLOTLIBRC": str(own)},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "9.0\n"


def words(figure: Figure) -> str:
    """All that is written under and in the panels of a figure."""
    texts = [figure.get_supxlabel()]
    for panel in figure.axes:
        texts += [panel.get_title(loc="left"), panel.get_xlabel(), panel.get_ylabel()]
        texts += [label.get_text() for label in (*panel.get_xticklabels(), *panel.texts)]
    return "\n".join(texts)


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
    rows = learning.table(curves())
    assert [sum(row["agent"] == name for row in rows) for name in ("random search", "another")] == [
        4,
        1,
    ]
    assert sum(row["agent"] == "policy learning" for row in rows) == 100
    last = {"agent": "policy learning", "episode": 400, "return": 390.5}  # the mean of 381 to 400
    assert rows[103] == {**last, "low": None, "high": None}  # of one run


def test_learning_curves_say_what_is_shown() -> None:
    said = words(DRAW["learning_curves"]())
    for part in ("random search, 3 runs", "no interval", "solved, at 475", "random actions"):
        assert part in said


def test_sample_efficiency_counts_the_runs_that_had_solved() -> None:
    by_steps, by_episodes = DRAW["sample_efficiency"]().axes
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
    _, by_episodes = learning.sample_efficiency({"search": many}, "CartPole-v1").axes
    drawn = np.array(by_episodes.lines[0].get_xydata())
    assert len(drawn) == style.LEGIBLE_POINTS
    assert drawn[:, 1].tolist() == (drawn[:, 0] / 1000).tolist()
    assert drawn[[0, -1], 0].tolist() == [0, 1000]


# The test


def test_returns_name_the_runs_solved_with_their_interval() -> None:
    said = words(DRAW["test_returns"]())
    assert "random search\n2 of 3\n[21%, 94%]" in said
    assert "another\n0 of 2\n[0%, 66%]" in said


def test_the_performance_profile_falls_at_each_runs_mean() -> None:
    _, profile = DRAW["test_returns"]().axes
    third = 1 / 3
    steps = [[0, 1], [10, 2 * third], [490, third], [500, 0]]
    assert np.array(profile.lines[0].get_xydata()).tolist() == steps
    assert playing.table(AGENTS)[:2] == [
        {"agent": "random search", "run": 0, "return": 500.0},
        {"agent": "random search", "run": 1, "return": 490.0},
    ]


def test_episodes_show_run_0_in_metres_degrees_and_seconds() -> None:
    panels = DRAW["episodes"]().axes
    for panel, end in ((panels[0], 5.0), (panels[3], 0.5 * 180 / np.pi)):
        course = panel.lines[0].get_xydata()
        assert np.array(course)[-1] == pytest.approx([10.0, end])


def test_policies_change_sides_where_the_preference_does() -> None:
    figure = DRAW["policies"]()
    shades, *others, own = figure.axes[0].collections
    assert len(others) == 2  # of the other two runs
    (path,) = own.get_paths()
    assert np.array(path.vertices)[:, 0] == pytest.approx(0.0, abs=1e-9)
    left, *_, right = np.array(shades.get_facecolor())
    assert left[2] > left[0]  # purple
    assert right[0] > right[2]  # orange
    said = words(figure)
    for part in ("probability of pushing", "advantage: Q(right)", "score: weights", "95%"):
        assert part in said
