"""One run and three runs from end to end: what the metrics, the page and the table say."""

import json
import re
from contextlib import chdir

import inside
import pytest
from checkout import Checkout
from graph import AGENTS

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


def results(checkout: Checkout) -> str:
    """Return the page's tables, with marks for what is bold but without pictures."""
    text = (checkout.path / "data/report/index.html").read_text()
    return text[text.index('<h2 id="results">') : text.index('<h2 id="training">')]


def test_the_metrics_of_one_run_have_no_bounds(single: Checkout) -> None:
    for agent in ("random_search", "reinforce", "q_learning"):
        metrics = json.loads((single.path / SUMMARY.format(agent)).read_text())
        assert [metrics[section][name] for section, name in BOUNDS] == [None] * 4
        assert metrics["return"]["mean"] == metrics["return"]["worst"] > 0


def test_the_page_of_one_run_has_no_interval_and_no_bold(single: Checkout) -> None:
    text = results(single)
    for mark in ("<td><span>", 'class="clear"', "[", "95%", "Bold", "nan", "None"):
        assert mark not in text
    page = (single.path / "data/report/index.html").read_text()
    for sentence in (
        "With one run of each agent, no difference can be significant.",
        "was trained once:",
        "One run has no interval.",
    ):
        assert sentence in page


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
    assert three.count("[") == 1 + len(AGENTS)


def test_the_page_of_three_runs_says_what_its_intervals_are_and_how_many_it_takes(
    small: Checkout,
) -> None:
    text = results(small)
    assert "it takes 5 runs of each before any difference can be significant" in text
    assert 'class="clear"' not in text
    assert "nan" not in text
    assert "(Gaffke 2005)" in (small.path / "data/report/index.html").read_text()
    (values,) = re.findall("mean test return</th>(.*?)</tr>", text, re.DOTALL)[:1]
    assert values.count("<span>[") == len(AGENTS)
    (medians,) = re.findall("stays solved, median</th>(.*?)</tr>", text, re.DOTALL)[:1]
    assert "<span>" not in medians  # three runs are too few for one
    assert "<span>[" not in text[text.index("<h3>In pairs</h3>") :]
