"""Stage `plot`: draw how the agents learned and how they did in the test."""

import argparse

import numpy as np

from stages import figures, params, script
from stages.artifacts import blaming, load_arrays, prepare, save_bytes
from stages.rl import history
from stages.rl.arrays import require
from stages.rl.seeding import Agent, Purpose, sequence


def read(history_path: str, returns: str) -> figures.Agent:
    """Read what the figures show of an agent: its training's history and its test returns."""
    with blaming(history_path):
        training = history.from_arrays(load_arrays(history_path, *history.History._fields))
    test = load_arrays(returns, "returns")["returns"]
    with blaming(returns):
        require("returns", test, np.int32, 2)
    return figures.Agent(training.episodes, training.returns, test)


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--agent", action="append", nargs=3, metavar=("NAME", "HISTORY", "RETURNS"), required=True
    )
    parser.add_argument("--learning-curves", metavar="PATH", required=True)
    parser.add_argument("--test-returns", metavar="PATH", required=True)
    options = parser.parse_args()
    given = params.load("seed", "env", "plot")
    agents = {name: read(training, returns) for name, training, returns in options.agent}
    generator = np.random.default_rng(sequence(given.seed, Agent.NOBODY, Purpose.BOOTSTRAP))
    prepare(options.learning_curves, options.test_returns)
    smoothing = given.plot.smoothing_episodes
    curves = figures.learning_curves(agents, given.env.id, smoothing, generator)
    save_bytes(options.learning_curves, curves)
    save_bytes(options.test_returns, figures.test_returns(agents, given.env.id))


if __name__ == "__main__":
    script.run(main)
