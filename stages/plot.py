"""Stage `plot`: draw how the agents learned, what they learned and how they did in the test."""

import argparse
import json
import math
from collections.abc import Sequence

import numpy as np

from stages import files
from stages.common import params, script
from stages.common.artifacts import blaming, load_bytes, load_json, prepare, save_bytes
from stages.pictures.figures import (
    Agent,
    courses,
    learning,
    playing,
    policies,
    robustness,
    solving,
    style,
)
from stages.pictures.figures.dark import dark
from stages.pictures.figures.marks import Marks
from stages.pictures.looks import Look, looks
from stages.rl.engine.random_numbers import NOBODY, Purpose, sequence
from stages.rl.interface.task import Task

FIGURES = (
    "learning_curves",
    "sample_efficiency",
    "test_returns",
    "policies",
    "episodes",
    "robustness",
)
TABLES = ("learning_curves", "test_returns")


def read(trained: str, evaluated: str, task: Task, look: Look) -> Agent:
    """Read what the figures show of an agent, from its two folders."""
    training = files.training(f"{trained}/history.npz")
    policy = files.policies(f"{trained}/policies.npz", task)
    returns = files.returns(f"{evaluated}/returns.npz")
    played = files.recorded(f"{evaluated}/episodes.npz", task)
    low, high = load_json(
        f"{evaluated}/metrics.json", nullable=("return.low", "return.high")
    ).values()
    return Agent(look, training, returns, (low, high), policy, played)


def marks_of(evaluated: str, task: Task) -> Marks:
    """Read what all agents are held against, from the folder of any of them."""
    path = f"{evaluated}/metrics.json"
    told = load_json(path, "return.random", nullable=("return.optimum",))
    optimum = told["return.optimum"]
    return Marks(task.threshold, None if math.isnan(optimum) else optimum, told["return.random"])


def worlds(path: str, agents: Sequence[str]) -> dict[str, list[robustness.Line]]:
    """Read how the agents did in worlds that they were not trained in."""
    with blaming(path):
        return robustness.lines_of(json.loads(load_bytes(path)), agents)


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", nargs="+", required=True)
    for option in ("--trained", "--evaluated", "--robustness", "--folder"):
        parser.add_argument(option, required=True)
    parser.add_argument("--slides", action="store_true", help="figures alone, at a speaker's size")
    options = parser.parse_args()
    given = params.load("seed", "env", "plot")
    task, smoothing = given.task, given.plot.smoothing_episodes
    agents = [
        read(f"{options.trained}/{name}", f"{options.evaluated}/{name}", task, look)
        for name, look in looks(options.agents).items()
    ]
    marks = marks_of(f"{options.evaluated}/{options.agents[0]}", task)
    other_worlds = worlds(options.robustness, options.agents)
    tables = () if options.slides else TABLES
    prepare(*(f"{options.folder}/{name}.{kind}" for name in FIGURES for kind in ("svg", "png")))
    prepare(*(f"{options.folder}/{name}.json" for name in tables))
    generator = np.random.default_rng(sequence(given.seed, NOBODY, Purpose.BOOTSTRAP))
    axis, curves = learning.curves(agents, smoothing, generator)
    drawn = [
        learning.learning_curves(agents, axis, curves, marks, smoothing),
        solving.sample_efficiency(agents, marks),
        playing.returns(agents, marks),
        policies.policies(agents, task),
        courses.episodes(agents, task),
        robustness.robustness(other_worlds, [agent.look for agent in agents], marks),
    ]
    for name, figure in zip(FIGURES, drawn, strict=True):
        svg, png = style.slide(figure) if options.slides else style.encode(figure)
        save_bytes(f"{options.folder}/{name}.svg", svg if options.slides else dark(svg))
        save_bytes(f"{options.folder}/{name}.png", png)
    listed = (
        learning.table(agents, curves, task.threshold),
        playing.table(agents, task.threshold),
    )
    for name, rows in zip(tables, listed, strict=False):
        save_bytes(f"{options.folder}/{name}.json", (json.dumps(rows) + "\n").encode())


if __name__ == "__main__":
    script.run(main)
