"""Stage `robustness`: play the trained policies in worlds that they were not trained in."""

import argparse
import json
from functools import partial

import numpy as np

from stages.common import params, script
from stages.common.artifacts import blaming, load_arrays, prepare, save_bytes
from stages.rl.engine.seeding import NOBODY, Purpose, sequence
from stages.rl.interface.task import Task
from stages.rl.judge import episodes
from stages.rl.judge import policy_files as files
from stages.rl.policies.kind import Policy
from stages.rl.robustness import returns
from stages.rl.robustness.worlds import spread, worlds
from stages.workers import pool


def read(trained: str, evaluated: str, task: Task) -> tuple[Policy, episodes.Episodes]:
    """Read an agent's policies, and its recorded test episodes."""
    path = f"{trained}/policies.npz"
    with blaming(path):
        policy = files.from_arrays(load_arrays(path), task)
    path = f"{evaluated}/episodes.npz"
    with blaming(path):
        return policy, episodes.from_arrays(load_arrays(path, *episodes.Episodes._fields), task)


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", nargs="+", required=True)
    for option in ("--trained", "--evaluated", "--robustness"):
        parser.add_argument(option, required=True)
    options = parser.parse_args()
    given = params.load("seed", "env", "robustness")
    task, (count, *levels) = given.task, given.robustness
    read_of = [
        read(f"{options.trained}/{agent}", f"{options.evaluated}/{agent}", task)
        for agent in options.agents
    ]
    prepare(options.robustness)
    some = worlds(task, *levels)
    sizes = spread([played for _, played in read_of])
    play = returns.Play(task, given.seed, count, some, sizes)
    generator = np.random.default_rng(sequence(given.seed, NOBODY, Purpose.BOOTSTRAP))
    rows = []
    for agent, (policy, _) in zip(options.agents, read_of, strict=True):
        runs = pool().map(partial(play.mean_returns, policy), range(policy.runs), agent)
        rows += returns.rows(agent, np.stack(list(runs)), some, task, generator)
    lines = ",\n".join(map(json.dumps, rows))
    save_bytes(options.robustness, f"[\n{lines}\n]\n".encode())


if __name__ == "__main__":
    script.run(main)
