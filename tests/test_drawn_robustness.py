"""The figure of robustness, from rows that are made up."""

from typing import Any

import numpy as np
from matplotlib.collections import FillBetweenPolyCollection
from pictured import MARKS, words

from stages.pictures.agent_style import styles
from stages.pictures.figures import robustness

LOOKS = list(styles(["random_search", "reinforce"]).values())


def row(agent: str, change: str, level: float, mean: float, band: float = 0.0) -> dict[str, Any]:
    low, high = (mean - band, mean + band) if band else (None, None)
    ends = {"low": low, "high": high, "as_trained": level == 1.0}
    return {"agent": agent, "change": change, "level": level, "return": mean, **ends}


ROWS = [
    row("random_search", "pole_mass", 2.0, 120.0, 20.0),
    row("random_search", "pole_mass", 0.5, 300.0, 30.0),
    row("random_search", "pole_mass", 1.0, 500.0, 10.0),
    *(row("reinforce", "pole_mass", level, 490.0) for level in (0.5, 1.0, 2.0)),
    *(
        row(who, "is_windy", on, 400.0 + on)
        for who in ("reinforce", "random_search")
        for on in (0.0, 1.0)
    ),
    *(
        row(who, "random actions", 0.1 * i, 50.0)
        for who in ("reinforce", "random_search")
        for i in range(3)
    ),
    *(
        row(who, "observation noise", 0.25 * i, 60.0)
        for who in ("random_search", "reinforce")
        for i in (0, 1)
    ),
    *(row(who, "alone", 1.0, 500.0) for who in ("random_search", "reinforce")),
]


def test_a_panel_for_each_change_has_a_line_for_each_agent_by_rising_level() -> None:
    lines = robustness.lines_of(ROWS, ["random_search", "reinforce"])
    assert list(lines) == ["pole_mass", "is_windy", "random actions", "observation noise"]
    figure = robustness.robustness(lines, LOOKS, MARKS)
    first, *_ = figure.axes
    usual, search, policy, solved = first.lines
    assert np.array(usual.get_xdata()).tolist() == [1, 1]  # as in training
    assert np.array(search.get_xydata()).tolist() == [[0, 300], [1, 500], [2, 120]]
    assert np.array(policy.get_ydata()).tolist() == [490] * 3
    assert [line.get_color() for line in (search, policy)] == [look.colour for look in LOOKS]
    assert np.array(solved.get_ydata()).tolist() == [475, 475]
    band, _ = (one for one in first.collections if isinstance(one, FillBetweenPolyCollection))
    heights = np.array(band.get_paths()[0].vertices)[:, 1]
    assert (heights.min(), heights.max()) == (100, 510)


def test_levels_are_written_as_what_they_are_and_agents_named_once() -> None:
    lines = robustness.lines_of(ROWS, ["random_search", "reinforce"])
    figure = robustness.robustness(lines, LOOKS, MARKS)
    said = [[text.get_text() for text in panel.get_xticklabels()] for panel in figure.axes]
    factors = [f"\N{MULTIPLICATION SIGN}{factor}" for factor in ("0.5", "1", "2")]
    assert said == [factors, ["off", "on"], ["0%", "10%", "20%"], ["0", "0.25"]]
    assert [panel.get_title(loc="left") for panel in figure.axes][:2] == ["pole mass", "is windy"]
    assert words(figure).count("random search") == 1


def test_without_another_world_the_figure_says_so() -> None:
    alone = robustness.lines_of(
        [row("random_search", "random actions", 0.0, 500.0)], ["random_search"]
    )
    assert "There is no other world" in words(robustness.robustness(alone, LOOKS[:1], MARKS))
