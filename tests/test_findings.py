"""What was found, in words: every case, word for word."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from stages.evaluation.history import History
from stages.pictures.page import Agent, Animation
from stages.pictures.page.findings import findings, holding_up
from stages.rl.interface.task import Task

CARTPOLE = Task("cartpole", "CartPole-v1", {}, 500, 475.0, 4, 0, 2)
CLIFF = Task("cliff_walking", "CliffWalking-v1", {}, 200, None, 1, 48, 4)
TAXI = Task("taxi", "Taxi-v4", {}, 200, 8.0, 1, 500, 6)


def always(*_: int) -> bool:
    return True


def never(*_: int) -> bool:
    return False


def agent(name: str, means: list[float], steps: list[float], **others: Any) -> Agent:
    """Make an agent up, by its runs' mean returns and by their steps to solve."""
    threshold, runs = others.pop("threshold", 475.0), len(means)
    scores = np.array(others.pop("scores", [[10.0, 480.0]] * runs))
    training = History(
        np.array([1, 2]),
        np.array(others.pop("returns", [[9.0, 30.0]] * runs), np.float32),
        np.full((runs, 2), 20.0, np.float32),
        np.tile(np.array(others.pop("scored_after", [10, 20]), np.int32), (runs, 1)),
        scores,
        np.zeros(scores.shape),
        np.array(20),
        np.full(scores.shape, 1000),
    )
    metrics = {
        "return.mean": float(np.mean(means)),
        "return.low": float(np.min(means)),
        "return.high": float(np.max(means)),
        "return.untrained": 5.0,
        "return.random": 20.0,
        "return.optimum": np.nan,
        "fraction.solved": float(np.mean(np.array(means) >= threshold)),
    } | {name.replace("_", "."): value for name, value in others.items()}
    needed, film = np.array(steps), Animation(b"", b"")
    return Agent(name, metrics, np.array(means), needed / 20.0, needed, needed, training, film)


def told(
    *agents: Agent, task: Task = CARTPOLE, by: Callable[[int, int], bool] = always
) -> list[str]:
    return findings(agents, task, by, by)


def test_all_at_the_ceiling_differ_by_how_soon_they_know() -> None:
    agents = [
        agent("random search", [500.0] * 3, [440_844.0] * 3),
        agent("REINFORCE", [500.0] * 3, [31_100.0] * 3),
        agent("Q-learning", [500.0] * 3, [15_000.0, 15_116.0, 90_000.0]),
    ]
    first = "All agents solve CartPole-v1 in all 3 runs."
    order = (
        "Q-learning needs 15,116 steps to solve it to stay (median over runs), "
        "REINFORCE 31,100 and random search 440,844"
    )
    assert told(*agents) == [first, f"{order}; the differences are beyond chance."]
    assert told(*agents, by=never) == [
        first,
        f"{order}; between Q-learning and REINFORCE and between REINFORCE "
        "and random search it may be chance.",
    ]
    assert told(*agents, by=lambda one, other: (one, other) == (0, 1)) == [
        first,
        f"{order}; between Q-learning and REINFORCE it may be chance.",
    ]


def test_some_solve_it_in_some_runs() -> None:
    assert told(
        agent("A", [500.0, 500.0, 9.0], [700.0, 800.0, np.inf]),
        agent("B", [500.0] * 3, [900.0] * 3),
        agent("C", [9.0, 9.0, 500.0], [np.inf, np.inf, 70.0]),
        agent("D", [500.0] * 3, [np.inf] * 3),  # in the test, though never in the selection
    ) == [
        "B and D solve CartPole-v1 in all 3 runs; A in 2 of 3 runs; C in 1 of 3 runs.",
        "A needs 800 steps to solve it to stay (median over runs) and B 900; "
        "the difference is beyond chance.",
    ]


def test_who_fails_is_told_with_how_it_shows() -> None:
    good = agent("good", [500.0, 500.0], [700.0, 700.0])
    infinite = [np.inf, np.inf]
    for failing, shown in (
        (
            agent("X", [9.0, 9.0], infinite, returns=[[-200.0, -200.0]] * 2),
            "was never rewarded, every training episode returned -200.0",
        ),
        (
            agent("X", [4.0, 6.0], infinite, return_untrained=5.5),
            "hardly moved from where it began, from 5.50 to 5.00",
        ),
        (
            agent("X", [90.0, 99.0], infinite, scores=[[420.0, 30.0]] * 2),
            "is unstable, its best checkpoint has 420.0 and its last 30.0",
        ),
        (  # which is little, before and after, and less than by chance
            agent("X", [9.26, 9.26], infinite, return_untrained=9.3, scores=[[9.3, 9.0]] * 2),
            "hardly moved from where it began, from 9.30 to 9.26",
        ),
        (
            agent("X", [9.0, 9.5], infinite, return_untrained=7.0, scores=[[9.3, 9.0]] * 2),
            "has 9.50 in its best run, where 475 would do",
        ),
        (  # whose candidates were not scored one after the other
            agent("X", [90.0, 99.0], infinite, scores=[[420.0, 30.0]] * 2, scored_after=[20, 20]),
            "has 99.0 in its best run, where 475 would do",
        ),
        (
            agent("X", [90.0, 99.0], infinite, scores=[[90.0, 120.0]] * 2),
            "has 99.0 in its best run, where 475 would do",
        ),
    ):
        assert told(good, failing) == [
            f"Good solves CartPole-v1 in all 2 runs; X fails: it {shown}.",
            "Good needs 700 steps to solve it to stay (median over runs).",
        ]
        assert told(failing) == [f"No agent solves CartPole-v1 in any run; X fails: it {shown}."]


def test_one_run_says_nothing_of_others() -> None:
    assert told(agent("A", [500.0], [700.0]), agent("B", [500.0], [800.0])) == [
        "All agents solve CartPole-v1 in the only run.",
        "A needs 700 steps to solve it to stay and B 800; one run tells nothing of others.",
    ]
    assert told(agent("A", [90.0], [np.inf], return_low=np.nan, return_high=np.nan)) == [
        "No agent solves CartPole-v1; A fails: it has 90.0 in its best run, where 475 would do."
    ]


@pytest.mark.parametrize("task", [CLIFF, TAXI], ids=lambda task: task.id)
def test_where_nothing_counts_as_solved_or_only_by_luck_the_returns_are_told(task: Task) -> None:
    """Taxi's threshold is 8, and the best possible is 7.93."""
    optimum = {"return_optimum": 7.93, "return_random": -768.0, "threshold": 8.0}
    agents = [
        agent("A", [-300.0, -200.0], [np.inf] * 2, **optimum),
        agent("B", [8.1, 7.9], [900.0, np.inf], **optimum),
        agent("C", [-800.0, -800.0], [np.inf] * 2, **optimum, returns=[[-800.0] * 2] * 2),
    ]
    ranking = (
        "B has a mean return of 8.00, A -250.0 and C -800.0, where random actions have -768.0 and "
        "the best possible is 7.93"
    )
    stuck = "C was never rewarded, every training episode returned -800.0."
    assert told(*agents, task=task) == [f"{ranking}; the differences are beyond chance.", stuck]
    assert told(*agents, task=task, by=lambda one, other: (one, other) == (0, 1)) == [
        f"{ranking}; between A and C it may be chance.",
        stuck,
    ]
    unknown = agent("B", [8.1, 7.9], [900.0, np.inf])
    assert told(unknown, task=CLIFF) == [
        "B has a mean return of 8.00, where random actions have 20.0."
    ]


def rows(**returns: list[float]) -> list[dict[str, Any]]:
    """Make rows up: at half the force and as trained, without noise and with it."""
    worlds = [
        ("force", 0.5),
        ("force", 1.0),
        ("observation noise", 0.0),
        ("observation noise", 2.0),
    ]
    return [
        {"agent": name, "change": change, "level": level, "as_trained": level in (0.0, 1.0)}
        | {"return": value}
        for name, values in returns.items()
        for (change, level), value in zip(worlds, values, strict=True)
    ]


def test_who_holds_up_is_who_still_solves_it_elsewhere() -> None:
    agents = [agent(name, [500.0] * 2, [1.0] * 2) for name in "ABC"]
    made = rows(
        a=[480.0, 500.0, 500.0, 300.0], b=[480.0, 500.0, 500.0, 490.0], c=[480.0, 90.0, 90.0, 80.0]
    )
    assert holding_up(made, agents, CARTPOLE) == (
        "B still averages 475 or more in 2 of 2 worlds that it never saw and A in 1; "
        "what costs most is observation noise."
    )


def test_where_nobody_solves_it_who_holds_up_keeps_half_of_the_gain() -> None:
    agents = [agent("A", [100.0] * 2, [np.inf] * 2), agent("B", [15.0] * 2, [np.inf] * 2)]
    made = rows(a=[59.0, 100.0, 100.0, 61.0], b=[15.0] * 4)  # of 20 by chance, to 100
    expected = "A still keeps half its gain in 1 of 2 worlds that it never saw; "
    assert holding_up(made, agents, CARTPOLE) == expected + "what costs most is a change of force."
    assert holding_up(made, agents, CLIFF) == expected + "what costs most is a change of force."
    assert holding_up(rows(b=[15.0] * 4), agents[1:], CARTPOLE) == ""
    assert holding_up([], agents, CARTPOLE) == ""
