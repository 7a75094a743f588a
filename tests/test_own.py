"""An environment and an agent of one's own, added to a checkout to the letter of the documents."""

import json
import re
import subprocess
from collections.abc import Callable

import pytest
from checkout import ROOT, Checkout, without_catch, without_sarsa

LITTLE = ("runs: 30", "runs: 2"), ("resamples: 10000", "resamples: 100")


def section(document: str, heading: str) -> str:
    """Read what stands below a heading."""
    return (ROOT / document).read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]


def blocks(document: str, heading: str) -> list[tuple[str, str]]:
    """Read the code below a heading: where it goes, as the text before it says, and what it is."""
    text = section(document, heading)
    found = []
    for before, code in re.findall(r"([^\n]+)\n\n```[a-z]+\n(.*?)```\n", text, flags=re.S):
        found.append((re.findall(r"`([a-z_/]+\.(?:py|yaml))`", before)[-1:], code))
    return [(place[0], code) for place, code in found if place]


def added(checkout: Checkout, document: str, heading: str) -> None:
    """Do what a document says: files of their own, and what is added at the end of others."""
    for name, code in blocks(document, heading):
        file = checkout.path / name
        earlier = file.read_text() if file.exists() else ""
        if name == "dvc.yaml":  # a stage goes among the stages
            file.write_text(earlier.replace("stages:\n", f"stages:\n{code}"))
        else:
            file.write_text(earlier + code)
    for command in re.findall(r"^\$ (perl .*)$", section(document, heading), re.MULTILINE):
        subprocess.run(command, shell=True, cwd=checkout.path, check=True)


def beside(checkout: Checkout, other: str, agent: str) -> None:
    """Add an agent's name to the list of dvc.yaml, and its folders to the dependencies."""
    file = checkout.path / "dvc.yaml"
    text = file.read_text().replace(f"{other}]}}", f"{other}, {agent}]}}")
    listed = re.compile(rf"^( +- data/\w+/){other}(.*\n)", re.MULTILINE)
    file.write_text(listed.sub(rf"\g<0>\g<1>{agent}\g<2>", text))


@pytest.fixture
def fresh(checkout: Callable[[], Checkout]) -> Checkout:
    made = checkout()
    made.edit("params.yaml", *LITTLE)
    return made


@without_catch
def test_an_environment_of_ones_own_is_trained_and_tested(fresh: Checkout) -> None:
    added(fresh, "docs/extend.md", "A custom environment")
    assert fresh.git("status", "--short", "stages").split() == [
        "??",
        "stages/rl/environments/catch.py",
    ]
    fresh.edit("params.yaml", ("environment: cartpole", "environment: catch"))
    fresh.repro("evaluate@q_learning")
    returns = json.loads((fresh.path / "data/evaluate/q_learning/summary.json").read_text())[
        "return"
    ]
    assert returns["mean"] > 0.5  # caught more often than not
    assert returns["random"] < -0.4  # -1 + 2 / 7, for a ball over seven columns, or less


@without_sarsa
def test_an_agent_of_ones_own_is_trained_and_tested(fresh: Checkout) -> None:
    add_sarsa(fresh)
    fresh.repro("evaluate@sarsa", NUMBA_DISABLE_JIT="1")  # sooner done than compiled
    metrics = json.loads((fresh.path / "data/metrics/sarsa.json").read_text())["sarsa"]
    assert -19.0 <= metrics["return"] <= -13.0  # it keeps away from the cliff, or along it


def add_sarsa(fresh: Checkout) -> None:
    """Add the agent of docs/extend.md, in the environment that it says."""
    added(fresh, "docs/extend.md", "A custom agent")
    beside(fresh, "actor_critic", "sarsa")
    fresh.edit("params.yaml", ("environment: cartpole", "environment: cliff_walking"))


@without_catch
@pytest.mark.slow
def test_an_environment_of_ones_own_reaches_the_report(fresh: Checkout) -> None:
    added(fresh, "docs/extend.md", "A custom environment")
    fresh.edit("params.yaml", ("environment: cartpole", "environment: catch"))
    fresh.repro()
    page = (fresh.path / "data/report/index.html").read_text()
    assert "Catch-v0" in page
    assert "a ball falls" in page


@without_sarsa
@pytest.mark.slow
def test_an_agent_of_ones_own_is_in_every_figure_table_and_comparison(fresh: Checkout) -> None:
    add_sarsa(fresh)
    fresh.repro()
    page = (fresh.path / "data/report/index.html").read_text()
    assert page.count(">sarsa</b> against") + page.count("against <b") >= 3
    assert len(re.findall(r'<th scope="col"><b class="agent"[^>]*>sarsa</b></th>', page)) == 1
    for figure in ("learning_curves", "test_returns", "sample_efficiency", "policies", "episodes"):
        assert (fresh.path / f"data/plot/{figure}.svg").stat().st_size > 5_000
    for table in ("learning_curves", "test_returns"):
        assert '"agent": "sarsa"' in (fresh.path / f"data/plot/{table}.json").read_text()
    assert (fresh.path / "data/render_gif/sarsa.gif").exists()
