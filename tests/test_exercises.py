"""Every command of docs/exercises.md runs, and tells what the page says; no check passes before."""

import sys
from types import ModuleType

import check
import pytest
from checkout import ROOT, Checkout, without_catch, without_sarsa
from exercises_page import Command, Student, blocks, fits
from test_own import blocks as blocks_of_files

from stages.common.script import InputError

NUMBERS = range(1, 11)


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Student:
    """Follow the page in one checkout, exercise by exercise."""
    return Student(Checkout(tmp_path_factory.mktemp("exercises")).fill())


def refusal(number: int) -> str:
    """Return what an exercise is told to miss."""
    with pytest.raises(InputError) as refused:
        list(check.told(str(number)))
    told = str(refused.value)
    assert told.startswith(f"exercise {number}: ")
    return told.partition(": ")[2]


@without_catch
@without_sarsa
def test_no_exercise_is_done_in_the_beginning(
    student: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(student.project.path)
    for number, name in {1: "ten", 2: "fine", 3: "endless", 4: "restless", 5: "gloomy"}.items():
        assert refusal(number) == (
            f"no experiment `{name}` yet: run `dvc exp run --temp -n {name} ...` first"
        )
    assert refusal(6).startswith("no experiment `unseen` yet")
    assert refusal(7) == "stages/rl/agents/sarsa.py is not there"
    assert refusal(8) == "stages/rl/agents/dyna_q.py is not there"
    assert refusal(9) == "stages/rl/environments/catch.py is not there"
    assert refusal(10).startswith("no experiment `before` yet")


@pytest.mark.slow
@pytest.mark.parametrize("number", NUMBERS)
def test_an_exercise_tells_what_the_page_says(student: Student, number: int) -> None:
    for command, told in student.follow(number):
        if command.quoted:
            assert fits(command.quoted, told), "\n".join([command.line, *told])
        else:
            assert told == [], command.line
    assert told[-1] == f"exercise {number}: done"


def readme(heading: str) -> list[Command]:
    """Find the commands below a heading of the README."""
    return blocks((ROOT / "README.md").read_text().split(f"\n## {heading}\n")[1])[0]


@pytest.mark.slow
def test_the_experiment_of_the_readme_is_accepted(student: Student) -> None:
    (swing,) = readme("Another environment")
    assert "Ran experiment(s): swing" in student.tell(f"{swing.line} check_params")


@pytest.mark.slow
def test_the_change_in_the_readme_tells_what_it_says(student: Student) -> None:
    """As far as the test of the agent that changes."""
    student.project.edit("params.yaml", ("learning_rate: 0.02  #", "learning_rate: 0.005  #"))
    params, repro, metrics = readme("Change something")
    assert repro.line == "dvc repro"
    assert fits(params.quoted, student.tell(params.line))
    assert student.tell("dvc repro evaluate@reinforce")
    assert fits(metrics.quoted, student.tell(metrics.line))
    student.project.git("checkout", ".")


@pytest.mark.slow
def test_another_experiment_of_the_name_is_refused(
    student: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them is checked by its parameters, and two that are compared by what they share."""
    monkeypatch.chdir(student.project.path)
    listed = student.project.git("for-each-ref", "--format=%(refname)", "refs/exps").split()
    places = {name.rpartition("/")[2]: name for name in listed}

    fine = student.project.git("rev-parse", places["fine"]).strip()

    def call(name: str, other: str) -> None:
        student.project.git("update-ref", places[name], other)

    for number, name, told in (
        (1, "ten", "cartpole.search.validation_episodes is 100; the exercise has 10"),
        (2, "fine", "cartpole.train_q_learning.bins is [1, 1, 6, 3]; the exercise has [1, 1, 50,"),
        (3, "endless", "environment is cartpole; the exercise has frozen_lake"),
        (4, "restless", "environment is cartpole; the exercise has frozen_lake"),
        (5, "gloomy", "environment is cartpole; the exercise has mountain_car"),
        (6, "unseen", "environment is cartpole; the exercise has mountain_car"),
    ):
        call(name, "HEAD")
        assert refusal(number).startswith(f"{name}: {told}")
    call("after", places["before"])
    assert refusal(10) == "before and after differ in nothing; change one value of Q-learning"
    call("after", "HEAD")
    assert refusal(10) == "before and after differ in runs, seed; change one value of Q-learning"
    call("after", "HEAD~1")  # before the game was added
    call("before", fine)  # the same but for one value, at seed 0 with 30 runs
    assert refusal(10).startswith("before: seed 0, 30 runs; take a seed other than 0")


def stand_in(
    patch: pytest.MonkeyPatch, document: str, heading: str, *changes: tuple[str, str]
) -> None:
    """Import the module of a document with some changes, its kernels as plain Python."""
    (name, code), *_ = blocks_of_files(document, heading)
    for old, new in (("@kernel\n", ""), *changes):
        code = code.replace(old, new)
    full = name.removesuffix(".py").replace("/", ".")
    module = ModuleType(full)
    exec(code, vars(module))
    patch.setitem(sys.modules, full, module)


@without_sarsa
def test_q_learning_is_not_taken_for_sarsa(monkeypatch: pytest.MonkeyPatch) -> None:
    best = "value(weights, next_tiles, next_action)", "weights[next_tiles[0]].max()"
    stand_in(monkeypatch, "docs/extend.md", "A custom agent", best)
    assert refusal(7) == "sarsa.py: one step by hand gives 4.0 or 8.5; yours [8.5]"


@without_catch
def test_a_game_without_wind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "docs/extend.md", "A custom environment")
    told = "catch.py: the ball moves left in 0% and right in 0% of the steps; an eighth each"
    assert refusal(9).startswith(told)
