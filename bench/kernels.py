"""How fast the agents train, beside the same work in C: `make bench`; writes bench/results.md.

Useful environment steps a second, those of training and of selection, on one core and on all. In a
round C and ours take turns, and a ratio is that of one round, so a machine that is slower for a
while slows both; medians over the rounds, with the lowest and the highest.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stages import params
from stages.rl import q_learning, random_search, reinforce
from stages.rl.environments import ENVIRONMENTS
from stages.rl.parallel import Pool, Threads
from stages.rl.training import Training, train_runs

HERE = Path(__file__).parent
ROUNDS = 9
RUNS = {"search": 120, "q_learning": 60, "policy": 16}  # so many that a measurement takes 0.1 s
LIMIT = ENVIRONMENTS["CartPole-v1"].episode_limit


def agents() -> dict[str, Callable[[int, Pool], Training]]:
    """Train runs of each agent by params.yaml, which limit.c repeats."""
    given = params.load("search", "train_policy", "train_q_learning")
    policy, table = given.train_policy.model_dump(), given.train_q_learning.model_dump()
    hidden_layers = tuple(policy.pop("hidden_layers"))
    bins, limits = np.array(table.pop("bins")), np.array(table.pop("limits"))
    search = random_search.Settings(**given.search.model_dump())
    learner = q_learning.Settings(bins=bins, limits=limits, **table)
    network = reinforce.Settings(**policy)
    learn = {
        "q_learning": partial(q_learning.train, learner, LIMIT, 0),
        "policy": partial(reinforce.train, network, hidden_layers, LIMIT, 0),
    }
    return {
        "search": partial(random_search.train_runs, search, LIMIT, 0),
        "q_learning": lambda runs, pool: train_runs(
            learn["q_learning"], runs, learner.episodes, pool, ""
        ),
        "policy": lambda runs, pool: train_runs(learn["policy"], runs, network.episodes, pool, ""),
    }


class Round(NamedTuple):
    """Steps a second, measured one after the other."""

    in_c: float
    one_core: float
    all_cores: float


def in_c(program: Path, agent: str) -> float:
    """Return the steps a second of the C program on one core."""
    told = subprocess.run(
        [program, agent, str(RUNS[agent])], check=True, capture_output=True, text=True
    )
    steps, seconds = told.stdout.split()
    return int(steps) / float(seconds)


def ours(train: Callable[[int, Pool], Training], runs: int, workers: int) -> float:
    """Return the steps a second of our kernels."""
    start = time.perf_counter()
    steps = int(train(runs, Threads(workers)).steps.sum())
    return steps / (time.perf_counter() - start)


def measure(
    program: Path, agent: str, train: Callable[[int, Pool], Training], cores: int
) -> list[Round]:
    """Measure an agent in all rounds; what is compiled at the first call does not count."""
    train(1, Threads(1))
    return [
        Round(
            in_c(program, agent),
            ours(train, RUNS[agent], 1),
            ours(train, cores * RUNS[agent], cores),
        )
        for _ in range(ROUNDS)
    ]


def spread(values: list[float], digits: int) -> str:
    """Show the median, and between which values it lies."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def main() -> None:
    """Measure all agents and write the table."""
    cores = len(os.sched_getaffinity(0))
    lines = [
        "# Training beside C",
        "",
        f"Million useful environment steps a second: median (lowest-highest) of {ROUNDS} rounds,"
        f" {cores} cores; `make bench` writes this file. C is [limit.c](limit.c), scalar, on one"
        " core, by gcc -O3 -march=native with the C library's sine and exponential.",
        "",
        f"| agent | C | ours, 1 core | ours, {cores} cores | 1 core / C | {cores} cores / 1 |",
        "|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "limit"
        flags = ["-O3", "-march=native", "-Wall", "-Wextra", "-Werror"]
        subprocess.run(["gcc", *flags, "-o", program, HERE / "limit.c", "-lm"], check=True)
        for agent, train in agents().items():
            rounds = measure(program, agent, train, cores)
            speeds = [spread([r[i] / 1e6 for r in rounds], 1) for i in range(3)]
            beside_c = spread([r.one_core / r.in_c for r in rounds], 2)
            scaling = spread([r.all_cores / r.one_core for r in rounds], 2)
            lines.append(f"| {agent} | {' | '.join(speeds)} | {beside_c} | {scaling} |")
    text = "\n".join(lines) + "\n"
    (HERE / "results.md").write_text(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
