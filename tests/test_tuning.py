"""Tuning finds what is known to be better, and says so only where it is."""

import pickle
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkout import ROOT
from settings import brief
from tasks import cartpole

from stages import tune
from stages.common.script import InputError
from stages.rl.agents import q_learning
from stages.rl.interface.settings import Probability, Rate, Section
from stages.rl.learning.parallel import Threads
from stages.rl.learning.runs import none_of_it
from stages.tuning import told, verdict
from stages.tuning.space import Fits, axes
from stages.tuning.study import RUNGS, Search
from stages.tuning.trials import Outcome, Runs, Trainer

# What it finds, where the answer is known


class Made(Section):
    """Settings of an agent that is made up."""

    learning_rate: Rate
    discount: Probability


AGENT = replace(q_learning.AGENT, settings=Made, faults=none_of_it, tuned=None)


class MadeUp(Runs):
    """Runs of it: the nearer the learning rate is to 0.03, the fewer steps; each has its luck."""

    def __init__(self, limit: int | None = None) -> None:
        super().__init__(Trainer(AGENT, cartpole(), 0, 1), Threads(1))
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


def search(storage: Path, runs: Runs, rate: float = 0.5) -> Search:
    settings, fits = Made(learning_rate=rate, discount=0.99), Fits(AGENT, cartpole(), 30)
    return Search(axes(AGENT, settings, fits), settings, fits, runs, storage)


def tried(one: Search) -> list[Any]:
    """List what was tried, and what it cost."""
    return [(one.settings_of(trial), trial.intermediate_values) for trial in one.done]


def test_a_known_answer_is_recovered_and_the_hopeless_is_cut_short(tmp_path: Path) -> None:
    runs = MadeUp()
    made = search(tmp_path / "log", runs)
    assert list(made.go_on(62))[-2:] == [60, 62]
    assert tried(made)[0][0] == Made(
        learning_rate=0.5, discount=0.99
    )  # what stands in params.yaml comes first
    (_, best), *_ = made.best(5)
    assert best.learning_rate == pytest.approx(0.03, rel=0.25)
    hopeless = [of for settings, of in tried(made)[10:] if settings.learning_rate < 0.002]
    assert hopeless
    assert {tuple(of) for of in hopeless} <= {RUNGS[:1], RUNGS[:2]}
    assert made.cut > 31
    assert runs.most[Made(learning_rate=0.5, discount=0.99)] == RUNGS[-1]

    found = verdict.judge(made, runs)
    assert found.better
    assert found.judged[0].settings == Made(learning_rate=0.5, discount=0.99)
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
        settings, fits = brief(q_learning.AGENT, task), Fits(q_learning.AGENT, task, 30)
        runs = Runs(Trainer(q_learning.AGENT, task, 0, 5), Threads(workers))
        space = axes(q_learning.AGENT, settings, fits)
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


def test_what_is_better_is_written_where_that_is_asked_for(
    told_by: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(search: Search, runs: Runs) -> verdict.Verdict:
        faster = search.settings.replace(learning_rate=0.31, bins=[1, 1, 7, 3])
        few = runs.outcomes([search.settings, faster], range(3))
        both = [
            verdict.Candidate(number, settings, outcomes)
            for number, (settings, outcomes) in enumerate(
                zip([search.settings, faster], few, strict=True)
            )
        ]
        return verdict.Verdict(both, both, ["fewer steps"], losses)

    monkeypatch.setattr(verdict, "judge", found)
    before = Path("params.yaml").read_text()
    losses = ["a lower return"]
    assert "trial" in told_by("--trials", "1", "--write")
    losses.clear()
    assert "trial" in told_by("--trials", "1")
    assert Path("params.yaml").read_text() == before  # worse in something, or not asked for
    text = told_by("--trials", "1", "--write")
    assert "  learning_rate: 0.31  # now 0.2\n" in text
    assert text.endswith("\nwritten into params.yaml\n")
    after = before.replace("learning_rate: 0.2  # alpha", "learning_rate: 0.31  # alpha")
    assert Path("params.yaml").read_text() == after.replace("[1, 1, 6, 3]", "[1, 1, 7, 3]")


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
