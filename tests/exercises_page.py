"""The commands of docs/exercises.md, what they were seen to tell, and what they tell now.

PYTHONPATH=. python tests/exercises_page.py   follows the page, and writes what is told now into it.
"""

import re
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from checkout import ROOT, Checkout
from test_own import added, beside

PAGE = ROOT / "docs" / "exercises.md"
SOLUTIONS = "tests/exercises/solutions.md"
IDENTITY = {
    f"GIT_{who}_{what}": "a.student@localhost"
    for who in ("AUTHOR", "COMMITTER")
    for what in ("NAME", "EMAIL")
}


class Command(NamedTuple):
    """A command of the page."""

    line: str
    quoted: list[str]  # what it tells, a line each; "..." stands for what was left out


def section(number: int) -> str:
    """Return the text of an exercise."""
    return re.split(r"^## ", PAGE.read_text(), flags=re.M)[number]


def blocks(text: str) -> list[list[Command]]:
    """Find the commands of a text, block by block."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", text, re.S):
        parts = [part.splitlines() for part in re.split(r"^\$ ", block, flags=re.M)[1:]]
        found.append([Command(line, quoted) for line, *quoted in parts])
    return found


def fits(quoted: list[str], told: list[str]) -> bool:
    """Tell whether the lines are told, in this order, with others between where "..." says so."""
    if quoted[:1] == ["..."]:
        rest = quoted[1:]
        return any(fits(rest, told[place:]) for place in range(len(told) + 1))
    if not quoted or not told:
        return not quoted and not told
    return quoted[0] == told[0] and fits(quoted[1:], told[1:])


def beginning(line: str) -> str:
    """Return what stays the same in a line when its figures change."""
    words = line.split()
    if line.startswith("data/"):  # a row of metrics
        return " ".join(words[:2])
    return words[0] if words[:1] and words[0].isdigit() else re.split(r" -?\d", line)[0]


def solutions() -> list[str]:
    """Read the solutions of exercises 8 and 9."""
    return re.findall(r"```python\n(.*?)```", (ROOT / SOLUTIONS).read_text(), re.S)


class Student:
    """Somebody who follows the page in a checkout, and does by hand what it asks for."""

    def __init__(self, checkout: Checkout) -> None:
        """Begin without dvc.lock, which DVC would write anew after every stage: half the time."""
        self.project = checkout
        (self.project.path / "dvc.lock").unlink()
        self.project.commit()
        self.project.git("branch", "--move", "main")  # as a clone's is called
        python = self.project.path / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
        python.chmod(0o755)
        python.with_name("dvc").write_text(f"#!{python}\n")  # by which make knows that it works

    def tell(self, line: str) -> list[str]:
        """Run a command; return what it tells."""
        line = line.replace("make ", "make -s --old-file=.venv/.installed ")
        done = self.project.attempt("bash", "-c", f"{line} 2>&1", **IDENTITY)
        return [row for row in done.stdout.splitlines() if not row.startswith("make: ***")]

    def follow(self, number: int) -> Iterator[tuple[Command, list[str]]]:
        """Run the commands of an exercise; yield each with what it told."""
        for place, commands in enumerate(blocks(section(number))):
            self.by_hand(number, place)
            for command in commands:
                yield command, self.tell(command.line)

    def by_hand(self, number: int, place: int) -> None:
        """Do what the page asks for before one of its blocks."""
        work: dict[tuple[int, int], Callable[[], None]] = {
            (7, 1): self.sarsa,
            (8, 1): self.dyna_q,
            (9, 1): self.wind,
        }
        work.get((number, place), lambda: None)()

    def sarsa(self) -> None:
        added(self.project, "docs/extend.md", "A custom agent")
        beside(self.project, "actor_critic", "sarsa")

    def dyna_q(self) -> None:
        added(self.project, "docs/exercises.md", "8. Dyna-Q")
        beside(self.project, "sarsa", "dyna_q")
        hole = "    # Yours: the last line above, with `update`.\n"
        file = "stages/rl/agents/dyna_q.py"
        self.project.edit(file, (hole, solutions()[0]), ("Stream, stream", "Stream, below, stream"))

    def wind(self) -> None:
        added(self.project, "docs/extend.md", "A custom environment")
        below = "        self.row += 1\n"
        self.project.edit("stages/rl/environments/catch.py", (below, below + solutions()[1]))
        longer = "high: [7.0, 10.0, 7.0]\n    episodes: {}"
        falling = "final_learning_rate: {}\n    epsilon: 0.1\n    exploration_fraction"
        self.project.edit(
            "params.yaml",
            (longer.format(1000), longer.format(3000)),
            (falling.format(0.5), falling.format(0.01)),
        )


def renewed(quoted: list[str], told: list[str]) -> list[str]:
    """Put lines that are told now in the place of those that begin alike."""
    now = {beginning(line): line for line in reversed(told)}
    return [now.get(beginning(line), line) for line in quoted]


def main() -> None:
    """Write what is told now into the page."""
    with tempfile.TemporaryDirectory() as folder:
        student = Student(Checkout(Path(folder)).fill())
        text = PAGE.read_text()
        for number in range(1, 11):
            for (line, quoted), told in student.follow(number):
                old, new = (
                    "\n".join([f"$ {line}", *some]) for some in (quoted, renewed(quoted, told))
                )
                text = text.replace(old, new)
        PAGE.write_text(text)


if __name__ == "__main__":
    main()
