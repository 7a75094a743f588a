"""Stage `plot`: draw how the agents learned, what they learned and how they did in the test."""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from stages.common import script
from stages.common.artifacts import load_json, prepare, save_bytes
from stages.common.params import load
from stages.evaluation import files
from stages.pictures.agent_style import AgentStyle, styles
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
from stages.rl.engine.random_numbers import SHARED, Purpose, sequence
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


def read(data: str, agent: str, of: Mapping[str, Any], task: Task, look: AgentStyle) -> Agent:
    """Read what the figures show of an agent, besides the returns of its summary."""
    trained, evaluated = f"{data}/train/{agent}", f"{data}/evaluate/{agent}"
    low, high = (math.nan if bound is None else bound for bound in (of["low"], of["high"]))
    return Agent(
        look,
        files.history(trained),
        files.returns(evaluated),
        (low, high),
        files.policies(trained, task),
        files.episodes(evaluated),
    )


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "data", "folder", agents=True)
    params = load("seed", "env", "plot")
    task, smoothing = params.task, params.plot.smoothing_episodes
    data = options.data
    of = {name: files.summary(f"{data}/evaluate/{name}")["return"] for name in options.agents}
    shown = styles(options.agents)
    agents = [read(data, name, of[name], task, look) for name, look in shown.items()]
    first = of[options.agents[0]]  # what these two are is the same for all agents
    marks = Marks(task.threshold, first["optimum"], first["random"])
    rows = load_json(f"{data}/robustness/robustness.json")
    other_worlds = robustness.lines_of(rows, options.agents)
    prepare(f"{options.folder}/{FIGURES[0]}.svg")
    generator = np.random.default_rng(sequence(params.seed, SHARED, Purpose.BOOTSTRAP))
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
        save_bytes(f"{options.folder}/{name}.svg", dark(style.encode(figure)))
    listed = (
        learning.table(agents, curves, task.threshold),
        playing.table(agents, task.threshold),
    )
    for name, table in zip(TABLES, listed, strict=True):
        save_bytes(f"{options.folder}/{name}.json", (json.dumps(table) + "\n").encode())


if __name__ == "__main__":
    script.run(main)
