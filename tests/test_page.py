"""The page for any environment and any number of agents, from results that are made up."""

import html
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import opened
from made_up import page_of

from stages.rl import environments

OURS = ("random_search", "reinforce", "q_learning")
OTHERS = ("sarsa", "actor_critic", "double_q_learning")

Reported = Callable[..., str]


@pytest.fixture
def reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reported:
    """Make up results, run the stage on them, and return the page."""
    (tmp_path / "modules").mkdir()
    own = '"""My own: <b>walk</b> on,\n\nand on.\n\nNobody, "Nowhere", 1999.\n"""\n'
    (tmp_path / "modules/my_own.py").write_text(own)
    monkeypatch.setattr(
        environments, "__path__", [*environments.__path__, str(tmp_path / "modules")]
    )

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


def test_of_cartpole_all_is_told(reported: Reported) -> None:
    page = reported("cartpole", dict(zip(OURS, (500.0, 480.0, 9.0), strict=True)))
    text = words(page)
    for told in (
        "What the agents learned in CartPole-v1",
        "a cart carries a pole on a hinge, and is pushed to the left or to the right. "
        "Each step gives a reward of 1.",
        "An episode has 500 steps at most, and a mean return of 475 or more solves CartPole-v1.",
        "Here, other than in Gymnasium: gravity 20.0, force 9.0.",
        "Every agent was trained 12 times, each time from other random numbers.",
        "Random search and REINFORCE solve CartPole-v1 in all 12 runs; Q-learning fails: it "
        "was never rewarded, every training episode returned 9.00.",
        "Random search still averages 475 or more in 1 of 1 worlds that it never saw and REINFORCE "
        "in 0; what costs most is random actions.",
        "A run solves CartPole-v1 with a mean test return of 475 or more; it is perfect when",
        "Training uses this project's own compiled equations.",
        "Random search does not learn",
    ):
        assert told in text
    assert "Barto" not in text
    assert "value iteration" not in text
    measures = [row[0] for row in table(page, 0)]
    assert table(page, 0)[-2][3] == table(page, 0)[-1][3] == "never"
    assert measures[1:] == [
        "mean test return",
        "interquartile mean",
        "worst run",
        "runs that solve it",
        "perfect runs",
        "mean return before training",
        "environment steps, all",
        "steps to first solve, median",
        "steps to solve, median",
        "episodes to solve, median",
    ]
    assert table(page, 1)[2] == [
        "random search against Q-learning",
        "+491.00 [490.99, 491.01]",
        "100% [100%, 100%]",
        "100% [100%, 100%]",
    ]


def test_where_nothing_counts_as_solved_nothing_is_told_of_it(reported: Reported) -> None:
    page = reported("cliff_walking", {"q_learning": -13.0, "sarsa": -5000.0})
    text = words(page)
    assert text.count("solv") == text.count("No return counts as solving CliffWalking-v1.") == 1
    assert 'alt="Return of the best policy so far, over' in page
    assert "An episode has 500 steps at most. Every agent" in text
    assert "\N{MINUS SIGN}5,000" in page
    assert "-5,000" not in page
    assert "the best of all policies one of -13.0 (value iteration)." in text
    assert "Training uses the table of the environment that Gymnasium hands out." in text
    assert "whichever of the two numbers" in text
    assert "Random search" not in text
    assert [row[0] for row in table(page, 0)][3:] == [
        "worst run",
        "mean return before training",
        "environment steps, all",
    ]
    assert table(page, 0)[1] == [
        "mean test return",
        "-13.0 [-13.0, -13.0]",
        "-5,000 [-5,000, -5,000]",
    ]
    assert [len(row) for row in table(page, 1)] == [3, 3]
    assert table(page, 1)[1][1] == "+4,987.0 [4,987.0, 4,987.0]"


def test_small_returns_have_more_decimals(reported: Reported) -> None:
    page = reported("frozen_lake", {"random_search": 0.13, "q_learning": 0.74})
    assert table(page, 0)[1][1:] == ["0.130 [0.122, 0.137]", "0.740 [0.732, 0.747]"]
    assert table(page, 1)[1][1] == "-0.610 [-0.619, -0.600]"
    assert "the best of all policies one of 0.744 (value iteration)." in words(page)


def test_what_no_policy_can_reach_is_told(reported: Reported) -> None:
    text = words(reported("taxi", {"q_learning": 7.9, "reinforce": -200.0}))
    assert "one of 7.93 (value iteration): too little, so a run that solves it has had luck" in text


@pytest.mark.parametrize("runs", [1, 3, 12])
def test_of_an_environment_of_ones_own_only_many_runs_have_an_interval(
    runs: int, reported: Reported
) -> None:
    page = reported("my_own", {"random_search": 500.0, "sarsa": 20.0}, runs)
    text = words(page)
    assert "My own: <b>walk</b> on, and on. An episode has" in text
    assert "Nobody" not in text
    assert "Training uses Gymnasium itself." in text
    assert 'id="live"' not in page
    assert "#try" not in page
    assert ("nobody has said how low or high it could be" in text) == (runs == 3)
    assert ("one run does not tell" in text) == (runs == 1)
    assert ("bootstrap over runs for means (200 resamples)" in text) == (runs == 12)
    assert [("[" in cell) for cell in table(page, 0)[1][1:]] == [runs == 12] * 2
    assert "perfect" not in text
    assert re.search(r"\bnan\b|\bNone\b", text) is None


@pytest.mark.parametrize("agents", [OURS[:2], OURS + OTHERS])
def test_two_to_six_agents_are_compared_each_with_each(
    agents: tuple[str, ...], reported: Reported
) -> None:
    page = reported("cartpole", {agent: 500.0 - 9 * n for n, agent in enumerate(agents)})
    names = [name.replace("_", " ") for name in agents]
    names[:2] = "random search", "REINFORCE"
    names[2:3] = ["Q-learning"] * (len(agents) > 2)
    assert table(page, 0)[0][1:] == names
    compared = [row[0] for row in table(page, 1)[1:]]
    assert compared == [f"{a} against {b}" for n, a in enumerate(names) for b in names[n + 1 :]]
    colours = re.findall(r"--colour: (#\w+)", page[page.index("<thead>") : page.index("<tbody>")])
    assert len(set(colours)) == len(colours) == len(agents)
    assert ("Each pair is tested by itself" in page) == (len(agents) > 2)


def test_parameters_are_those_of_the_chosen_section_by_their_keys(reported: Reported) -> None:
    text = words(reported("cartpole", {"random_search": 500.0, "reinforce": 480.0}))
    shown = text[text.index("Parameters") : text.index("Versions")]
    assert shown.strip() == (
        "Parameters all stages environment cartpole seed 3 runs 12 plot smoothing_episodes 20 "
        "render_gif steps_per_frame 1 "
        "robustness episodes 2 factors [] noise [] random_actions 0.5 "
        "cartpole.env id CartPole-v1 options.gravity 20.0 options.force 9.0 "
        "cartpole.search candidates 77 scale [] factors 1.0, 0.5 bias true "
        "cartpole.evaluate episodes 4 bootstrap_resamples 200"
    )


@pytest.mark.parametrize("dark", [False, True])
def test_six_agents_have_room_on_a_phone(dark: bool, reported: Reported, tmp_path: Path) -> None:
    reported("cartpole", dict.fromkeys(OURS + OTHERS, 480.0))
    with opened(tmp_path / "index.html", 360, dark=dark) as visit:
        assert visit.errors == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") == 360
        found = Axe().run(visit.page)
        assert found.violations_count == 0, found.generate_report()
