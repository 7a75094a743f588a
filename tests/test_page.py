"""The page for any environment and any number of agents, from results that are made up."""

import html
import io
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from browser import opened
from PIL import Image

from stages import report
from stages.common.artifacts import save_arrays, save_json
from stages.pictures.page import FIGURES
from stages.rl import environments
from stages.rl.interface.task import set_up
from stages.rl.judge.history import History
from stages.rl.judge.summary import summarise

ENVIRONMENTS: dict[str, dict[str, Any]] = {
    "cartpole": {"id": "CartPole-v1", "options": {"gravity": 20.0, "force": 9.0}},
    "frozen_lake": {"id": "FrozenLake-v1"},
    "taxi": {"id": "Taxi-v4"},
    "cliff_walking": {"id": "CliffWalking-v1", "episode_limit": 500},
    "my_own": {"id": "CartPole-v1"},  # a module beside those of the project, without any constant
}
OURS = ("search", "policy", "q_learning")
OTHERS = ("sarsa", "actor_critic", "double_q_learning")


def parameters(name: str, runs: int) -> dict[str, Any]:
    evaluate = {"episodes": 4, "bootstrap_resamples": 200}
    search = {"candidates": 77, "scale": [], "factors": [1.0, 0.5], "bias": True}
    return {
        "environment": name,
        "seed": 3,
        "runs": runs,
        "plot": {"smoothing_episodes": 20},
        "render_gif": {"run": 0, "steps_per_frame": 1},
        name: {"env": ENVIRONMENTS[name], "search": search, "evaluate": evaluate},
        "another": {"env": {"id": "Elsewhere-v0"}},
    }


def picture(colour: int) -> bytes:
    """Make a GIF of two frames."""
    file = io.BytesIO()
    first, second = (Image.new("L", (528, 120), shade) for shade in (255, colour))
    first.save(file, "GIF", save_all=True, append_images=[second])
    return file.getvalue()


def made_up(folder: Path, name: str, levels: Mapping[str, float], runs: int) -> None:
    """Write what `report` reads.

    Args:
        folder: where.
        name: of the environment.
        levels: about which the returns of each agent are.
        runs: of each agent.
    """
    params = parameters(name, runs)
    (folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    task = set_up(name, params[name]["env"])
    for place, (agent, level) in enumerate(levels.items()):
        returns = level + np.linspace(-0.02, 0.02, 4 * runs).reshape(runs, 4)
        training = History(
            np.arange(1, 11),
            np.full((runs, 10), level, np.float32),
            np.full((runs, 10), 20.0, np.float32),
            np.full((runs, 1), 5, np.int32),
            returns.mean(axis=1, keepdims=True),
            np.full(runs, 12_345),
        )
        random = returns - level + 25.0
        metrics = summarise(returns, returns, random, training, task, 200, 0)
        save_json(str(folder / f"evaluate/{agent}/metrics.json"), metrics)
        save_arrays(str(folder / f"evaluate/{agent}/returns.npz"), returns=returns)
        save_arrays(str(folder / f"train/{agent}/history.npz"), **training._asdict())
        (folder / "gif").mkdir(exist_ok=True)
        (folder / f"gif/{agent}.gif").write_bytes(picture(place))
    (folder / "gif/together.gif").write_bytes(picture(99))
    for figure in FIGURES:
        drawn = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="300"/>'
        (folder / f"{figure}.svg").write_text(drawn)


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
        made_up(tmp_path, name, levels, runs)
        command = f"""--agents {" ".join(levels)} --trained train --evaluated evaluate
            --animations gif --figures . --together gif/together.gif --page index.html"""
        monkeypatch.setattr(sys, "argv", ["report", *command.split()])
        with chdir(tmp_path):
            report.main()
        return (tmp_path / "index.html").read_text()

    return run


def words(page: str) -> str:
    """Return what a reader reads, without markup and pictures."""
    text = re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(text).split())


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
        "No run of Q-learning solves CartPole-v1: the best one has a mean test return of 9.02, "
        "where 475 would do and random actions have 25.0.",
        "A run solves CartPole-v1 with a mean test return of 475 or more; it is perfect when",
        "Training uses this project's own compiled equations.",
        "Random search does not learn",
    ):
        assert told in text
    assert "No run of random search" not in text
    assert "Barto" not in text
    assert "value iteration" not in text
    measures = [row[0] for row in table(page, 0)]
    assert measures[1:] == [
        "mean test return",
        "interquartile mean",
        "worst run",
        "runs that solve it",
        "perfect runs",
        "mean return before training",
        "environment steps, all",
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
    assert "An episode has 500 steps at most. Every agent" in text
    assert "the best of all policies one of −13.0 (value iteration)." in text
    assert "Training uses Gymnasium's own table." in text
    assert "whichever of the two numbers" in text
    assert "Random search" not in text
    assert 'id="sample_efficiency"' not in page
    assert [row[0] for row in table(page, 0)][3:] == [
        "worst run",
        "mean return before training",
        "environment steps, all",
    ]
    assert table(page, 0)[1] == [
        "mean test return",
        "−13.0 [−13.0, −13.0]",
        "−5,000 [−5,000, −5,000]",
    ]
    assert [len(row) for row in table(page, 1)] == [3, 3]
    assert table(page, 1)[1][1] == "+4,987.0 [4,987.0, 4,987.0]"


def test_small_returns_have_more_decimals(reported: Reported) -> None:
    page = reported("frozen_lake", {"search": 0.13, "q_learning": 0.74})
    assert table(page, 0)[1][1:] == ["0.130 [0.122, 0.137]", "0.740 [0.732, 0.747]"]
    assert table(page, 1)[1][1] == "−0.610 [−0.619, −0.600]"
    assert "the best of all policies one of 0.744 (value iteration)." in words(page)


def test_what_no_policy_can_reach_is_told(reported: Reported) -> None:
    text = words(reported("taxi", {"q_learning": 7.9, "policy": -200.0}))
    assert "one of 7.93 (value iteration): too little, so a run that solves it has had luck" in text


@pytest.mark.parametrize("runs", [1, 3, 12])
def test_of_an_environment_of_ones_own_only_many_runs_have_an_interval(
    runs: int, reported: Reported
) -> None:
    page = reported("my_own", {"search": 500.0, "sarsa": 20.0}, runs)
    text = words(page)
    assert "My own: <b>walk</b> on, and on. An episode has" in text
    assert "Nobody" not in text
    assert "Training uses Gymnasium itself." in text
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
    names[:2] = "random search", "policy learning"
    names[2:3] = ["Q-learning"] * (len(agents) > 2)
    assert table(page, 0)[0][1:] == names
    compared = [row[0] for row in table(page, 1)[1:]]
    assert compared == [f"{a} against {b}" for n, a in enumerate(names) for b in names[n + 1 :]]
    colours = re.findall(r"--colour: (#\w+)", page[: page.index("<tbody>")])
    assert len(set(colours)) == len(colours) == len(agents)
    assert ("Each pair is tested by itself" in page) == (len(agents) > 2)
    assert f"{4 * len(agents) + len(FIGURES) + 1} files" in page


def test_parameters_are_those_of_the_chosen_section_by_their_keys(reported: Reported) -> None:
    text = words(reported("cartpole", {"search": 500.0, "policy": 480.0}))
    shown = text[text.index("Parameters") : text.index("Versions")]
    assert shown.strip() == (
        "Parameters all stages environment cartpole seed 3 runs 12 plot smoothing_episodes 20 "
        "render_gif run 0 steps_per_frame 1 "
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
