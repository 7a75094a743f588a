"""The intervals in figures: none of one run, those of few runs and of many by their names."""

import numpy as np
import pytest
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.figure import Figure
from pictured import CARTPOLE, MARKS, agent, figures, history, linear, words

from stages.pictures.figures import playing


def drawn(runs: int, interval: tuple[float, float] = (120.0, 480.0)) -> dict[str, Figure]:
    """The figures of an agent half of whose runs solve."""
    scores = np.where(np.arange(runs) % 2 == 0, 500.0, 100.0)[:, np.newaxis]
    training = history(np.tile([20.0, 300.0], (runs, 1)) + scores / 100, scores)
    returns = [[500, 500], [9, 11]] * (runs // 2) + [[500, 490]]
    policy = linear(0.0, 0.0, 1.0, 0.0, runs=runs)
    return figures([agent(policy, training, returns, interval)], CARTPOLE, MARKS)


def bands(figure: Figure) -> int:
    """Count the bands that are there to be seen: of more than a point, and higher than a line."""
    heights = [
        np.ptp(np.array(path.vertices)[:, 1])
        for panel in figure.axes
        for band in panel.collections
        if isinstance(band, FillBetweenPolyCollection)
        for path in band.get_paths()
    ]
    return sum(height > 0 for height in heights)


def test_one_run_has_neither_bands_nor_intervals_and_is_one_run() -> None:
    found = drawn(1, (np.nan, np.nan))
    said = {name: words(figure) for name, figure in found.items()}
    assert "mean over 1 run of" in said["learning_curves"]
    assert "random search\nmean 495.0\n1 of 1 solve it\n" in said["test_returns"]
    assert len(found["policies"].axes) == 1
    for name, figure in found.items():
        assert "nan" not in said[name]
        assert "band" not in said[name]
        assert "95%" not in said[name]
        assert name == "episodes" or bands(figure) == 0
    for name in ("learning_curves", "sample_efficiency", "test_returns"):
        assert "no interval" in said[name]


def test_few_runs_have_intervals_that_are_named() -> None:
    found = drawn(5)
    assert bands(found["learning_curves"]) == 0
    assert "fewer than 10 have no interval" in words(found["learning_curves"])
    assert bands(found["sample_efficiency"]) == 1
    assert "95% interval (Gaffke)" in words(found["test_returns"])
    assert " [120.0, 480.0]\n" in words(found["test_returns"])


def test_few_runs_have_no_interval_of_their_mean_where_no_bounds_of_returns_are_known() -> None:
    found = drawn(5, (np.nan, np.nan))["test_returns"]
    said = words(found)
    assert "fewer than 10 have no interval where returns have no known bounds" in said
    assert "nan" not in said
    assert "Gaffke" not in said
    assert "3 of 5 solve it [23%, 88%]" in said


def test_many_runs_have_bootstrap_intervals() -> None:
    found = drawn(11)
    assert bands(found["learning_curves"]) == 1
    assert "band: its 95% interval (bootstrap over runs)" in words(found["learning_curves"])
    assert "95% interval (bootstrap)" in words(found["test_returns"])


@pytest.mark.parametrize(
    ("interval", "ends"),
    [
        ((120.0, 480.0), (-9.6, 519.6)),
        ((-300.0, 480.0), (-332.0, 532.0)),  # has room
        ((-90_000.0, 480.0), (-9.6, 519.6)),  # would leave none for the runs
    ],
)
def test_an_interval_far_beyond_what_was_played_is_told_but_not_followed(
    interval: tuple[float, float], ends: tuple[float, float]
) -> None:
    one = agent(
        linear(0.0, 0.0, 1.0, 0.0),
        history(np.ones((3, 1)), np.ones((3, 1))),
        [[500, 500], [9, 11], [500, 500]],
        interval,
    )
    figure = playing.returns([one], MARKS)
    assert figure.axes[0].get_xlim() == pytest.approx(ends)
    told = f"[{interval[0]:,.1f}, 480.0]".replace("-", "\N{MINUS SIGN}")
    assert told in words(figure)
