"""Tuning seeks better settings on runs of its own, and says so only where they are better."""

import pickle
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pytest
from checkout import ROOT
from hypothesis import given
from hypothesis import strategies as st
from settings import Q_LEARNING, brief
from tasks import cartpole, cliff_walking, frozen_lake, taxi
from test_own import blocks

from stages import tune
from stages.checking import agents
from stages.common import params
from stages.common.script import InputError
from stages.rl.agents import q_learning, random_search
from stages.rl.engine.seeding import Purpose, stream
from stages.rl.interface.options import OneOf, Probability, Rate, Ratios
from stages.rl.learning.parallel import Threads
from stages.tuning import told, trials, verdict
from stages.tuning.space import Fits, at, axes, ranges
from stages.tuning.study import RUNGS, Search
from stages.tuning.trials import Outcome, Runs, Trainer, mean_cost

# What counts: runs solved, then steps; and without a solved run the mean return


def outcomes(solved: bool | None = None) -> st.SearchStrategy[Outcome]:
    return st.builds(
        Outcome,
        st.booleans() if solved is None else st.just(solved),
        st.floats(-1e6, 1e6),
        st.integers(1, 10_000_000),
    )


@given(st.lists(st.tuples(outcomes(), outcomes()), min_size=1, max_size=50))
def test_whoever_solves_more_runs_is_better(pairs: list[tuple[Outcome, Outcome]]) -> None:
    first, second = zip(*pairs, strict=True)
    more = sum(one.solved for one in first) - sum(one.solved for one in second)
    if more:
        assert (mean_cost(first) < mean_cost(second)) == (more > 0)


@given(st.lists(st.tuples(outcomes(True), outcomes(True)), min_size=1, max_size=50))
def test_of_those_that_solve_as_many_the_one_of_fewer_steps_is_better(
    pairs: list[tuple[Outcome, Outcome]],
) -> None:
    first, second = zip(*pairs, strict=True)
    steps = [sum(one.steps for one in some) for some in (first, second)]
    assert (mean_cost(first) < mean_cost(second)) == (steps[0] < steps[1])


def test_where_none_solves_the_return_decides_and_where_it_is_equal_the_steps() -> None:
    slow, fast = Outcome(False, -13.0, 900_000), Outcome(False, -13.0, 10_000)
    higher, far = Outcome(False, -12.99, 5_000_000), Outcome(False, -200.0, 1)
    costs = [mean_cost([one]) for one in (higher, fast, slow, far)]
    assert costs == sorted(set(costs))


def test_a_threshold_above_the_best_possible_is_none() -> None:
    assert taxi().threshold == 8.0
    assert trials.attainable(taxi()).threshold is None
    for task in (cartpole(), frozen_lake(), cliff_walking()):
        assert trials.attainable(task) == task


# Its runs are nobody else's


@given(st.integers(0, 2**32 - 1), st.integers(0, 1000))
def test_no_seed_of_the_pipeline_is_the_root_of_a_run_of_tuning(seed: int, run: int) -> None:
    model = params.checked(params.COMMON["seed"])
    (allowed,) = [one for one in model.__metadata__ if hasattr(one, "le")]
    assert trials.root(seed, run) > allowed.le
    assert trials.root(seed, run) % 2**32 == seed  # another for each seed, and for each run
    assert trials.root(seed, run) // 2**32 == run + 1


def test_the_streams_of_a_run_of_tuning_are_not_those_of_the_pipeline() -> None:
    starts = {
        tuple(stream(root, "q_learning", purpose, run))
        for root in (0, 1, *(trials.root(seed, run) for seed in (0, 1) for run in range(20)))
        for purpose in Purpose
        for run in range(20)
    }
    assert len(starts) == 42 * len(Purpose) * 20


# Where it seeks


@pytest.mark.parametrize("agent", agents().values(), ids=lambda agent: agent.NAME)
@pytest.mark.parametrize("task", [cartpole(), frozen_lake()], ids=lambda task: task.name)
def test_what_is_tried_could_stand_in_the_parameters(agent: ModuleType, task: Any) -> None:
    settings, fits = brief(agent, task), Fits(agent, task, 30)
    if agent is random_search:
        settings = settings._replace(candidates=50)
    found = axes(agent, settings, fits)
    assert {axis.key for axis in found} <= set(ranges(agent)) <= set(settings._fields)
    ends = [
        axis.where.values if isinstance(axis.where, OneOf) else (axis.where.low, axis.where.high)
        for axis in found
    ]
    for end in (0, -1):
        assert fits(at(found, settings, [values[end] for values in ends]))


def test_numbers_have_two_digits_or_are_whole_steps() -> None:
    settings = Q_LEARNING._replace(bins=[6, 3], initial_value=100.0, epsilon=0.5)
    task = cartpole()._replace(variables=2)
    settings = settings._replace(low=[-1.0, -1.0], high=[1.0, 1.0])
    found = {axis.name: axis for axis in axes(q_learning, settings, Fits(q_learning, task, 30))}
    assert found["learning_rate"].value(0.0173428) == 0.017
    assert found["epsilon"].value(0.3344) == 0.35
    assert found["initial_value"].value(0.7321) == 70.0  # multiples of what stands there
    assert found["bins[0]"].value(1.74) == 10
    assert [axis.nearest() for axis in found.values()][:2] == [1.0, 1.0]


def test_what_no_environment_like_this_allows_is_not_sought() -> None:
    found = axes(q_learning, Q_LEARNING, Fits(q_learning, frozen_lake(), 30))
    keys = [axis.key for axis in found]
    assert "tilings" not in keys  # of numbers there are none
    assert "initial_value" not in keys  # 0, whose multiples are all alike
    assert keys[0] == "discount"


def test_an_agent_of_ones_own_is_tuned_without_another_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = [
        code for name, code in blocks("CONTRIBUTING.md", "How to add an agent") if "agents/" in name
    ]
    (tmp_path / "sarsa.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    sarsa: Any = import_module("sarsa")
    assert list(ranges(sarsa)) == ["discount", "learning_rate", "epsilon"]
    monkeypatch.setattr(sarsa, "TUNED", {"epsilon": Ratios(0.01, 0.5)}, raising=False)
    assert list(ranges(sarsa)) == ["epsilon"]

    outcome = Trainer("sarsa", cliff_walking(), 0, 5).run(
        (sarsa.Settings([], [], [], 30, 1.0, 0.5, 0.1, 10, 2), 3)
    )
    assert not outcome.solved
    assert -200.0 * 100 <= outcome.mean_return <= -13.0
    assert outcome.steps > 30 * 13


def test_a_key_of_which_nobody_says_where_to_seek_is_refused() -> None:
    fits = Fits(q_learning, cartpole(), 30)
    with pytest.raises(InputError, match=r"--vary: is episodes; give some of bins, tilings, "):
        axes(q_learning, Q_LEARNING, fits, ["episodes"])


# What it finds, where the answer is known


class Made(NamedTuple):
    """Settings of an agent that is made up."""

    learning_rate: Rate
    discount: Probability


class MadeUp(Runs):
    """Runs of it: the nearer the learning rate is to 0.03, the fewer steps; each has its luck."""

    def __init__(self, limit: int | None = None) -> None:
        super().__init__(Trainer("made_up", cartpole(), 0, 1), Threads(1))
        self.left = limit
        self.most: dict[Made, int] = {}

    def outcomes(self, some: Sequence[Any], runs: Sequence[int], title: str = "") -> Any:
        del title
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt
        for settings in some:
            self.most[settings] = max(len(runs), self.most.get(settings, 0))
        return [[self.outcome(settings, run) for run in runs] for settings in some]

    def outcome(self, settings: Made, run: int) -> Outcome:
        distance = abs(np.log10(settings.learning_rate / 0.03))
        luck = np.random.default_rng([run, int(settings.learning_rate * 1e6)]).uniform(-0.05, 0.05)
        return Outcome(bool(distance < 1.0), 0.0, int(10_000 * (1.0 + distance + luck)))


AGENT = ModuleType("made_up")
AGENT.Settings, AGENT.SECTION = Made, "train_made_up"  # type: ignore[attr-defined]


def search(storage: Path, runs: Runs, rate: float = 0.5) -> Search:
    settings, fits = Made(rate, 0.99), Fits(AGENT, cartpole(), 30)
    return Search(axes(AGENT, settings, fits), settings, fits, runs, storage)


def tried(one: Search) -> list[Any]:
    """List what was tried, and what it cost."""
    return [(one.settings_of(trial), trial.intermediate_values) for trial in one.done]


def test_a_known_answer_is_recovered_and_the_hopeless_is_cut_short(tmp_path: Path) -> None:
    runs = MadeUp()
    made = search(tmp_path / "log", runs)
    assert list(made.go_on(62))[-2:] == [60, 62]
    assert tried(made)[0][0] == Made(0.5, 0.99)  # what stands in params.yaml comes first
    (_, best), *_ = made.best(5)
    assert best.learning_rate == pytest.approx(0.03, rel=0.25)
    hopeless = [of for settings, of in tried(made)[10:] if settings.learning_rate < 0.002]
    assert hopeless
    assert {tuple(of) for of in hopeless} <= {RUNGS[:1], RUNGS[:2]}
    assert made.cut > 31
    assert runs.most[Made(0.5, 0.99)] == RUNGS[-1]

    found = verdict.judge(made, runs)
    assert found.better
    assert found.judged[0].settings == Made(0.5, 0.99)
    now, then = found.judged
    assert verdict.difference(then.steps(), now.steps()).high < -10_000
    lines = told.lines(found, runs, made.settings, "here.train_made_up")
    assert f"Trial {then.number} is better beyond chance: fewer steps." in lines
    assert f"  learning_rate: {then.settings.learning_rate}  # now 0.5" in lines


def test_who_gains_one_thing_and_loses_another_is_not_better() -> None:
    def candidate(returns: float, steps: int, solved: int = 30) -> verdict.Candidate:
        each = [
            Outcome(run < solved, returns + run % 3, steps + 10 * (run % 5)) for run in range(30)
        ]
        return verdict.Candidate(0, None, each)

    now = candidate(-85.0, 1000)
    assert verdict.compared(now, candidate(-85.0, 1000)) == ([], [])
    assert verdict.compared(now, candidate(-80.0, 900)) == (["a higher return", "fewer steps"], [])
    assert verdict.compared(now, candidate(-90.0, 900)) == (["fewer steps"], ["a lower return"])
    assert verdict.compared(now, candidate(-85.0, 1100)) == ([], ["more steps"])
    fewer = ["fewer steps"], ["fewer runs that solve"]
    assert verdict.compared(now, candidate(-85.0, 900, solved=29)) == fewer


def test_where_nothing_is_better_than_what_there_is_that_is_said(tmp_path: Path) -> None:
    runs = MadeUp()
    made = search(tmp_path / "log", runs, rate=0.03)
    assert list(made.go_on(20))[-1] == 20
    found = verdict.judge(made, runs)
    assert not found.better
    assert re.match(
        "(None of them is|That is not) better than what stands in params.yaml",
        told.lines(found, runs, made.settings, "here")[-1],
    )


def test_what_was_interrupted_goes_on_as_if_nothing_had_been(tmp_path: Path) -> None:
    whole = search(tmp_path / "whole", MadeUp())
    assert len(list(whole.go_on(30))) == 6
    with pytest.raises(KeyboardInterrupt):
        list(search(tmp_path / "log", MadeUp(limit=10)).go_on(30))
    again = search(tmp_path / "log", MadeUp())
    assert len(again.done) == 10
    assert len(list(again.go_on(30))) == 4
    assert tried(again) == tried(whole)
    assert search(tmp_path / "log", MadeUp(), rate=0.4).done == []  # of another search


def test_what_holds_no_trials_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("something else\n")
    with pytest.raises(InputError, match=r"notes.txt: holds no trials; give another --storage"):
        search(tmp_path / "notes.txt", MadeUp())


def test_what_is_found_does_not_depend_on_the_workers(tmp_path: Path) -> None:
    found: list[Any] = []
    for workers in (1, 2):
        task = cartpole()
        settings, fits = brief(q_learning, task), Fits(q_learning, task, 30)
        runs = Runs(Trainer(q_learning.__name__, task, 0, 5), Threads(workers))
        space = axes(q_learning, settings, fits)
        made = Search(space, settings, fits, runs, tmp_path / str(workers))
        assert list(made.go_on(15)) == [5, 10, 15]
        found.append(tried(made))
        sent = pickle.loads(pickle.dumps(partial(runs.trainer.run, (settings, 0))))
        assert sent() == runs.known[repr(settings), 0]  # on a cluster, say
    assert found[0] == found[1]


# The tool


SHORT = ("selection_episodes: 20  # greedy", "selection_episodes: 2  #"), ("600  #", "100  #")


@pytest.fixture
def told_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Run the tool in a folder with a params.yaml of little to do."""
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


def test_the_tool_tells_what_it_found_and_changes_nothing_unasked(
    told_by: Callable[..., str], tmp_path: Path
) -> None:
    before = (tmp_path / "params.yaml").read_bytes()
    text = told_by("--trials", "6", "--vary", "learning_rate", "epsilon")
    assert text.startswith("CartPole-v1, q_learning; varied: learning_rate, epsilon\n")
    assert re.search(r"\n6 trials, [0-5] of them cut short; \d+ s\n", text)
    assert re.search(r"\nnow +\d+ of 20 +[0-9.]+ \[[0-9., ]+\] +[0-9,]+ \[[0-9, ]+\]\n", text)
    assert (tmp_path / "params.yaml").read_bytes() == before
    again = told_by("--trials", "6", "--vary", "learning_rate", "epsilon")
    assert "\n.cache/tune/cartpole-q_learning.log holds 6 trials of this; going on\n" in again
    assert again.split("further runs")[1] == text.split("further runs")[1]
    shutil.rmtree(tmp_path / ".cache")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--trials", "0"], "--trials: is 0; give 1 to 100000"),
        (["--vary", "alpha"], "--vary: is alpha; give some of bins, "),
    ],
)
def test_what_cannot_be_asked_is_refused_before_any_work(
    arguments: list[str], line: str, told_by: Callable[..., str]
) -> None:
    with pytest.raises(InputError, match=f"^{line}"):
        told_by(*arguments)


def test_without_optuna_it_says_what_to_type(
    told_by: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tune, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"^Optuna: not installed; `pip install .*-tune.txt`$"):
        told_by()
