"""The page for any environment and any number of agents, from results that are made up."""

import html
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import opened
from made_up import page_of

from stages.rl import agents, environments

OURS = ("random_search", "reinforce", "q_learning")
OTHERS = ("sarsa", "expected_sarsa", "double_q_learning")

Reported = Callable[..., str]


@pytest.fixture
def reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reported:
    """Make up results, run the stage on them, and return the page."""
    custom = '"""My own: <b>walk</b> on,\n\nand on.\n\nNobody, "Nowhere", 1999.\n"""\n'
    (tmp_path / "custom").mkdir()
    (tmp_path / "custom/my_own.py").write_text(custom)
    for name in OTHERS:
        (tmp_path / f"custom/{name}.py").write_text('"""It learns <i>fast</i>.\n\nMore.\n"""\n')
    for package in (agents, environments):
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path / "custom")])

    def run(name: str, levels: Mapping[str, float], runs: int = 12) -> str:
        return page_of(tmp_path, name, levels, runs).read_text()

    return run


def words(page: str) -> str:
    """Return what a reader reads, without markup and pictures, and with a plain minus."""
    text = re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(text).replace("\N{MINUS SIGN}", "-").split())


def table(page: str, place: int) -> list[list[str]]:
    """Return the cells of the first or the second table, row by row."""
    found = re.findall(r"<table>(.*?)</table>", page, re.DOTALL)[place]
    return [
        [words(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>.*?</tr>", found, re.DOTALL)
    ]


def test_cartpole_has_everything_with_the_agents_in_their_order(reported: Reported) -> None:
    page = reported("cartpole", dict(zip(OURS, (480.0, 9.0, 500.0), strict=True)))
    text = words(page)
    for shown in (
        "What the agents learned in CartPole-v1 In the test, Q-learning and random search solve "
        "CartPole-v1 in all 12 runs; REINFORCE fails: every training episode returned 9.00. "
        "In validation, it stays solved from 12,345 steps on with Q-learning (median) and 12,345 "
        "with random search; the difference is not significant.",
        "a cart carries a pole on a hinge, and is pushed to the left or to the right. "
        "Each step gives a reward of 1.",
        "An episode has 500 steps at most, and a mean return of 475 or more solves CartPole-v1. "
        "Changed from Gymnasium's: gravity 20.0, force 9.0. "
        "Every agent was trained 12 times, each time from other random numbers: "
        "Q-learning : learn what each action is worth",
        "random search over linear policies: draw many",
        "Q-learning still averages 475 or more in 1 of 1 perturbed environments and random search "
        "in 0. The worst is 50% random actions for Q-learning (500.0 becomes 490.0)",
        "with 12 runs, one of 3 agents whose mean return is better by half a standard deviation "
        "between runs is found in about 8% of cases, by a whole one in about 43%.",
        "Training uses this project's own compiled equations.",
        "random_actions 0.5 cartpole.env id CartPole-v1 options.gravity 20.0 options.force 9.0 "
        "cartpole.search candidates 77 scale [] factors 1.0, 0.5 bias true",
    ):
        assert shown in text
    assert "Barto" not in text
    assert "value iteration" not in text
    assert page.index('id="try"') < page.index('id="agents"') < page.index('id="results"')
    assert table(page, 0)[0][1:] == ["Q-learning", "random search", "REINFORCE"]
    measures = {row[0]: row[1:] for row in table(page, 0)}
    assert measures["steps until it stays solved, median"][2] == "not in half"
    assert measures["of these in validation"] == ["12,145"] * 3
    assert table(page, 1)[2] == [
        "Q-learning against REINFORCE",
        "+491.00 [490.99, 491.01]",
        "100% [100%, 100%]",
        "100% [100%, 100%]",
    ]


def test_without_a_threshold_nothing_is_said_of_solving(reported: Reported) -> None:
    page = reported("cliff_walking", {"sarsa": -5000.0, "q_learning": -13.0})
    text = words(page)
    assert text.count("solv") == text.count("No return counts as solving CliffWalking-v1.") == 1
    assert 'alt="Return of the best policy so far, over' in page
    assert "\N{MINUS SIGN}5,000" in page
    assert "-5,000" not in page
    assert "the best possible policy -13.0 (value iteration)." in text
    assert "Training uses the table of the environment that Gymnasium hands out." in text
    assert "sarsa : It learns <i>fast</i>." in text
    assert [row[0] for row in table(page, 0)][1:3] == ["mean test return", "interquartile mean"]
    assert [len(row) for row in table(page, 1)] == [3, 3]
    assert table(page, 1)[1][1] == "+4,987.0 [4,987.0, 4,987.0]"


def test_a_threshold_that_no_policy_can_reach_is_named(reported: Reported) -> None:
    page = reported("taxi", {"q_learning": 7.9, "reinforce": -200.0})
    assert "possible policy 7.93 (value iteration), which is below 8: a run" in words(page)
    small = reported("frozen_lake", {"random_search": 0.13, "q_learning": 0.74})
    assert table(small, 0)[1][1:] == ["0.740 [0.732, 0.747]", "0.130 [0.122, 0.137]"]
    assert table(small, 1)[1][1] == "+0.610 [0.601, 0.618]"


@pytest.mark.parametrize("runs", [1, 3, 12])
def test_a_custom_environment_has_intervals_of_many_runs_alone(
    runs: int, reported: Reported
) -> None:
    page = reported("my_own", {"random_search": 500.0, "sarsa": 20.0}, runs)
    text = words(page)
    assert "My own: <b>walk</b> on, and on. An episode has" in text
    assert "Nobody" not in text
    assert "Training uses Gymnasium itself." in text
    assert 'id="live"' not in page
    assert "#try" not in page
    assert page.index('class="picture animation"') < page.index('id="agents"')
    assert ("unknown bounds of the return, a mean has none" in text) == (runs == 3)
    assert ("One run has no interval" in text) == (runs == 1)
    assert ("bootstrap over runs for means (200 resamples)" in text) == (runs == 12)
    assert ("it takes 4 runs of each before any difference" in text) == (runs < 4)
    assert ("Bold" in text) == ('class="clear"' in page) == (runs == 12)
    assert [("[" in cell) for cell in table(page, 0)[1][1:]] == [runs == 12] * 2
    assert re.search(r"\bnan\b|\bNone\b", text) is None


@pytest.mark.parametrize("names", [OURS[:1], OURS + OTHERS])
def test_one_to_six_agents_are_compared_each_with_each(
    names: tuple[str, ...], reported: Reported
) -> None:
    page = reported("cartpole", {agent: 500.0 - 9 * n for n, agent in enumerate(names)})
    pairs = len(names) * (len(names) - 1) // 2
    assert page.count(" against <b") == pairs
    assert len(table(page, 0)[0]) == 1 + len(names)
    colours = re.findall(r"--colour: (#\w+)", page[page.index("<thead>") : page.index("<tbody>")])
    assert len(set(colours)) == len(names)


@pytest.mark.parametrize("dark", [False, True])
def test_six_agents_have_room_on_a_phone(dark: bool, reported: Reported, tmp_path: Path) -> None:
    reported("cartpole", dict.fromkeys(OURS + OTHERS, 480.0))
    with opened(tmp_path / "index.html", 360, dark=dark) as visit:
        assert visit.errors == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") == 360
        found = Axe().run(visit.page)
        assert found.violations_count == 0, found.generate_report()
