"""Stage `robustness`: play the trained policies under perturbations."""

import json
from functools import partial

import numpy as np

from stages.common import script
from stages.common.artifacts import prepare, save_bytes
from stages.common.params import load
from stages.evaluation import files, perturbed_returns
from stages.evaluation.perturbations import perturbations, spread
from stages.rl.engine.random_numbers import SHARED, Purpose, sequence
from stages.workers import pool


def main() -> None:
    """Run the stage."""
    options = script.arguments(__doc__, "data", "folder", agents=True)
    params = load("seed", "env", "robustness")
    task, changes = params.task, params.robustness
    trained, recorded = {}, []
    for agent in options.agents:
        trained[agent] = files.policies(f"{options.data}/train/{agent}", task)
        recorded.append(files.episodes(f"{options.data}/evaluate/{agent}"))
    path = f"{options.folder}/robustness.json"
    prepare(path)
    some = perturbations(task, changes.factors, changes.noise, changes.random_actions)
    play = perturbed_returns.Play(task, params.seed, changes.episodes, some, spread(recorded))
    generator = np.random.default_rng(sequence(params.seed, SHARED, Purpose.BOOTSTRAP))
    rows = []
    for agent, policy in trained.items():
        runs = pool().map(partial(play.mean_returns, policy), range(policy.runs), agent)
        rows += perturbed_returns.rows(agent, np.stack(list(runs)), some, task, generator)
    lines = ",\n".join(map(json.dumps, rows))
    save_bytes(path, f"[\n{lines}\n]\n".encode())


if __name__ == "__main__":
    script.run(main)
