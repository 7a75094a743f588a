"""Stage `report`: put results, figures and animations on one page that needs nothing else."""

import argparse
import ast
import inspect
import os
from importlib import metadata
from types import ModuleType
from typing import Any

import numpy as np

from stages import reading, results
from stages.common import params, script
from stages.common.artifacts import load_bytes, prepare, save_bytes
from stages.pictures import terminal
from stages.pictures.looks import look
from stages.pictures.page import page, preview, tables
from stages.rl.engine.random_numbers import NOBODY, Purpose, sequence

FOLDERS = ("--trained", "--evaluated", "--animations", "--figures")
# What can reach a result, apart from this project's own code.
LIBRARIES = ("numpy", "numba", "gymnasium", "matplotlib", "pillow")


def described(environment: ModuleType) -> str:
    """Return what the module of an environment tells of it: what is to do, and for which reward.

    It is the first two paragraphs of its docstring, which an optimising interpreter (python -OO)
    does not have.
    """
    text = ast.get_docstring(ast.parse(inspect.getsource(environment))) or ""
    return " ".join(" ".join(text.split("\n\n")[:2]).split())


def shown_parameters(given: params.Params) -> dict[str, dict[str, Any]]:
    """Return the parameters by their sections, as they stand."""
    return {
        "all stages": {"environment": given.task.name, "seed": given.seed, "runs": given.runs},
        "plot": dict(given.plot),
        "render_gif": dict(given.render_gif),
        "robustness": dict(given.robustness),
        **{f"{given.task.name}.{key}": section for key, section in given.section.items()},
    }


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", nargs="+", required=True)
    for option in (*FOLDERS, "--together", "--robustness", "--page", "--findings", "--preview"):
        parser.add_argument(option, required=True)
    options = parser.parse_args()
    given = params.load(
        "seed", "runs", "plot", "render_gif", "robustness", "env", "evaluate", "section"
    )
    task = given.task
    files = {agent: reading.files_of(agent, options) for agent in options.agents}
    figures = {name: f"{options.figures}/{name}.svg" for name in page.FIGURES}
    listed = [*(some.metrics for some in files.values()), options.robustness]
    agents = {
        agent: reading.read(look(agent, options.agents).name, some, task.threshold)
        for agent, some in files.items()
    }
    together, worlds = reading.animation(options.together), reading.read_worlds(options.robustness)
    prepare(options.page, options.findings, options.preview)
    generator = np.random.default_rng(sequence(given.seed, NOBODY, Purpose.BOOTSTRAP))
    resamples = given.evaluate.bootstrap_resamples
    compared = tables.comparisons(list(agents.values()), task, resamples, generator)
    found, elsewhere = page.sentences(agents, task, compared, worlds)
    text = page.render(
        agents,
        task,
        compared,
        found=found,
        elsewhere=elsewhere,
        together=together,
        live=reading.live_section(options, task),
        figures={name: load_bytes(path) for name, path in figures.items()},
        description=described(task.module),
        simulator=task.spec.dynamics.value,
        given=given,
        parameters=shown_parameters(given),
        versions={name: metadata.version(name) for name in LIBRARIES},
        digests={path: reading.digest(path) for path in listed},
    )
    save_bytes(options.page, text.encode())
    save_bytes(
        options.findings, "".join(f"{line}\n" for line in [*found, elsewhere] if line).encode()
    )
    still = agents[page.hero(agents)].animation.still
    title = f"What the agents learned in {task.id}"
    save_bytes(options.preview, preview.preview(title, found, still))
    metrics = {agent: some.metrics for agent, some in files.items()}
    table = results.lines(options.findings, metrics, options.page)
    if "MAKELEVEL" not in os.environ:  # make shows it when all is done
        terminal.tell(table)


if __name__ == "__main__":
    script.run(main)
