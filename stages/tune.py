"""Seek better settings for an agent in the environment that params.yaml chooses (docs/tuning.md).

On runs that no reported number comes from. It tells what it found, and changes params.yaml only
with --write.
"""

import argparse
import time
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from tqdm import tqdm

from stages.common import checking, params, script
from stages.pictures import terminal
from stages.tuning import space, trials
from stages.workers import pool

STORAGE = ".cache/tune/{}-{}.log"
MOST = 100_000  # trials


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    names = [agent.name for agent in checking.agents().values()]
    parser = argparse.ArgumentParser(prog="python -m stages.tune", description=__doc__)
    parser.add_argument("--agent", choices=names, required=True, help="whose settings")
    parser.add_argument("--trials", type=int, default=100, help="how many are tried, in all (100)")
    parser.add_argument(
        "--vary", nargs="+", metavar="KEY", help="settings to vary (those in TUNED of its module)"
    )
    parser.add_argument("--write", action="store_true", help="put what is better into params.yaml")
    parser.add_argument(
        "--storage",
        type=Path,
        metavar="FILE",
        help="where trials are kept; started again it goes on (.cache/tune/ENVIRONMENT-AGENT.log)",
    )
    options = parser.parse_args()
    if not 1 <= options.trials <= MOST:
        raise script.InputError(f"--trials: is {options.trials}; give 1 to {MOST}")
    if find_spec("optuna") is None:
        raise script.InputError(
            "Optuna: not installed; `pip install --require-hashes -r requirements-tune.txt`"
        )
    return options


def main() -> None:
    """Search, judge, tell, and write where that is asked for."""
    begun, options = time.monotonic(), arguments()
    checking.check()
    agents = {agent.name: agent for agent in checking.agents().values()}
    agent = agents[options.agent]
    given = params.load("seed", "runs", "env", "evaluate", agent=agent)
    task, settings = trials.attainable(given.task), given.settings
    fits = space.Fits(agent, task, given.runs)
    axes = space.axes(agent, settings, fits, options.vary)
    trainer = trials.Trainer(agent, task, given.seed, given.evaluate.episodes)
    runs = trials.Runs(trainer, pool())
    from stages.tuning import study, told, values, verdict  # noqa: PLC0415 # they import Optuna

    storage = options.storage or Path(STORAGE.format(task.name, agent.name))
    search = study.Search(axes, settings, fits, runs, storage)
    earlier = len(search.done)
    varied = ", ".join(dict.fromkeys(axis.key for axis in axes))
    terminal.tell([f"{task.id}, {agent.name}; varied: {varied}"])
    if earlier:
        terminal.tell([f"{storage} holds {earlier} trials of this; going on"])
    for _ in shown(search.go_on(options.trials), earlier, options.trials):
        pass
    found = verdict.judge(search, runs)
    took = time.monotonic() - begun
    terminal.tell([f"{len(search.done)} trials, {search.cut} of them cut short; {took:.0f} s", ""])
    place = task.name, agent.section
    terminal.tell(told.lines(found, runs, settings, ".".join(place)))
    if options.write and found.better:
        better = values.changed(settings, found.judged[1].settings)
        values.write(params.FILE, place, better)
        terminal.tell(["", f"written into {params.FILE}"])


def shown(done: Iterable[int], earlier: int, trials: int) -> Iterator[int]:
    """Show how many trials are done, on a terminal."""
    with tqdm(total=trials, initial=earlier, desc="trials", unit="trial", disable=None) as bar:
        for number in done:
            bar.update(number - bar.n)
            yield number


if __name__ == "__main__":
    script.run(main)
