"""Stage `robustness`: play the trained policies in worlds that they were not trained in."""

import argparse
import json
from functools import partial

import numpy as np

from stages import files
from stages.common import params, script
from stages.common.artifacts import prepare, save_bytes
from stages.rl.engine.random_numbers import NOBODY, Purpose, sequence
from stages.rl.robustness import returns
from stages.rl.robustness.worlds import spread, worlds
from stages.workers import pool


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", nargs="+", required=True)
    for option in ("--trained", "--evaluated", "--robustness"):
        parser.add_argument(option, required=True)
    options = parser.parse_args()
    given = params.load("seed", "env", "robustness")
    task, changes = given.task, given.robustness
    trained, recorded = {}, []
    for agent in options.agents:
        trained[agent] = files.policies(f"{options.trained}/{agent}/policies.npz", task)
        recorded.append(files.recorded(f"{options.evaluated}/{agent}/episodes.npz", task))
    prepare(options.robustness)
    some = worlds(task, changes.factors, changes.noise, changes.random_actions)
    play = returns.Play(task, given.seed, changes.episodes, some, spread(recorded))
    generator = np.random.default_rng(sequence(given.seed, NOBODY, Purpose.BOOTSTRAP))
    rows = []
    for agent, policy in trained.items():
        runs = pool().map(partial(play.mean_returns, policy), range(policy.runs), agent)
        rows += returns.rows(agent, np.stack(list(runs)), some, task, generator)
    lines = ",\n".join(map(json.dumps, rows))
    save_bytes(options.robustness, f"[\n{lines}\n]\n".encode())


if __name__ == "__main__":
    script.run(main)
