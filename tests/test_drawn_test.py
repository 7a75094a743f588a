"""Test returns, episodes and robustness: what is drawn, from known results."""

from typing import Any

import numpy as np
import pytest
from drawn_agents import CARTPOLE, CUSTOM, LAKE, NAMES, SOLVED, agent, history, team, words
from matplotlib.collections import FillBetweenPolyCollection

from stages.pictures.agent_style import styles
from stages.pictures.figures import robustness
from stages.pictures.figures import test_returns as returns_of_test
from stages.pictures.figures.episodes import episodes
from stages.pictures.figures.reference_lines import ReferenceLines

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


@pytest.mark.parametrize(
    ("low", "ends"),
    [
        (120.0, (-9.6, 519.6)),
        (-300.0, (-332.0, 532.0)),  # has room
        (-90_000.0, (-9.6, 519.6)),  # would leave none for the runs
    ],
)
def test_interval_far_beyond_the_returns_is_written_but_not_followed(
    low: float, ends: tuple[float, float]
) -> None:
    one = agent(TRAINING, [[500, 500], [9, 11], [500, 500]], (low, 480.0))
    figure = returns_of_test.test_returns([one], SOLVED)
    assert figure.axes[0].get_xlim() == pytest.approx(ends)
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
    *(row(name, "is_windy", on, 400.0 + on) for name in BOTH for on in (0.0, 1.0)),
    *(row(name, "random actions", 0.1 * i, 50.0) for name in BOTH for i in range(3)),
    *(row(name, "observation noise", 0.25 * i, 60.0) for name in BOTH for i in (0, 1)),
    *(row(name, "alone", 1.0, 500.0) for name in BOTH),
]


def test_robustness_has_a_panel_for_each_perturbation_and_a_line_for_each_agent() -> None:
    lines, both = robustness.lines_of(ROWS, BOTH), list(styles(BOTH).values())
    assert list(lines) == ["pole_mass", "is_windy", "random actions", "observation noise"]
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
    assert labels == [factors, ["off", "on"], ["0%", "10%", "20%"], ["0", "0.25"]]
    assert [panel.get_title(loc="left") for panel in figure.axes][:2] == ["pole mass", "is windy"]
