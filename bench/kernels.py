"""How fast the agents train, beside the same work in C.

Useful environment steps a second, those of training and of selection, on one core and on all. In a
round C and ours take turns, and a ratio is that of one round, so a machine that is slower for a
while slows both; medians over the rounds, with the lowest and the highest.
"""

import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from bench.machine import CORES
from bench.ours import Train, agents, speed, warm_up
from bench.tables import spread

HERE = Path(__file__).parent
ROUNDS = 9


class Row(NamedTuple):
    """An agent, and what does its work in C."""

    agent: str
    runs: int  # so many that a measurement takes 0.1 s
    source: str
    arguments: tuple[str, ...]


ROWS = {
    "search": Row("search", 120, "limit.c", ("search",)),
    "search, C in lanes": Row("search", 480, "lanes.c", ()),
    "q_learning": Row("q_learning", 60, "limit.c", ("q_learning",)),
    "policy": Row("policy", 16, "limit.c", ("policy",)),
}


class Round(NamedTuple):
    """Steps a second, measured one after the other."""

    in_c: float
    one_core: float
    all_cores: float


def lines() -> list[str]:
    """Measure all agents and return the table."""
    told = [
        "## Training beside C",
        "",
        f"Million useful environment steps a second: median (lowest-highest) of {ROUNDS} rounds,"
        f" {CORES} cores. C is [limit.c](limit.c), scalar, on one core, by gcc -O3 -march=native"
        " with the C library's sine and exponential; *in lanes* it is [lanes.c](lanes.c), which"
        " plays 32 episodes side by side.",
        "",
        f"| agent | C | ours, 1 core | ours, {CORES} cores | 1 core / C | {CORES} cores / 1 |",
        "|---|---|---|---|---|---|",
    ]
    trained = agents()
    with tempfile.TemporaryDirectory() as folder:
        for name, row in ROWS.items():
            program = build(HERE / row.source, Path(folder))
            rounds = measure([program, *row.arguments, str(row.runs)], trained[row.agent], row.runs)
            speeds = [spread([r[i] / 1e6 for r in rounds], 1) for i in range(3)]
            beside_c = spread([r.one_core / r.in_c for r in rounds], 2)
            scaling = spread([r.all_cores / r.one_core for r in rounds], 2)
            told.append(f"| {name} | {' | '.join(speeds)} | {beside_c} | {scaling} |")
    return told


def build(source: Path, folder: Path) -> Path:
    """Compile a C program."""
    program = folder / source.stem
    flags = ["-O3", "-march=native", "-Wall", "-Wextra", "-Werror"]
    subprocess.run(["gcc", *flags, "-o", program, source, "-lm"], check=True)
    return program


def measure(command: list[str | Path], train: Train, runs: int) -> list[Round]:
    """Measure an agent in all rounds; what is compiled at the first call does not count."""
    warm_up(train)
    return [
        Round(in_c(command), speed(train, runs, 1), speed(train, CORES * runs, CORES))
        for _ in range(ROUNDS)
    ]


def in_c(command: list[str | Path]) -> float:
    """Return the steps a second that a C program tells, on one core."""
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    steps, seconds = told.stdout.split()
    return int(steps) / float(seconds)
