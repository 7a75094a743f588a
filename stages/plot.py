"""Stage `plot`: draw how the agents learned, what they learned and how they did in the test."""

import argparse
import json

import numpy as np

from stages.common import params, script
from stages.common.artifacts import blaming, load_arrays, load_json, prepare, save_bytes
from stages.figures import Agent, learning, playing, style
from stages.figures.policies import policies as draw_policies
from stages.rl import episodes, history, policies
from stages.rl.arrays import require
from stages.rl.seeding import Agent as Stream
from stages.rl.seeding import Purpose, sequence

INPUTS = ("HISTORY", "RETURNS", "POLICIES", "EPISODES", "METRICS")
FIGURES = ("learning_curves", "sample_efficiency", "test_returns", "policies", "episodes")
TABLES = ("learning_curves", "test_returns")


def read(*paths: str) -> tuple[Agent, tuple[float, float]]:
    """Read what the figures show of an agent, and the interval of its mean return."""
    training_path, returns_path, policies_path, episodes_path, metrics_path = paths
    with blaming(training_path):
        training = history.from_arrays(load_arrays(training_path, *history.History._fields))
    returns = load_arrays(returns_path, "returns")["returns"]
    with blaming(returns_path):
        require("returns", returns, np.int32, 2)
    with blaming(policies_path):
        policy = policies.from_arrays(load_arrays(policies_path))
    with blaming(episodes_path):
        played = episodes.from_arrays(load_arrays(episodes_path, *episodes.Episodes._fields))
    told = load_json(metrics_path, "return.random", bounds=("return.low", "return.high"))
    agent = Agent(training, returns, policy, played, told["return.random"])
    return agent, (told["return.low"], told["return.high"])


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--agent", action="append", nargs=6, metavar=("NAME", *INPUTS), required=True
    )
    parser.add_argument("--folder", required=True)
    options = parser.parse_args()
    given = params.load("seed", "env", "plot")
    paths = [f"{options.folder}/{name}.{kind}" for name in FIGURES for kind in ("svg", "png")]
    paths += [f"{options.folder}/{name}.json" for name in TABLES]
    known = {name: read(*files) for name, *files in options.agent}
    agents = {name: agent for name, (agent, _) in known.items()}
    intervals = {name: interval for name, (_, interval) in known.items()}
    prepare(*paths)
    env_id, smoothing = given.env.id, given.plot.smoothing_episodes
    generator = np.random.default_rng(sequence(given.seed, Stream.NOBODY, Purpose.BOOTSTRAP))
    curves = {n: learning.curves(a.history, smoothing, generator) for n, a in agents.items()}
    drawn = (
        learning.learning_curves(agents, curves, env_id, smoothing),
        learning.sample_efficiency(agents, env_id),
        playing.returns(agents, intervals, env_id),
        draw_policies(agents),
        playing.episodes(agents, env_id),
    )
    for name, figure in zip(FIGURES, drawn, strict=True):
        for kind, content in zip(("svg", "png"), style.encode(figure), strict=True):
            save_bytes(f"{options.folder}/{name}.{kind}", content)
    for name, rows in zip(TABLES, (learning.table(curves), playing.table(agents)), strict=True):
        save_bytes(f"{options.folder}/{name}.json", (json.dumps(rows) + "\n").encode())


if __name__ == "__main__":
    script.run(main)
