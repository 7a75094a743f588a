"""What the terminal shows of the results, by itself and at the end of the pipeline."""

import json
import sys
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
from checkout import ROOT, Checkout

from stages import results
from stages.common import script

COMMAND = (sys.executable, "-m", "stages.results")


FOUND = "Q-learning needs 15,116 steps to know it.\nIt is robust.\n"


@pytest.fixture
def found(tmp_path: Path) -> str:
    """Write what was found, as `report` does."""
    (tmp_path / "findings.txt").write_text(FOUND)
    return str(tmp_path / "findings.txt")


def metrics(folder: Path, name: str, **changed: Any) -> str:
    """Write metrics as `evaluate` does, but for what is changed; return the path."""
    returns = {"mean": 499.68, "low": 499.04, "high": 500.0, "random": 22.68, "optimum": None}
    of = {
        "runs": 30,
        "return": {**returns, **changed.get("returns", {})},
        "fraction": {"solved": changed.get("solved", 1.0)},
        "train": {"steps_to_solve": changed.get("steps", 18503)},
    }
    (folder / name).write_text(json.dumps(of))
    return str(folder / name)


def test_the_table_has_a_line_for_each_agent_and_one_for_random_actions(
    tmp_path: Path, found: str
) -> None:
    files = {
        "policy": metrics(tmp_path, "policy"),
        "q_learning": metrics(
            tmp_path, "q", returns={"mean": 9.4, "low": 9.3, "high": 9.5}, solved=0.0, steps=None
        ),
    }
    assert results.lines(found, files, "the/page.html") == [
        "",
        "Q-learning needs 15,116 steps to know it.",
        "It is robust.",
        "",
        "agent            mean return [95% interval]  runs solved  steps to solve",
        "---------------  --------------------------  -----------  --------------",
        "policy learning  499.7 [499.0, 500.0]           30 of 30          18,503",
        "Q-learning         9.40 [9.30, 9.50]             0 of 30           never",
        "random actions    22.7",
        "",
        "more on one page: the/page.html",
    ]


def test_a_mean_without_an_interval_stands_alone(tmp_path: Path, found: str) -> None:
    one_run = metrics(tmp_path, "search", returns={"low": None, "high": None})
    assert results.lines(found, {"search": one_run}, "the/page.html")[4:8] == [
        "agent           mean return  runs solved  steps to solve",
        "--------------  -----------  -----------  --------------",
        "random search   499.7           30 of 30          18,503",
        "random actions   22.7",
    ]


def test_where_nothing_counts_as_solved_no_column_tells_of_it(tmp_path: Path, found: str) -> None:
    cliff = {"random": -5161.0, "optimum": -13.0}
    files = {
        "q_learning": metrics(
            tmp_path,
            "q",
            returns={"mean": -13.0, "low": -13.0, "high": -13.0, **cliff},
            solved=None,
            steps=None,
        ),
        "my_own": metrics(
            tmp_path,
            "own",
            returns={"mean": -7.934, "low": -1200.0, "high": 0.5, **cliff},
            solved=None,
            steps=None,
        ),
    }
    assert results.lines(found, files, "the/page.html")[4:-2] == [
        "agent           mean return [95% interval]",
        "--------------  ---------------------------",
        "Q-learning         -13.0 [-13.0, -13.0]",
        "my own              -7.93 [-1,200.00, 0.50]",
        "random actions  -5,161",
        "best possible      -13.0",
    ]


def test_the_agents_are_those_of_dvc_yaml_in_their_order(tmp_path: Path) -> None:
    file = tmp_path / "dvc.yaml"
    file.write_text("vars:\n  - other: 1\n  - all: {agents: [q_learning, my_own]}  # two\n")
    assert results.agents(str(file)) == ["q_learning", "my_own"]
    with chdir(ROOT):
        assert "policy" in results.agents()


@pytest.mark.parametrize("content", ["", "{", "vars: [all: {}]"])
def test_without_their_list_it_is_told_how_it_looks(content: str, tmp_path: Path) -> None:
    file = tmp_path / "dvc.yaml"
    file.write_text(content)
    with pytest.raises(script.InputError) as refusal:
        results.agents(str(file))
    form = "give vars: [{all: {agents: [NAME, ...]}}]"
    assert str(refusal.value) == f"{file}: no list of agents; {form}"


@pytest.mark.parametrize("content", ["{", '{"return": 3}'])
def test_a_file_without_metrics_is_told_in_one_line(
    content: str, tmp_path: Path, found: str
) -> None:
    file = tmp_path / "metrics.json"
    file.write_text(content)
    with pytest.raises(script.InputError) as refusal:
        results.lines(found, {"search": str(file)}, "the/page.html")
    assert str(refusal.value) == f"{file}: holds no metrics of an agent; `dvc repro` makes it anew"


@pytest.mark.slow
def test_the_pipeline_ends_with_the_table(scratch: Checkout) -> None:
    before = scratch.results()
    table = scratch.run(*COMMAND).stdout
    found = (scratch.path / results.FINDINGS).read_text().split()
    assert table.split()[: len(found)] == found  # wrapped
    assert len(table.splitlines()) > 9
    assert all(len(line) <= 80 for line in table.splitlines())
    again = ("repro", "--force", "--single-item", "report")
    assert table in scratch.dvc(*again)
    assert table not in scratch.dvc(*again, MAKELEVEL="1")  # make shows it itself
    assert scratch.results() == before
    stages = [line.split()[0] for line in scratch.dvc("stage", "list").splitlines()]
    assert stages[-1] == "report"
