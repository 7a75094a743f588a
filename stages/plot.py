"""Stage `plot`: draw how the agents learned, what they learned and how they did in the test."""

import gc
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
    episodes,
    learning_curves,
    policies,
    robustness,
    sample_efficiency,
    style,
    test_returns,
    validation_scores,
)
from stages.pictures.figures.reference_lines import ReferenceLines
from stages.rl.engine.random_numbers import SHARED, Purpose, sequence
from stages.rl.interface.task import Task


def read(
    data: str, agent: str, of: Mapping[str, Any], task: Task, agent_style: AgentStyle
) -> Agent:
    """Read what the figures show of an agent, besides the returns of its summary."""
    trained, evaluated = f"{data}/train/{agent}", f"{data}/evaluate/{agent}"
    low, high = (math.nan if bound is None else bound for bound in (of["low"], of["high"]))
    return Agent(
        agent_style,
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
    agents = [
        read(data, name, of[name], task, agent_style)
        for name, agent_style in styles(options.agents).items()
    ]
    first = of[options.agents[0]]  # what these two are is the same for all agents
    lines = ReferenceLines(task.threshold, first["optimum"], first["random"])
    rows = load_json(f"{data}/robustness/robustness.json")
    perturbed = robustness.lines_of(rows, options.agents)
    generator = np.random.default_rng(sequence(params.seed, SHARED, Purpose.BOOTSTRAP))
    axis, curves = learning_curves.curves(agents, smoothing, generator)
    figures = {
        "learning_curves": learning_curves.learning_curves(agents, axis, curves, lines, smoothing),
        "validation_scores": validation_scores.validation_scores(agents, lines),
        "sample_efficiency": sample_efficiency.sample_efficiency(agents, lines),
        "test_returns": test_returns.test_returns(agents, lines),
        "policies": policies.policies(agents, task),
        "episodes": episodes.episodes(agents, task),
        "robustness": robustness.robustness(perturbed, [agent.style for agent in agents], lines),
    }
    tables = {
        "learning_curves": learning_curves.table(agents, curves, task.threshold),
        "test_returns": test_returns.table(agents, task.threshold),
    }
    prepare(f"{options.folder}/learning_curves.svg")
    for name, figure in figures.items():
        save_bytes(f"{options.folder}/{name}.svg", style.encode(figure))
    for name, table in tables.items():
        save_bytes(f"{options.folder}/{name}.json", (json.dumps(table) + "\n").encode())


if __name__ == "__main__":
    gc.disable()  # what figures consist of stays to the end: searching it takes a tenth of the time
    script.run(main)
