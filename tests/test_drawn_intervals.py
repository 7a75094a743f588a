"""The intervals in figures: none of one run, those of few runs and of many by their names."""

import numpy as np
import pytest
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from test_figures import AGENTS, UPRIGHT, agent, history, words

from stages.figures import learning, playing


def drawn(runs: int) -> dict[str, Figure]:
    """The figures that hold intervals, of an agent half of whose runs solve."""
    scores = np.where(np.arange(runs) % 2 == 0, 500.0, 100.0)[:, np.newaxis]
    training = history(np.tile([20.0, 300.0], (runs, 1)) + scores / 100, scores)
    returns = [[500, 500], [9, 11]] * (runs // 2) + [[500, 500]]
    agents = {"search": agent(UPRIGHT, training, returns)}
    found = {"search": learning.curves(training, 1, np.random.default_rng(0))}
    interval = (np.nan, np.nan) if runs == 1 else (120.0, 480.0)
    return {
        "learning_curves": learning.learning_curves(agents, found, "CartPole-v1", 20),
        "sample_efficiency": learning.sample_efficiency(agents, "CartPole-v1"),
        "test_returns": playing.returns(agents, {"search": interval}, "CartPole-v1"),
        "episodes": playing.episodes(agents, "CartPole-v1"),
    }


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
    figures = drawn(1)
    said = {name: words(figure) for name, figure in figures.items()}
    assert "random search, 1 run\n" in said["learning_curves"]
    assert "random search\n1 of 1\n" in said["test_returns"]
    assert "\n500.0" in said["test_returns"]
    for name, figure in figures.items():
        assert "nan" not in said[name]
        assert "band" not in said[name]
        assert "95%" not in said[name]
        assert name == "episodes" or bands(figure) == 0
    for name in ("learning_curves", "sample_efficiency", "test_returns"):
        assert "no interval" in said[name]


def test_few_runs_have_intervals_that_are_named() -> None:
    figures = drawn(5)
    assert bands(figures["learning_curves"]) == 0
    assert "no interval as they are fewer than 10" in words(figures["learning_curves"])
    assert bands(figures["sample_efficiency"]) == 2
    assert "95% interval (Gaffke)" in words(figures["test_returns"])
    assert "\n[120.0, 480.0]" in words(figures["test_returns"])


def test_many_runs_have_bootstrap_intervals() -> None:
    figures = drawn(11)
    assert bands(figures["learning_curves"]) == 2
    assert "band: its 95% interval (bootstrap over runs)" in words(figures["learning_curves"])
    assert "95% interval (bootstrap)" in words(figures["test_returns"])


@pytest.mark.parametrize(
    ("interval", "beside"),
    [((499.0, 500.0), 475), ((200, 450), 200), ((30, 200), 200), ((30, 490), 500)],
)
def test_the_numbers_of_an_interval_stand_beside_its_bar(
    interval: tuple[float, float], beside: float
) -> None:
    """Below it, and below the threshold; above it where there is no room below."""
    one = {"search": AGENTS["search"]}
    dots = playing.returns(one, {"search": interval}, "CartPole-v1").axes[0]
    (told,) = dots.texts
    assert isinstance(told, Annotation)
    assert told.xy[1] == beside
    assert told.get_verticalalignment() == ("top" if interval[0] > 100 else "bottom")
