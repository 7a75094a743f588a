"""What is told of an agent's training and test in a few numbers."""

from dataclasses import replace

import numpy as np
import pytest
from test_history import history

from stages.evaluation.summary import Returns, metrics, possible_returns, summarise
from stages.rl.interface.set_up import set_up
from stages.rl.interface.task import Task

CARTPOLE = Task("cartpole", "CartPole-v1", {}, 500, 475.0, 4, 0, 2)
ACROBOT = Task("acrobot", "Acrobot-v1", {}, 500, -100.0, 6, 0, 3)


def test_metrics_of_four_runs_done_by_hand() -> None:
    returns = np.array([[500.0, 500.0], [500.0, 450.0], [400.0, 400.0], [500.0, 500.0]])
    untrained_returns = np.array([[9.0, 9.0], [9.0, 9.0], [9.0, 9.0], [9.0, 10.0]])
    random_returns = np.array([[20.0, 30.0], [20.0, 30.0], [20.0, 30.0], [20.0, 30.0]])
    scores = [[100.0, 500.0], [475.0, 0.0], [0.0, 0.0], [0.0, 480.0]]
    training = history(scores, [1000, 2000, 3000, 6000])
    found = summarise(
        Returns(returns, untrained_returns, random_returns), training, CARTPOLE, 1000, 0
    )
    low, high = found["return"].pop("low"), found["return"].pop("high")
    assert 1.0 < low < 400.0  # a fifth run might have been worse than these
    assert 468.75 < high <= 500.0
    assert found == {
        "runs": 4,
        "episodes": 2,
        "return": {
            "mean": 468.75,
            "iqm": 487.5,
            "worst": 400.0,
            "untrained": 9.12,
            "random": 25.0,
            "optimum": None,
        },
        "fraction": {
            "solved": 0.75,
            "solved_low": 0.301,
            "solved_high": 0.954,
            "perfect": 0.5,
        },
        "p_value": {"untrained": 0.0286, "random": 0.0286},  # 2 of 70 splits
        # At the threshold after 1000, 1000 and 6000 steps, of which the second did not stay.
        "train": {
            "steps": 3000,
            "validation_steps": 2790,
            "steps_to_first_solve": 3500,
            "steps_to_solve": None,
        },
    }
    assert metrics(found | {"return": found["return"] | {"low": low, "high": high}}) == {
        "return": 468.75,
        "low": low,
        "high": high,
        "worst": 400.0,
        "runs": 4,
        "solved": 3,
        "steps_to_first_solve": 3500,
        "steps_to_solve": None,
    }


def test_one_run_has_metrics_without_intervals() -> None:
    returns = np.array([[500.0, 480.0]])
    found = summarise(Returns(returns, returns, returns), history([[500.0]], [1]), CARTPOLE, 100, 0)
    assert found["return"]["mean"] == 490.0
    assert found["fraction"]["solved"] == 1.0
    bounds = [found["return"][name] for name in ("low", "high")]
    bounds += [found["fraction"][name] for name in ("solved_low", "solved_high")]
    assert bounds == [None] * 4


def test_a_median_over_runs_that_mostly_never_solve_is_none() -> None:
    returns = np.full((3, 2), 9.0)
    training = history([[500.0], [0.0], [0.0]], [1, 1, 1])
    found = summarise(Returns(returns, returns, returns), training, CARTPOLE, 100, 0)
    assert found["train"]["steps_to_solve"] is None
    assert found["fraction"]["solved"] == 0.0


def test_returns_below_zero_are_bounded_from_both_sides_and_none_is_perfect() -> None:
    returns = np.array([[-80.0, -90.0], [-500.0, -500.0], [-100.0, -100.0]])
    training = history([[-85.0], [-500.0], [-99.0]], [1, 1, 1])
    found = summarise(Returns(returns, returns, returns), training, ACROBOT, 1000, 0)
    of = found["return"]
    assert -500.0 <= of["low"] < of["mean"] == -228.33 < of["high"] < 0.0
    assert of["worst"] == -500.0
    assert found["fraction"]["solved"] == 0.667
    assert found["fraction"]["perfect"] is None


def test_of_a_table_the_optimum_is_known_and_small_returns_have_a_decimal_more() -> None:
    frozen_lake = set_up("frozen_lake", {"id": "FrozenLake-v1"})
    returns = np.array([[0.0, 1.0, 1.0], [1.0, 1.0, 1.0]])
    training = history([[0.7], [1.0]], [1, 1])
    found = summarise(Returns(returns, returns, returns), training, frozen_lake, 100, 0)
    assert found["return"]["mean"] == 0.833
    assert found["return"]["optimum"] == 0.744  # by value iteration over 100 steps
    assert 0.0 <= found["return"]["low"] < found["return"]["high"] <= 1.0


def test_where_nothing_counts_as_solved_the_metrics_say_none() -> None:
    cliff = set_up("cliff_walking", {"id": "CliffWalking-v1", "max_episode_steps": 500})
    assert possible_returns(cliff) == (-50_000.0, -13.0, -13.0)
    returns = np.full((12, 5), -13.0)
    found = summarise(
        Returns(returns, returns, returns), history([[-13.0]] * 12, [1] * 12), cliff, 100, 0
    )
    assert set(found["fraction"].values()) == {None}
    solved = ("steps_to_first_solve", "steps_to_solve")
    assert [found["train"][name] for name in solved] == [None, None]
    assert (found["return"]["low"], found["return"]["high"]) == (-13.0, -13.0)


@pytest.mark.parametrize(("runs", "known"), [(3, False), (12, True)])
def test_few_runs_of_an_unknown_environment_have_no_interval(
    runs: int, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = replace(CARTPOLE.spec, return_bounds=None, perfection=False)
    monkeypatch.setattr(CARTPOLE.module, "SPEC", unknown)
    returns = np.arange(2.0 * runs).reshape(runs, 2)
    training = history([[0.0]] * runs, [1] * runs)
    found = summarise(Returns(returns, returns, returns), training, CARTPOLE, 100, 0)
    assert (found["return"]["low"] is not None) == known
    assert found["fraction"]["solved_low"] == 0.0  # which needs no bounds
    assert found["fraction"]["perfect"] is None
