"""What the terminal shows of the results, by itself and at the end of the pipeline."""

import sys
from typing import Any

import pytest
from checkout import Checkout

from stages.pictures.results_table import results

COMMAND = (sys.executable, "-m", "stages.results")
FOUND = ["Q-learning needs 15,116 steps to know it.", "It is robust."]


def summary(**changed: Any) -> dict[str, Any]:
    """Return a summary as `evaluate` writes it, but for what is changed."""
    returns: dict[str, Any] = {"mean": 499.68, "low": 499.04, "high": 500.0, "worst": 488.4}
    returns |= {"random": 22.68, "optimum": None}
    steps = changed.get("steps", (18_503, 19_000))
    return {
        "runs": 30,
        "return": {**returns, **changed.get("returns", {})},
        "fraction": {"solved": changed.get("solved", 1.0)},
        "train": dict(zip(("steps_to_first_solve", "steps_to_solve"), steps, strict=True)),
    }


def test_the_table_has_a_line_for_each_agent_and_one_for_random_actions() -> None:
    fails = {"mean": 9.4, "low": 9.3, "high": 9.5, "worst": 9.1}
    shown = {
        "REINFORCE": summary(),
        "Q-learning": summary(returns=fails, solved=0.0, steps=(12, None)),
    }
    assert results(FOUND, shown).splitlines() == [
        "Q-learning needs 15,116 steps to know it.",
        "It is robust.",
        "",
        "| agent            | mean return [95%]    | worst run | runs solved | first solve | steps to solve |",  # noqa: E501
        "| ---------------- | -------------------- | --------- | ----------- | ----------- | -------------- |",  # noqa: E501
        "| REINFORCE        | 499.7 [499.0, 500.0] | 488.4     | 30 of 30    | 18,503      | 19,000         |",  # noqa: E501
        "| Q-learning       | 9.40 [9.30, 9.50]    | 9.10      | 0 of 30     | 12          | never          |",  # noqa: E501
        "| *random actions* | 22.7                 |           |             |             |                |",  # noqa: E501
    ]


def test_a_mean_without_an_interval_stands_alone() -> None:
    one_run = summary(returns={"low": None, "high": None})
    row = results([], {"random search": one_run}).splitlines()[3]
    assert row.split("|")[2].strip() == "499.7"


def test_where_nothing_counts_as_solved_no_column_tells_of_it() -> None:
    cliff = {"mean": -13.0, "low": -13.0, "high": -13.0, "random": -5161.0, "optimum": -13.0}
    shown = results([], {"Q-learning": summary(returns=cliff, solved=None)})
    assert shown.splitlines()[1:] == [
        "| agent            | mean return [95%]    | worst run |",
        "| ---------------- | -------------------- | --------- |",
        "| Q-learning       | -13.0 [-13.0, -13.0] | 488.4     |",
        "| *random actions* | -5,161               |           |",
        "| *best possible*  | -13.0                |           |",
    ]


@pytest.mark.slow
def test_the_pipeline_ends_with_the_table(scratch: Checkout) -> None:
    before = scratch.results()
    table = scratch.run(*COMMAND).stdout
    assert table == (scratch.path / "data/report/results.md").read_text()
    again = ("repro", "--force", "--single-item", "report")
    assert table in scratch.dvc(*again)
    assert table not in scratch.dvc(*again, MAKELEVEL="1")  # make shows it itself
    assert scratch.results() == before
    stages = [line.split()[0] for line in scratch.dvc("stage", "list").splitlines()]
    assert stages[-1] == "report"
