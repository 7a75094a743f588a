"""What was found, in words: every case, word for word."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from stages.evaluation.history import History
from stages.pictures.agent_style import AgentStyle
from stages.pictures.page import Agent, Animation, ranked
from stages.pictures.page.findings import findings, in_perturbed_environments
from stages.rl.interface.task import Task

CARTPOLE = Task("cartpole", "CartPole-v1", {}, 500, 475.0, 4, 0, 2)
CLIFF = Task("cliff_walking", "CliffWalking-v1", {}, 200, None, 1, 48, 4)
TAXI = Task("taxi", "Taxi-v4", {}, 200, 8.0, 1, 500, 6)
RUNS = 5  # with which differences can be significant
NEVER = [np.inf] * RUNS

Differ = Callable[[int, int], bool]


def agent(
    name: str,
    means: list[float],
    steps: list[float],
    threshold: float | None = 475.0,
    *,
    p_values: tuple[float, float] = (0.001, 0.001),
    training_returns: tuple[float, float] = (9.0, 30.0),
    optimum: float | None = None,
    perturbed: list[dict[str, Any]] | None = None,
) -> Agent:
    """Make an agent up, by its runs' mean returns and by their steps to solve."""
    runs, known = len(means), np.array(steps)[:, np.newaxis]
    scores = np.where(np.isfinite(known), 1000.0, -1000.0)
    training = History(
        np.array([1, 2]),
        np.tile(np.array(training_returns, np.float32), (runs, 1)),
        np.full((runs, 2), 20.0, np.float32),
        np.full((runs, 1), 2, np.int32),
        scores,
        np.zeros(scores.shape),
        np.array(20),
        np.where(np.isfinite(known), known, 1e6).astype(np.int64),
    )
    returns = {"mean": float(np.mean(means)), "untrained": 9.3, "random": 20.0, "optimum": optimum}
    p = dict(zip(("untrained", "random"), p_values, strict=True))
    return Agent(
        AgentStyle(name, "#000000"),
        "",
        {"return": returns, "p_value": p},
        np.array(means),
        training,
        threshold,
        perturbed or [],
        Animation(b"", b""),
    )


def found(*agents: Agent, task: Task = CARTPOLE, differ: Differ = lambda *_: True) -> list[str]:
    return findings(ranked(agents), task, differ, differ)


def test_agents_that_all_solve_it_differ_by_how_soon_it_stays_solved() -> None:
    agents = [
        agent("random search", [500.0] * RUNS, [440_844.0] * RUNS),
        agent("Q-learning", [500.0] * RUNS, [102_520.0] * 4 + [np.inf]),
        agent("REINFORCE", [500.0] * RUNS, [36_449.0] * RUNS),
    ]
    solved = "In the test, all agents solve CartPole-v1 in all 5 runs."
    steps = (
        "In validation, it stays solved from 36,449 steps on with REINFORCE (median), "
        "102,520 with Q-learning (in 4 of 5 runs) and 440,844 with random search"
    )
    assert found(*agents) == [solved, f"{steps}; all differences are significant."]
    assert found(*agents, differ=lambda *_: False) == [
        solved,
        f"{steps}; no difference is significant.",
    ]
    assert found(*agents, differ=lambda *pair: pair != (0, 1)) == [
        solved,
        f"{steps}; all differences are significant but between REINFORCE and Q-learning.",
    ]


def test_more_runs_solved_come_first_and_may_not_be_a_significant_difference() -> None:
    agents = [
        agent("quick", [500.0] * 3 + [9.0] * 2, [700.0] * 4 + [np.inf]),
        agent("sure", [500.0] * RUNS, [900.0] * RUNS),
        agent("lucky", [500.0] * 2 + [9.0] * 3, NEVER),
    ]
    solved = (
        "In the test, sure solves CartPole-v1 in all 5 runs; quick in 3 of 5 runs; "
        "lucky in 2 of 5 runs."
    )
    steps = "In validation, it stays solved from 900 steps on with sure (median) and 700 with quick"
    assert found(*agents) == [
        solved,
        f"{steps} (in 4 of 5 runs); the difference is significant.",
    ]
    assert found(*agents, differ=lambda *pair: pair != (0, 1)) == [
        solved,
        "The difference in returns between sure and quick is not significant.",
        f"{steps} (in 4 of 5 runs); the difference is not significant.",
    ]
    assert found(*agents, differ=lambda *_: False)[1] == (
        "The differences in returns between sure and quick, between sure and lucky and "
        "between quick and lucky are not significant."
    )


@pytest.mark.parametrize(
    ("failing", "reason"),
    [
        (
            {"training_returns": (-200.0, -200.0), "p_values": (1.0, 1.0)},
            "every training episode returned -200.0",
        ),
        (
            {"p_values": (0.051, 0.001)},
            "training does not change its return significantly, from 9.30 to 93.6",
        ),
        ({"p_values": (0.05, 0.9)}, "its best run has a mean return of 99.0"),
    ],
)
def test_an_agent_that_fails_is_diagnosed_by_a_test(failing: dict[str, Any], reason: str) -> None:
    bad = agent("X", [90.0] * 3 + [99.0] * 2, NEVER, **failing)
    none = "In the test, no agent solves CartPole-v1 in any run"
    assert found(bad) == [f"{none}; X fails: {reason}."]
    good = agent("good", [500.0] * RUNS, [700.0] * RUNS)
    assert found(good, bad) == [
        f"In the test, good solves CartPole-v1 in all 5 runs; X fails: {reason}.",
        "In validation, it stays solved from 700 steps on with good (median).",
    ]


def test_few_runs_diagnose_nothing_and_no_difference_is_significant() -> None:
    """Of three runs each no test finds anything: a high p-value says nothing."""
    agents = [
        agent("A", [-200.0, 7.9, 8.1], [np.inf] * 3, p_values=(0.1, 0.1)),
        agent("B", [500.0] * 3, [800.0] * 3),
    ]
    assert found(*agents, differ=lambda *_: False) == [
        "In the test, B solves CartPole-v1 in all 3 runs; "
        "A fails: its best run has a mean return of 8.10.",
        "In validation, it stays solved from 800 steps on with B (median).",
        "With 3 runs of each agent, no difference can be significant.",
    ]
    one = [agent("A", [500.0], [700.0]), agent("B", [500.0], [800.0])]
    assert found(*one, differ=lambda *_: False) == [
        "In the test, all agents solve CartPole-v1 in the only run.",
        "In validation, it stays solved from 700 steps on with A and 800 with B.",
        "With one run of each agent, no difference can be significant.",
    ]
    assert found(agent("A", [90.0], [np.inf], p_values=(1.0, 1.0))) == [
        "In the test, no agent solves CartPole-v1; A fails: its best run has a mean return of 90.0."
    ]


@pytest.mark.parametrize("task", [CLIFF, TAXI], ids=lambda task: task.id)
def test_without_a_threshold_in_reach_agents_are_ranked_by_return(task: Task) -> None:
    """Taxi's threshold is 8, and the best possible is 7.93."""
    common: dict[str, Any] = {"threshold": task.threshold, "optimum": 7.93}
    agents = [
        agent("A", [-250.0] * RUNS, NEVER, **common),
        agent("B", [8.1, 7.9, 8.0, 8.0, 8.0], NEVER, **common),
        agent("C", [-800.0] * RUNS, NEVER, **common, training_returns=(-800.0, -800.0)),
    ]
    returns = "B has a mean return of 8.00, A -250.0 and C -800.0"
    others = [
        "Random actions have 20.0, and the best possible is 7.93.",
        "C: every training episode returned -800.0.",
    ]
    assert found(*agents, task=task) == [f"{returns}; all differences are significant.", *others]
    unknown = agent("B", [8.0] * RUNS, NEVER, None)
    assert found(unknown, task=CLIFF) == [
        "B has a mean return of 8.00.",
        "Random actions have 20.0.",
    ]


def rows(*returns: float, changes: tuple[tuple[str, float, bool], ...]) -> list[dict[str, Any]]:
    return [
        {"change": change, "level": level, "as_trained": as_trained, "return": value}
        for (change, level, as_trained), value in zip(changes, returns, strict=True)
    ]


CHANGES = (
    ("force", 0.5, False),
    ("force", 1.0, True),
    ("observation noise", 0.0, True),
    ("observation noise", 1.0, False),
    ("observation noise", 2.0, False),
    ("random actions", 0.4, False),
)


def test_each_agent_has_its_worst_perturbation() -> None:
    agents = [
        agent(
            name,
            [474.0 if name == "D" else 500.0] * RUNS,
            NEVER,
            perturbed=rows(*returns, changes=CHANGES),
        )
        for name, returns in {
            "A": (480.0, 500.0, 500.0, 90.0, 100.0, 480.0),
            "B": (480.0, 500.0, 500.0, 475.0, 480.0, 300.0),
            "C": (470.0, 500.0, 500.0, 475.0, 80.0, 300.0),
            "D": (470.0, 474.0, 474.0, 475.0, 80.0, 300.0),  # does not solve it unperturbed
        }.items()
    ]
    assert in_perturbed_environments(agents, CARTPOLE) == [
        "B still averages 475 or more in 3 of 4 perturbed environments, A in 2 and C in 1.",
        "The worst is observation noise of 1 standard deviation for A (500.0 becomes 90.0), "
        "40% random actions for B (500.0 becomes 300.0) and "
        "observation noise of 2 standard deviations for C (500.0 becomes 80.0).",
    ]


def test_if_no_agent_solves_it_those_count_whose_gain_is_significant() -> None:
    changes = (("is_slippery", 0.0, False), ("is_slippery", 1.0, True), ("force", 4.0, False))

    def of(name: str, p: float, *returns: float) -> Agent:
        perturbed = rows(*returns, changes=changes)
        return agent(name, [returns[1]] * RUNS, NEVER, p_values=(0.001, p), perturbed=perturbed)

    agents = [
        of("A", 0.05, 59.0, 100.0, 61.0),  # of 20 by chance, to 100
        of("B", 0.001, 70.0, 100.0, 60.0),
        of("C", 0.051, 59.0, 100.0, 61.0),  # gains nothing for sure
        of("D", 0.001, 15.0, 15.0, 15.0),  # loses
    ]
    for task in (CARTPOLE, CLIFF):
        assert in_perturbed_environments(agents, task) == [
            "B keeps half of its gain over random actions in 2 of 2 perturbed environments "
            "and A in 1.",
            "The worst is `is_slippery: false` for A (100.0 becomes 59.0) and "
            "`force` times 4 for B (100.0 becomes 60.0).",
        ]
    assert in_perturbed_environments(agents[2:], CARTPOLE) == []
    assert in_perturbed_environments([agent("A", [1.0], [np.inf])], CARTPOLE) == []
