"""The table of the results: in the terminal by itself, and at the end of the pipeline."""

import sys
from typing import Any

import numpy as np
import pytest
from checkout import Checkout
from test_findings import CARTPOLE, CLIFF, agent

from stages.pictures.page import Agent
from stages.pictures.summary_table import markdown

COMMAND = (sys.executable, "-m", "stages.results")


def summarised(one: Agent, **returns: float | None) -> Agent:
    """Add to an agent the numbers of its summary that the table shows."""
    shown = {"low": 499.04, "high": 500.0, "worst": 488.4, "iqm": 500.0, **returns}
    summary: dict[str, Any] = {
        "return": {**one.summary["return"], **shown},
        "fraction": {"solved_low": 0.9, "solved_high": 1.0, "perfect": None},
        "train": {"steps": 440_844, "validation_steps": 410_000},
    }
    return one._replace(summary=summary)


def test_the_table_has_a_line_for_each_agent_and_one_for_random_actions() -> None:
    agents = [
        summarised(agent("REINFORCE", [499.68] * 3, [18_503.0] * 3)),
        summarised(agent("Q-learning", [9.4] * 3, [np.inf] * 3), low=None, worst=9.1),
    ]
    assert markdown(["It solves it.", "It is robust."], agents, CARTPOLE).splitlines() == [
        "It solves it.",
        "It is robust.",
        "",
        "| agent            | mean return [95%]    | worst run | solved in test | first solve | stays solved | all steps | in validation |",  # noqa: E501
        "| ---------------- | -------------------- | --------- | -------------- | ----------- | ------------ | --------- | ------------- |",  # noqa: E501
        "| REINFORCE        | 499.7 [499.0, 500.0] | 488.4     | 3 of 3         | 18,503      | 18,503       | 440,844   | 410,000       |",  # noqa: E501
        "| Q-learning       | 9.40                 | 9.10      | 0 of 3         | not in half | not in half  | 440,844   | 410,000       |",  # noqa: E501
        "| *random actions* | 20.0                 |           |                |             |              |           |               |",  # noqa: E501
    ]


def test_without_a_threshold_no_column_counts_runs_that_solve() -> None:
    cliff = agent("Q-learning", [-13.0] * 3, [np.inf] * 3, None, optimum=-13.0)
    shown = markdown([], [summarised(cliff, low=-13.0, high=-13.0, random=-5161.0)], CLIFF)
    assert shown.splitlines()[1:] == [
        "| agent            | mean return [95%]    | worst run | all steps | in validation |",
        "| ---------------- | -------------------- | --------- | --------- | ------------- |",
        "| Q-learning       | -13.0 [-13.0, -13.0] | 488.4     | 440,844   | 410,000       |",
        "| *random actions* | -5,161               |           |           |               |",
        "| *best possible*  | -13.0                |           |           |               |",
    ]


@pytest.mark.slow
def test_the_pipeline_ends_with_the_table(scratch: Checkout) -> None:
    before = scratch.results()
    table = (scratch.path / "data/report/results.md").read_text()
    assert scratch.run(*COMMAND).stdout == f"As of the last `dvc repro`:\n\n{table}"
    again = ("repro", "--force", "--single-item", "report")
    assert table in scratch.dvc(*again)
    assert table not in scratch.dvc(*again, MAKELEVEL="1")  # make shows it itself
    assert scratch.results() == before
