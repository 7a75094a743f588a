"""Stage `plot`: draw how the agents learned and how they did in the test."""

import argparse

import numpy as np

from stages import figures, params, script
from stages.artifacts import load_arrays, save_bytes
from stages.rl.seeding import Agent, Purpose, sequence


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
    agents = {
        name: figures.Agent(
            load_arrays(history, "returns")["returns"], load_arrays(returns, "returns")["returns"]
        )
        for name, history, returns in options.agent
    }
    generator = np.random.default_rng(sequence(given.seed, Agent.NOBODY, Purpose.BOOTSTRAP))
    smoothing = given.plot.smoothing_episodes
    curves = figures.learning_curves(agents, given.env.id, smoothing, generator)
    save_bytes(options.learning_curves, curves)
    save_bytes(options.test_returns, figures.test_returns(agents, given.env.id))


if __name__ == "__main__":
    script.run(main)
