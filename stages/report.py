"""Stage `report`: put results, figures and animations on one page that needs nothing else."""

import ast
import os
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from stages.common import script
from stages.common.artifacts import load_bytes, load_json, prepare, save_bytes
from stages.common.params import Params, load
from stages.evaluation import files
from stages.pictures import summary_table
from stages.pictures.agent_style import AgentStyle, styles
from stages.pictures.page import Agent, Row, findings, live_data, page, ranked
from stages.rl import agents as agent_modules
from stages.rl.engine.random_numbers import SHARED, Purpose, sequence
from stages.rl.interface.task import Task

# What can reach a result, apart from this project's own code.
LIBRARIES = ("numpy", "numba", "gymnasium", "matplotlib", "pillow")


def read(data: str, agent: str, style: AgentStyle, rows: list[Row], task: Task) -> Agent:
    """Read what the page shows of an agent."""
    return Agent(
        style,
        docstring(f"{agent_modules.__name__}.{agent}").split("\n\n")[0],
        files.summary(f"{data}/evaluate/{agent}"),
        files.returns(f"{data}/evaluate/{agent}").mean(axis=1),
        files.history(f"{data}/train/{agent}"),
        task.threshold,
        [row for row in rows if row["agent"] == agent],
        page.animation(load_bytes(f"{data}/render_gif/{agent}.gif")),
    )


def docstring(module: str) -> str:
    """Read the docstring of a module, which an optimising interpreter (python -OO) leaves out."""
    spec = find_spec(module)
    path = spec.origin if spec else None
    return (path and ast.get_docstring(ast.parse(Path(path).read_text()))) or ""


def shown_parameters(params: Params) -> dict[str, dict[str, Any]]:
    """Return the parameters by their sections, as they stand."""
    return {
        "all stages": {"environment": params.task.name, "seed": params.seed, "runs": params.runs},
        "plot": dict(params.plot),
        "render_gif": dict(params.render_gif),
        "robustness": dict(params.robustness),
        **{f"{params.task.name}.{key}": section for key, section in params.section.items()},
    }


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "data", "folder", agents=True)
    params = load("seed", "runs", "plot", "render_gif", "robustness", "env", "evaluate", "section")
    data, folder, task = options.data, options.folder, params.task
    rows = load_json(f"{data}/robustness/robustness.json")
    found = {
        agent: read(data, agent, style, rows, task)
        for agent, style in styles(options.agents).items()
    }
    agents = ranked(found.values())
    by_rank = {name: agent.style for agent in agents for name, of in found.items() if of is agent}
    prepare(f"{folder}/index.html")
    generator = np.random.default_rng(sequence(params.seed, SHARED, Purpose.BOOTSTRAP))
    resamples = params.evaluate.bootstrap_resamples
    compared = summary_table.comparisons(agents, task, resamples, generator)
    headline = findings.findings(
        agents,
        task,
        by_return=lambda *pair: compared.pairs[pair][0].significant,
        by_steps=lambda *pair: compared.pairs[pair][-1].significant,
    )
    perturbed = findings.in_perturbed_environments(agents, task)
    text = page.render(
        agents,
        task,
        compared,
        headline=headline,
        perturbed=perturbed,
        live=live_data.section(data, by_rank, task, params.section),
        figures={name: load_bytes(f"{data}/plot/{name}.svg") for name in page.FIGURES},
        description=" ".join(docstring(task.module.__name__).split("\n\n")[:2]),
        simulator=task.spec.dynamics.value,
        params=params,
        parameters=shown_parameters(params),
        versions={name: metadata.version(name) for name in LIBRARIES},
    )
    save_bytes(f"{folder}/index.html", text.encode())
    shown = summary_table.markdown([*headline, *perturbed], agents, task)
    save_bytes(f"{folder}/results.md", shown.encode())
    if "MAKELEVEL" not in os.environ:  # make shows it when all is done
        sys.stdout.write(f"\n{shown}\nmore on one page: {folder}/index.html\n")


if __name__ == "__main__":
    script.run(main)
