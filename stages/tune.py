"""Search for better settings of an agent in the environment that params.yaml chooses.

The search uses runs that no reported result comes from. It prints what it found, and the command
that runs the pipeline with it; docs/guide.md says how to read both.
"""

import argparse
import time
from importlib.util import find_spec

from stages.common import checking, script
from stages.common.params import load
from stages.tuning import terminal
from stages.tuning.runs import Trainer, attainable
from stages.workers import pool


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    names = [agent.name for agent in checking.agents().values()]
    parser = argparse.ArgumentParser(prog="python -m stages.tune", description=__doc__)
    parser.add_argument("--agent", choices=names, required=True, help="whose settings")
    parser.add_argument("--trials", type=int, default=100, help="settings to try (100)")
    parser.add_argument(
        "--vary", nargs="+", metavar="KEY", default=[], help="settings to vary (all it can)"
    )
    options = parser.parse_args()
    if options.trials < 1:
        raise script.InputError(f"--trials: is {options.trials}; give 1 or more")
    if find_spec("optuna") is None:
        raise script.InputError(
            "Optuna: not installed; `pip install --require-hashes -r requirements-tune.txt`"
        )
    return options


def main() -> None:
    """Search, choose, test, and print."""
    begun, options = time.monotonic(), arguments()
    checking.check()
    (agent,) = [agent for agent in checking.agents().values() if agent.name == options.agent]
    params = load("seed", "env", "evaluate", agent=agent)
    trainer = Trainer(agent, attainable(params.task), params.seed, params.evaluate.episodes)
    from stages.tuning import search, verdict  # noqa: PLC0415 # they import Optuna

    tuning = search.Search(trainer, pool(), params.settings, options.vary)
    terminal.tell([f"{params.task.id}, {agent.name}; varied: {', '.join(tuning.varied)}"])
    tuning.run(options.trials)
    best = verdict.choose(tuning)
    tested = verdict.test(tuning, best)
    took, pruned = time.monotonic() - begun, options.trials - len(tuning.costs)
    terminal.tell([f"{options.trials} trials, {pruned} of them pruned; {took:.0f} s", ""])
    terminal.tell(verdict.message(best, tested, tuning))


if __name__ == "__main__":
    script.run(main)
