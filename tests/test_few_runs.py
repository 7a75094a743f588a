"""One run and few runs from end to end: what the metrics, the page and the README's table say."""

import json
import re
from contextlib import chdir
from typing import Any

import inside
import numpy as np
import pytest
from checkout import Checkout
from numpy.typing import NDArray

from stages.pictures.page import Agent, Animation
from stages.pictures.page.tables import comparisons
from stages.rl.interface.task import Task

SUMMARY = "data/evaluate/{}/summary.json"
BOUNDS = (
    ("return", "low"),
    ("return", "high"),
    ("fraction", "solved_low"),
    ("fraction", "solved_high"),
)


@pytest.fixture(scope="module")
def single(small: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """The small pipeline with one run instead of three."""
    one = small.copied(tmp_path_factory.mktemp("single") / "copy")
    one.commit()
    one.edit("params.yaml", ("runs: 3 ", "runs: 1 "))
    with chdir(one.path):
        for stage in inside.LOCK:
            inside.run(stage)  # where a warning is an error
    return one


def said(checkout: Checkout) -> str:
    """The page's results and comparison, with marks for what is bold but without pictures."""
    text = (checkout.path / "data/report/index.html").read_text()
    return text[text.index('<h2 id="results">') : text.index('<h2 id="figures">')]


def test_the_metrics_of_one_run_have_no_bounds(single: Checkout) -> None:
    for agent in ("random_search", "reinforce", "q_learning"):
        metrics = json.loads((single.path / SUMMARY.format(agent)).read_text())
        assert [metrics[section][name] for section, name in BOUNDS] == [None] * 4
        assert metrics["return"]["mean"] == metrics["return"]["worst"] > 0


def test_the_page_of_one_run_has_no_interval_and_no_bold_and_says_why(single: Checkout) -> None:
    text = said(single)
    assert "one run does not tell how far from it another would end" in text
    for mark in ("<td><span>", 'class="clear"', "[", "95%", "Bold", "nan", "None"):
        assert mark not in text
    assert "was trained once." in (single.path / "data/report/index.html").read_text()


def test_dvc_compares_one_run_with_three(single: Checkout) -> None:
    told = single.dvc("metrics", "diff", "--json", "HEAD")
    changed = json.loads(told)["data/metrics/random_search.json"]["random_search.low"]
    assert changed["new"] is None
    assert changed["old"] > 0
    rows = json.loads((single.path / "data/plot/learning_curves.json").read_text())
    assert {(point["low"], point["high"]) for point in rows} == {(None, None)}


def test_the_table_in_the_terminal_has_no_brackets_for_one_run(
    single: Checkout, small: Checkout
) -> None:
    one, three = ((made.path / "data/report/results.md").read_text() for made in (single, small))
    rows = [[cell.strip() for cell in line.split("|")] for line in one.splitlines()]
    (row,) = (row for row in rows if row[1:2] == ["random search"])
    assert re.fullmatch(r"\d+\.\d+", row[2])
    assert re.fullmatch(r"[01] of 1", row[4])
    assert three.count("[") == 1 + 3


def test_the_page_of_three_runs_says_what_its_intervals_are_and_that_bold_takes_four(
    small: Checkout,
) -> None:
    text = said(small)
    assert "(Gaffke 2005)" in text
    assert "nothing can be bold: it takes four" in text
    assert 'class="clear"' not in text
    assert "nan" not in text
    (values,) = re.findall("mean test return</th>(.*?)</tr>", text, re.DOTALL)[:1]
    assert values.count("<span>[") == 3
    (medians,) = re.findall("steps to solve, median</th>(.*?)</tr>", text, re.DOTALL)[:1]
    assert "<span>" not in medians  # three runs are too few for one
    comparisons = text[text.index('<h2 id="comparison">') :]
    assert "<span>[" not in comparisons


def an_agent(means: NDArray[np.float64], steps: NDArray[np.float64]) -> Agent:
    untold: Any = None
    return Agent("", {}, means, steps / 20, steps, steps, untold, Animation(b"", b""))


@pytest.mark.parametrize("runs", [3, 4, 12])
def test_agents_of_which_each_run_is_better_are_bold_from_four_runs_on(runs: int) -> None:
    place = np.arange(float(runs))
    agents = [
        an_agent(500.0 - place, 100.0 + place),
        an_agent(100.0 + place, np.full(runs, np.inf)),
        an_agent(499.9 - place, 100.5 + place),
    ]
    cartpole = Task("cartpole", "CartPole-v1", {}, 500, 475.0, 4, 0, 2)
    measures, pairs = comparisons(agents, cartpole, 1000, np.random.default_rng(0))
    far, near = pairs[0, 1], pairs[0, 2]
    for measure, of_far, of_near in zip(measures, far, near, strict=True):
        assert of_far.clear == (runs >= 4), measure
        assert not of_near.clear, measure
        assert (of_far.interval != "") == (runs >= 10), measure
    assert near[0].value == "+0.10"
    assert [cell.value for cell in far[1:]] == ["100%", "100%"]
