"""Stage `report`: put results, figures and animations on one page that needs nothing else."""

import argparse
import ast
import hashlib
import inspect
import json
import os
import sys
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from stages import results
from stages.common import params, script
from stages.common.artifacts import blaming, load_arrays, load_bytes, load_json, prepare, save_bytes
from stages.common.surroundings import installed
from stages.pictures import terminal
from stages.pictures.looks import looks
from stages.pictures.page import Agent, Animation, page, tables, try_it
from stages.pictures.page.worlds import KNOWN
from stages.rl.engine.seeding import NOBODY, Purpose, sequence
from stages.rl.interface.table import Table
from stages.rl.interface.task import Task
from stages.rl.judge import episodes, history, policy_files
from stages.rl.judge.arrays import require

FOLDERS = ("--trained", "--evaluated", "--animations", "--figures")
# What can reach a result, apart from this project's own code.
LIBRARIES = ("numpy", "numba", "gymnasium", "matplotlib", "pillow", "dvc")


class Files(NamedTuple):
    """Where what the page shows of an agent is."""

    metrics: str
    returns: str
    history: str
    animation: str


def files_of(agent: str, options: argparse.Namespace) -> Files:
    """Find the files of an agent."""
    evaluated = f"{options.evaluated}/{agent}"
    return Files(
        f"{evaluated}/metrics.json",
        f"{evaluated}/returns.npz",
        f"{options.trained}/{agent}/history.npz",
        f"{options.animations}/{agent}.gif",
    )


def read(files: Files, threshold: float | None) -> Agent:
    """Read what the page shows of an agent."""
    returns = load_arrays(files.returns, "returns")["returns"]
    with blaming(files.returns):
        require("returns", returns, np.float64, 2)
    with blaming(files.history):
        training = history.from_arrays(load_arrays(files.history, *history.History._fields))
    return Agent(
        load_json(files.metrics, *page.METRICS, nullable=page.NULLABLE),
        returns.mean(axis=1),
        training.episodes_to_solve(threshold),
        training.steps_to_solve(threshold),
        training,
        animation(files.animation),
    )


def live_section(options: argparse.Namespace, task: Task) -> try_it.Live | None:
    """Read what the live section needs; None where the page has none."""
    if task.name not in KNOWN:
        return None
    trained = {}
    for agent, look in looks(options.agents).items():
        policies = f"{options.trained}/{agent}/policies.npz"
        checkpoints = f"{options.trained}/{agent}/checkpoints.npz"
        recorded = f"{options.evaluated}/{agent}/episodes.npz"
        with blaming(policies):
            of_all = policy_files.from_arrays(load_arrays(policies), task)
        with blaming(checkpoints):
            of_one = policy_files.checkpoints_from_arrays(load_arrays(checkpoints), task)
        with blaming(recorded):
            played = episodes.from_arrays(load_arrays(recorded, *episodes.Episodes._fields), task)
        trained[look] = try_it.Trained(of_all, of_one, played)
    return try_it.section(trained, task)


def animation(path: str) -> Animation:
    """Read an animation."""
    with blaming(path):
        return page.animation(load_bytes(path))


def read_worlds(path: str) -> list[dict[str, Any]]:
    """Read how the agents did in other worlds, see `stages.rl.judge.robustness.rows`."""
    try:
        rows: list[dict[str, Any]] = json.loads(load_bytes(path))
        for row in rows:
            float(row["return"]), float(row["level"]), row["change"], row["agent"]
    except (ValueError, TypeError, KeyError):
        raise script.InputError(
            f"{path}: not the returns in other worlds; `dvc repro` makes it anew"
        ) from None
    return rows


def described(environment: ModuleType) -> str:
    """Return what the module of an environment tells of it: what is to do, and for which reward.

    It is the first two paragraphs of its docstring, which an optimising interpreter (python -OO)
    does not have.
    """
    text = ast.get_docstring(ast.parse(inspect.getsource(environment))) or ""
    return " ".join(" ".join(text.split("\n\n")[:2]).split())


def simulator(environment: ModuleType) -> str:
    """Say what the agents are trained in."""
    kind = getattr(environment, "Environment", None)
    if kind is None:
        return "Gymnasium itself"
    if kind is Table:
        return "the table of the environment that Gymnasium hands out"
    return "this project's own compiled equations"


def shown_parameters(given: params.Given) -> dict[str, dict[str, Any]]:
    """Return the parameters by their sections, as they stand."""
    return {
        "all stages": {"environment": given.task.name, "seed": given.seed, "runs": given.runs},
        "plot": given.plot._asdict(),
        "render_gif": given.render_gif._asdict(),
        "robustness": given.robustness._asdict(),
        **{f"{given.task.name}.{key}": section for key, section in given.section.items()},
    }


def digest(path: str) -> str:
    """Return a file's MD5, by which dvc.lock knows it."""
    return hashlib.md5(load_bytes(path), usedforsecurity=False).hexdigest()


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", nargs="+", required=True)
    for option in (*FOLDERS, "--together", "--robustness", "--page", "--findings"):
        parser.add_argument(option, required=True)
    options = parser.parse_args()
    given = params.load(
        "seed", "runs", "plot", "render_gif", "robustness", "env", "evaluate", "section"
    )
    task, versions = given.task, installed(sys.path)
    files = {agent: files_of(agent, options) for agent in options.agents}
    figures = {name: f"{options.figures}/{name}.svg" for name in page.FIGURES}
    listed = [*(some.metrics for some in files.values()), options.robustness]
    agents = {agent: read(some, task.threshold) for agent, some in files.items()}
    together, worlds = animation(options.together), read_worlds(options.robustness)
    prepare(options.page, options.findings)
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
        live=live_section(options, task),
        figures={name: load_bytes(path) for name, path in figures.items()},
        description=described(task.module),
        simulator=simulator(task.module),
        given=given,
        parameters=shown_parameters(given),
        versions={name: versions[name] for name in LIBRARIES},
        digests={path: digest(path) for path in listed},
    )
    save_bytes(options.page, text.encode())
    save_bytes(
        options.findings, "".join(f"{line}\n" for line in [*found, elsewhere] if line).encode()
    )
    metrics = {agent: some.metrics for agent, some in files.items()}
    table = results.lines(options.findings, metrics, options.page)
    if "MAKELEVEL" not in os.environ:  # make shows it when all is done
        terminal.tell(table)


if __name__ == "__main__":
    script.run(main)
