"""Every command of docs/exercises.md runs, and tells what the page says; no check passes before."""

import subprocess
import sys

import pytest
from checkout import ROOT, Checkout
from exercises_page import Student, beginning, fits, renewed, section, solutions

NUMBERS = range(1, 11)


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Student:
    """Follow the page in one checkout, exercise by exercise."""
    return Student(Checkout(tmp_path_factory.mktemp("exercises")).fill())


@pytest.mark.parametrize("number", NUMBERS)
def test_an_exercise_is_not_done_before_it_is(student: Student, number: int) -> None:
    told = student.tell(f"make exercise N={number}")
    assert len(told) == 1
    assert told[0].startswith(f"exercise {number}: ")
    assert told[0].endswith((" first", " is not there"))


@pytest.mark.parametrize("number", NUMBERS)
def test_an_exercise_tells_what_the_page_says(student: Student, number: int) -> None:
    for command, told in student.follow(number):
        if command.quoted:
            assert fits(command.quoted, told), "\n".join([command.line, *told])
        else:
            assert told == [], command.line
    assert told[-1] == f"exercise {number}: done"


def test_another_experiment_of_the_name_is_refused(student: Student) -> None:
    """Each of them is checked by its parameters, and by what came of it."""
    listed = student.project.git("for-each-ref", "--format=%(refname)", "refs/exps").split()
    (ten,) = (name for name in listed if name.endswith("/ten"))
    folder = ten.rpartition("/")[0]
    for name, key in (
        ("ten", "cartpole.search.selection_episodes is 100; the exercise has 10"),
        ("fine", "cartpole.train_q_learning.bins is [1, 1, 6, 3]; the exercise has [1, 1, 50, 50]"),
        ("gloomy", "environment is cartpole; the exercise has mountain_car"),
        ("after", ""),
    ):
        student.project.git("update-ref", f"{folder}/{name}", "HEAD")
        number = {"ten": 1, "fine": 2, "gloomy": 5, "after": 10}[name]
        (told,) = student.tell(f"make exercise N={number}")
        expected = f"{name}: {key}" if key else "before and after differ in "
        assert told.startswith(f"exercise {number}: {expected}")


@pytest.mark.parametrize("number", ["", "0", "11", "one"])
def test_the_number_of_an_exercise_is_asked_for(number: str) -> None:
    command = [sys.executable, "tests/exercises/check.py", *number.split()]
    done = subprocess.run(
        command, cwd=ROOT, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == "which exercise, 1 to 10? `make exercise N=3`\n"


def test_quoted_lines_may_leave_some_out_but_not_differ() -> None:
    told = ["first", "second", "third"]
    for quoted in (told, ["..."], ["...", "third"], ["first", "..."], ["first", "...", "third"]):
        assert fits(quoted, told)
    for quoted in ([], ["first"], ["...", "second"], ["third", "..."], ["first", "third"]):
        assert not fits(quoted, told)


def test_quoted_figures_are_renewed_by_how_their_lines_begin() -> None:
    told = ["cliff: sarsa: mean return -17.0", "cliff: q_learning: mean return -13.0", " 10  7.5"]
    quoted = ["...", "cliff: q_learning: mean return -12.0", " 10  7.1"]
    assert renewed(quoted, told) == ["...", "cliff: q_learning: mean return -13.0", " 10  7.5"]
    assert beginning("data/evaluate/policy/metrics.json  return.mean  500  9") == (
        "data/evaluate/policy/metrics.json return.mean"
    )


def test_an_exercise_says_what_to_expect_why_and_further_and_how_to_check() -> None:
    for number in NUMBERS:
        for part in ("**Think first:**", "**Why.**", "**Further.**", f"make exercise N={number}"):
            assert part in section(number), (number, part)


def test_the_skeleton_of_the_actor_critic_has_a_hole_for_its_solution() -> None:
    skeleton = (ROOT / "tests/exercises/actor_critic.py").read_text()
    assert skeleton.endswith("    # Yours: the three equations above.\n")
    assert solutions()[0].splitlines()[0] not in skeleton
