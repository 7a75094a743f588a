"""Stage `report`: put results, figures and animations on one page that needs nothing else."""

import argparse
import hashlib
import os
import sys
from pathlib import Path

import numpy as np

from stages import results
from stages.common import params, script, terminal
from stages.pictures import page
from stages.common.artifacts import blaming, load_arrays, load_bytes, load_json, prepare, save_bytes
from stages.rl import history
from stages.rl.arrays import require
from stages.rl.environments import ENVIRONMENTS
from stages.rl.seeding import Agent, Purpose, sequence
from stages.common.surroundings import installed

INPUTS = ("METRICS", "RETURNS", "HISTORY", "GIF")
# What can reach a result, apart from this project's own code.
LIBRARIES = ("numpy", "numba", "gymnasium", "matplotlib", "pillow", "dvc")


def read(threshold: float, *paths: str) -> page.Agent:
    """Read what the page shows of an agent."""
    metrics_path, returns_path, history_path, gif_path = paths
    returns = load_arrays(returns_path, "returns")["returns"]
    with blaming(returns_path):
        require("returns", returns, np.int32, 2)
    with blaming(history_path):
        training = history.from_arrays(load_arrays(history_path, *history.History._fields))
    return page.Agent(
        load_json(metrics_path, *page.METRICS, bounds=page.BOUNDS),
        returns.mean(axis=1),
        training.episodes_to_solve(threshold),
        training.steps_to_solve(threshold),
        animation(gif_path),
    )


def animation(path: str) -> page.Animation:
    """Read an animation."""
    with blaming(path):
        return page.animation(load_bytes(path))


def digest(path: str) -> str:
    """Return a file's MD5, by which dvc.lock knows it."""
    return hashlib.md5(load_bytes(path), usedforsecurity=False).hexdigest()


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--agent", action="append", nargs=5, metavar=("NAME", *INPUTS), required=True
    )
    parser.add_argument("--figures", nargs="+", required=True)
    for option in ("--together", "--page"):
        parser.add_argument(option, required=True)
    options = parser.parse_args()
    given = params.load(*params.Params.model_fields)
    limit, threshold = ENVIRONMENTS[given.env.id]
    agents = {name: read(threshold, *files) for name, *files in options.agent}
    figures = {Path(path).stem: load_bytes(path) for path in options.figures}
    together = animation(options.together)
    versions = installed(sys.path)
    files = [path for _, *paths in options.agent for path in paths]
    prepare(options.page)
    text = page.render(
        agents,
        given.evaluate.bootstrap_resamples,
        np.random.default_rng(sequence(given.seed, Agent.NOBODY, Purpose.BOOTSTRAP)),
        together=together,
        figures=figures,
        params=given.model_dump(),
        limit=limit,
        threshold=threshold,
        versions={name: versions[name] for name in LIBRARIES},
        digests={path: digest(path) for path in [*files, *options.figures, options.together]},
    )
    table = results.lines({name: metrics for name, metrics, *_ in options.agent}, options.page)
    save_bytes(options.page, text.encode())
    if "MAKELEVEL" not in os.environ:  # make shows it when all is done
        terminal.tell(table)


if __name__ == "__main__":
    script.run(main)
