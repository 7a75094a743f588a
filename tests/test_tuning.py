"""Tuning recovers a known answer, and calls a change better only if it is significant."""

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkout import ROOT, Checkout
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from settings import brief
from tasks import cartpole, cliff_walking, frozen_lake, taxi

from stages import tune
from stages.common import params
from stages.common.checking import agents
from stages.common.script import InputError
from stages.rl.agents import q_learning
from stages.rl.engine.random_numbers import Purpose, stream
from stages.rl.interface.problem import Problem
from stages.rl.interface.settings import Probability, Rate, Section
from stages.rl.interface.task import Task
from stages.rl.training.pool import Threads
from stages.rl.training.runs import Agent, none_of_it
from stages.tuning import runs, verdict
from stages.tuning.runs import SEARCH, Outcome, Trainer, mean_cost
from stages.tuning.search import Search

# The search, if the answer is known


class Made(Section):
    """Settings of an agent that is made up."""

    learning_rate: Rate
    discount: Probability


def suggest(settings: Made, task: Problem, trial: Any) -> dict[str, Any]:
    del settings, task
    rate = trial.suggest_float("learning_rate", 0.001, 1.0, log=True)
    return {"learning_rate": rate, "discount": trial.suggest_float("discount", 0.0, 1.0)}


AGENT = replace(q_learning.AGENT, settings=Made, faults=none_of_it, suggest=suggest)


class MadeUp(Trainer):
    """The nearer the learning rate is to 0.03, the fewer steps; each run has its luck."""

    def outcome(self, work: tuple[Made, int]) -> Outcome:
        settings, run = work
        distance = abs(np.log10(settings.learning_rate / 0.03))
        luck = np.random.default_rng([run, int(settings.learning_rate * 1e6)]).uniform(-0.05, 0.05)
        return Outcome(bool(distance < 1.0), 0.0, int(10_000 * (1.0 + distance + luck)))


def search(rate: float = 0.5, agent: Agent = AGENT) -> Search:
    return Search(
        MadeUp(agent, cartpole(), 0, 1), Threads(1), Made(learning_rate=rate, discount=0.99), []
    )


def test_a_known_answer_is_recovered_and_the_hopeless_is_pruned() -> None:
    made = search()
    made.run(60)
    assert made.values[0] == {}  # the present settings come first, and are not pruned
    assert 0 in made.costs
    assert made.values[made.best(5)[0]]["learning_rate"] == pytest.approx(0.03, rel=0.25)
    hopeless = [one for one in made.study.trials[10:] if one.params["learning_rate"] < 0.002]
    assert hopeless
    assert all(max(one.intermediate_values) in SEARCH[:2] for one in hopeless)
    assert len(made.costs) < 30

    best = verdict.choose(made)
    now, then = verdict.test(made, best)
    assert now.values == {}
    assert verdict.compared(now, then) == (["fewer steps"], [])
    lines = list(verdict.message(best, [now, then], made))
    assert "It is significantly better: fewer steps." in lines
    assert f"  learning_rate: 0.5 -> {then.values['learning_rate']}" in lines
    assert lines[-1].startswith("dvc exp run -S ++cartpole.train_q_learning.")


def test_if_nothing_is_better_than_the_present_values_it_says_so() -> None:
    made = search(rate=0.03)
    made.run(20)
    best = verdict.choose(made)
    *_, last = verdict.message(best, verdict.test(made, best), made)
    assert re.match("(None of them is|It is not significantly) better than the present", last)


def test_a_gain_beside_a_loss_is_not_called_better() -> None:
    def candidate(returns: float, steps: int, solved: int = 30) -> verdict.Candidate:
        each = [
            Outcome(run < solved, returns + run % 3, steps + 10 * (run % 5)) for run in range(30)
        ]
        return verdict.Candidate(1, {"discount": 0.5}, each)

    now = candidate(-85.0, 1000)
    assert verdict.compared(now, candidate(-85.0, 1000)) == ([], [])
    assert verdict.compared(now, candidate(-80.0, 900)) == (["a higher return", "fewer steps"], [])
    assert verdict.compared(now, candidate(-90.0, 900)) == (["fewer steps"], ["a lower return"])
    assert verdict.compared(now, candidate(-85.0, 1100)) == ([], ["more steps"])
    fewer = candidate(-85.0, 900, solved=29)
    assert verdict.compared(now, fewer) == (["fewer steps"], ["fewer runs that solve"])
    assert "It has fewer steps, but fewer runs that solve." in verdict.message(
        [now], [now, fewer], search()
    )


def test_an_agent_without_suggest_is_refused_with_what_to_write() -> None:
    with pytest.raises(InputError, match="train_q_learning: cannot be tuned; write"):
        search(agent=replace(AGENT, suggest=None))


# What agents suggest


TUNED = [agent for agent in agents().values() if agent.suggest]


@pytest.mark.parametrize("agent", TUNED, ids=lambda agent: agent.name)
@pytest.mark.parametrize("task", [cartpole(), frozen_lake()], ids=lambda task: task.name)
def test_workers_do_not_change_what_is_found_and_check_params_accepts_it(
    agent: Agent, task: Task
) -> None:
    found = []
    for workers in (1, 2):
        made = Search(Trainer(agent, task, 0, 5), Threads(workers), brief(agent, task), [])
        made.run(8)
        assert made.varied
        assert 0 in made.costs
        found.append([(one.intermediate_values, one.params) for one in made.study.trials])
        allowed = [made.changed(values) for values in made.values]
        assert sum(settings is not None for settings in allowed) >= 4
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "values", [{"learning_rate": 1.5}, {"bins": [3]}, {"bins": [100] * 4}], ids=str
)
def test_values_that_check_params_would_refuse_are_not_tried(values: dict[str, Any]) -> None:
    agent, task = q_learning.AGENT, cartpole()
    made = Search(Trainer(agent, task, 0, 5), Threads(1), brief(agent, task), [])
    assert made.changed(values) is None


# What counts: runs solved, then returns, then steps


OUTCOMES = [
    st.builds(Outcome, solved, st.floats(-1e6, 1e6), st.integers(1, 10_000_000))
    for solved in (st.booleans(), st.just(value=True))
]


@given(st.one_of(*(st.lists(st.tuples(one, one), min_size=1, max_size=50) for one in OUTCOMES)))
def test_more_solved_runs_are_better_and_then_fewer_steps(
    pairs: list[tuple[Outcome, Outcome]],
) -> None:
    first, second = zip(*pairs, strict=True)
    more = sum(one.solved for one in first) - sum(one.solved for one in second)
    steps = [sum(one.steps for one in some) for some in (first, second)]
    if more or all(one.solved for one in first):
        better = more > 0 if more else steps[0] < steps[1]
        assert (mean_cost(first) < mean_cost(second)) == better


def test_if_none_is_solved_the_return_decides_and_then_the_steps() -> None:
    slow, fast = Outcome(False, -13.0, 900_000), Outcome(False, -13.0, 10_000)
    higher, far = Outcome(False, -12.99, 5_000_000), Outcome(False, -200.0, 1)
    costs = [mean_cost([one]) for one in (higher, fast, slow, far)]
    assert costs == sorted(set(costs))


def test_a_threshold_above_the_best_possible_return_does_not_count() -> None:
    assert taxi().threshold == 8.0
    assert runs.attainable(taxi()).threshold is None
    for task in (cartpole(), frozen_lake(), cliff_walking()):
        assert runs.attainable(task) == task


def test_no_run_of_tuning_shares_a_stream_with_the_pipeline() -> None:
    highest = 2**32 - 1
    TypeAdapter(params.COMMON["seed"]).validate_python(highest)
    with pytest.raises(ValidationError):
        TypeAdapter(params.COMMON["seed"]).validate_python(highest + 1)
    roots = [runs.root(seed, run) for seed in (0, 1, highest) for run in range(20)]
    assert min(roots) > highest
    starts = {
        tuple(stream(root, "q_learning", purpose, run))
        for root in (0, 1, highest, *roots)
        for purpose in Purpose
        for run in range(20)
    }
    assert len(starts) == 63 * len(Purpose) * 20


# The command

SHORT = ("validation_episodes: 20  # greedy", "validation_episodes: 2  #"), ("600  #", "100  #")


@pytest.fixture
def tuned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Run the command in a folder whose params.yaml demands little."""
    text = (ROOT / "params.yaml").read_text()
    for old, new in SHORT:
        text = text.replace(old, new)
    (tmp_path / "params.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["tune", "--agent", "q_learning", *arguments])
        tune.main()
        return capsys.readouterr().out

    return run


def test_the_command_prints_what_it_found_and_changes_no_file(
    tuned: Callable[..., str], tmp_path: Path
) -> None:
    before = (tmp_path / "params.yaml").read_bytes()
    text = tuned("--trials", "6", "--vary", "learning_rate", "epsilon")
    assert text.startswith("CartPole-v1, q_learning; varied: learning_rate, epsilon\n")
    assert re.search(r"\n6 trials, [0-5] of them pruned; \d+ s\n", text)
    assert re.search(r"\nnow +\d+ of 20 +[0-9.]+ \[[0-9., ]+\] +[0-9,]+ \[[0-9, ]+\]\n", text)
    assert (tmp_path / "params.yaml").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["params.yaml"]
    again = tuned("--trials", "6", "--vary", "learning_rate", "epsilon")
    assert again.split("further runs")[1] == text.split("further runs")[1]


def test_bad_arguments_are_refused_in_one_line(
    tuned: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match=r"^--trials: is 0; give 1 or more$"):
        tuned("--trials", "0")
    with pytest.raises(InputError, match=r"^--vary: is alpha; give some of bins, .*, tilings$"):
        tuned("--vary", "alpha")
    monkeypatch.setattr(tune, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"^Optuna: not installed; `pip install .*-tune.txt`$"):
        tuned()


def test_a_shell_runs_the_printed_command_and_dvc_sets_the_values(
    checkout: Callable[[], Checkout],
) -> None:
    fresh = checkout()
    values = {
        "train_q_learning.bins": [1, 2, 7, 3],
        "train_q_learning.final_learning_rate": 1.5e-05,
        "search.scale": [0.5, 1.0, -2.0, 1e-05],
        "search.bias": True,
    }
    line = verdict.command("cartpole", values)
    fresh.run("sh", "-c", f"{line} check_params")  # one stage of all that it would run
    content = YAML(typ="safe").load(fresh.path / "params.yaml")["cartpole"]
    for key, value in values.items():
        section, leaf = key.split(".")
        assert content[section][leaf] == value
