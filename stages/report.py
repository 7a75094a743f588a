"""Stage `report`: put results, figures and animations on one page that needs nothing else."""

import ast
import inspect
import os
import sys
from importlib import metadata
from types import ModuleType
from typing import Any

import numpy as np

from stages.common import script
from stages.common.artifacts import load_bytes, load_json, prepare, save_bytes
from stages.common.params import Params, load
from stages.evaluation import files
from stages.pictures import results_table
from stages.pictures.agent_style import styles
from stages.pictures.page import live_data, page, reading, tables
from stages.rl.engine.random_numbers import SHARED, Purpose, sequence

# What can reach a result, apart from this project's own code.
LIBRARIES = ("numpy", "numba", "gymnasium", "matplotlib", "pillow")


def described(environment: ModuleType) -> str:
    """Return how the module of an environment describes it: the task and the reward.

    It is the first two paragraphs of its docstring, which an optimising interpreter (python -OO)
    does not have.
    """
    text = ast.get_docstring(ast.parse(inspect.getsource(environment))) or ""
    return " ".join(" ".join(text.split("\n\n")[:2]).split())


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
    names = {agent: look.name for agent, look in styles(options.agents).items()}
    summaries = {agent: files.summary(f"{data}/evaluate/{agent}") for agent in names}
    agents = {
        agent: reading.read(data, agent, name, summaries[agent], task.threshold)
        for agent, name in names.items()
    }
    worlds = load_json(f"{data}/robustness/robustness.json")
    prepare(f"{folder}/index.html")
    generator = np.random.default_rng(sequence(params.seed, SHARED, Purpose.BOOTSTRAP))
    resamples = params.evaluate.bootstrap_resamples
    compared = tables.comparisons(list(agents.values()), task, resamples, generator)
    found, elsewhere = page.sentences(agents, task, compared, worlds)
    text = page.render(
        agents,
        task,
        compared,
        found=found,
        elsewhere=elsewhere,
        live=live_data.section(data, options.agents, task, params.section),
        figures={name: load_bytes(f"{data}/plot/{name}.svg") for name in page.FIGURES},
        description=described(task.module),
        simulator=task.spec.dynamics.value,
        given=params,
        parameters=shown_parameters(params),
        versions={name: metadata.version(name) for name in LIBRARIES},
    )
    save_bytes(f"{folder}/index.html", text.encode())
    sentences = [*found, elsewhere] if elsewhere else found
    shown = results_table.results(sentences, {names[agent]: summaries[agent] for agent in names})
    save_bytes(f"{folder}/results.md", shown.encode())
    if "MAKELEVEL" not in os.environ:  # make shows it when all is done
        sys.stdout.write(f"\n{shown}\nmore on one page: {folder}/index.html\n")


if __name__ == "__main__":
    script.run(main)
