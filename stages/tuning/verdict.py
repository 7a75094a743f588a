"""The best trials against the present settings, on runs that the search has not seen.

The best of many trials was lucky too. So further runs choose among the best few, and the chosen
one is compared with the present settings on test runs, which chose nothing.
"""

import json
import shlex
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.evaluation.comparison import difference_of_means, significant
from stages.evaluation.statistics import mean_interval
from stages.evaluation.summary import possible_returns
from stages.pictures import formatting
from stages.rl.interface.task import Task
from stages.tuning import terminal
from stages.tuning.runs import CHOOSING, SEEDS, TEST, Outcome, mean_cost
from stages.tuning.search import Search, Values

BEST = 5  # trials to choose from
RESAMPLES = 10_000  # behind an interval


class Candidate(NamedTuple):
    """Settings, and the outcomes of their runs."""

    trial: int  # 0 for the present settings
    values: Values  # that differ from the present ones
    outcomes: list[Outcome]  # [R]

    def column(self, name: str) -> NDArray[np.float64]:
        """Return "solved", "mean_return" or "steps" of each run, [R]."""
        return np.array([float(getattr(outcome, name)) for outcome in self.outcomes])


def choose(search: Search) -> list[Candidate]:
    """Train with the present settings and those of the best trials in the choosing runs."""
    return trained(search, [0, *search.best(BEST)], CHOOSING, "choosing runs")


def test(search: Search, some: Sequence[Candidate]) -> list[Candidate]:
    """Train with the present settings and the best of some in the test runs, unless they equal."""
    chosen = min(some, key=lambda candidate: mean_cost(candidate.outcomes))
    return trained(search, [0, chosen.trial], TEST, "test runs") if chosen.trial else []


def trained(search: Search, trials: list[int], runs: range, title: str) -> list[Candidate]:
    """Train with the settings of some trials in some runs."""
    values = [search.values[trial] for trial in trials]
    settings = list(map(search.changed, values))
    outcomes = search.trainer.outcomes(search.pool, settings, runs, title)
    return list(map(Candidate, trials, values, outcomes))


def compared(now: Candidate, then: Candidate) -> tuple[list[str], list[str]]:
    """Return what is gained and what is lost, by the permutation tests of the report.

    Fewer runs that solve the environment are a loss, significant or not.
    """
    returns = then.column("mean_return"), now.column("mean_return")
    steps = then.column("steps"), now.column("steps")
    by_mean, by_rank, by_steps = significant(returns, steps, generator())[0, 1]
    higher = (returns[0].mean() - returns[1].mean() if by_mean else above(*returns)) > 0
    fewer = above(*steps) < 0
    found = [
        (by_mean or by_rank, higher, f"a {'higher' if higher else 'lower'} return"),
        (by_steps, fewer, f"{'fewer' if fewer else 'more'} steps"),
        (sum(then.column("solved")) < sum(now.column("solved")), False, "fewer runs that solve"),
    ]
    gains = [words for beyond, better, words in found if beyond and better]
    return gains, [words for beyond, better, words in found if beyond and not better]


def above(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return how much likelier one of the first [R] is above one of the second than below it."""
    return float(np.sign(first[:, np.newaxis] - second).mean())


def generator() -> np.random.Generator:
    """Return the generator of an interval's draws, the same every time."""
    return np.random.default_rng(SEEDS)


def message(some: list[Candidate], tested: list[Candidate], search: Search) -> Iterator[str]:
    """Yield the lines that say what was found: both tables, the verdict, the command to run."""
    task, agent = search.trainer.task, search.trainer.agent
    yield f"The best trials on {len(CHOOSING)} further runs, which choose one:"
    yield from ["", *table(some, task), ""]
    if not tested:
        yield "None of them is better than the present values."
        return
    now, then = tested
    yield f"Trial {then.trial} on {len(TEST)} test runs, which chose nothing:"
    yield from ["", *table(tested, task, difference=True), ""]
    gains, losses = map(" and ".join, compared(now, then))
    if not gains:
        yield "It is not significantly better than the present values."
        return
    yield f"It has {gains}, but {losses}." if losses else f"It is significantly better: {gains}."
    yield ""
    for key, value in then.values.items():
        yield f"  {key}: {json.dumps(getattr(search.settings, key))} -> {json.dumps(value)}"
    yield from ["", "To run the pipeline with these values:", ""]
    yield command(f"{task.name}.{agent.section}", then.values)


def command(section: str, values: Values) -> str:
    """Return the shell command that sets values of a section in params.yaml and runs DVC.

    `++` also adds a key that is left out there, whose default counts.
    """
    compact = {key: json.dumps(value, separators=(",", ":")) for key, value in values.items()}
    pairs = [shlex.quote(f"++{section}.{key}={value}") for key, value in compact.items()]
    return " ".join(["dvc exp run", *(f"-S {pair}" for pair in pairs)])


def table(some: list[Candidate], task: Task, *, difference: bool = False) -> list[str]:
    """Tabulate candidates, and the difference of two; runs solved if the task has a threshold."""
    counts = task.threshold is not None
    heads = ["", *["runs solved"] * counts, "mean return", "steps to solve" if counts else "steps"]
    rows = []
    lowest, highest, _ = possible_returns(task)
    for one in some:
        cells = [f"trial {one.trial}" if one.trial else "now"]
        cells += [f"{sum(one.column('solved')):.0f} of {len(one.outcomes)}"] * counts
        for name, bounds in {"mean_return": (lowest, highest), "steps": (0.0, np.inf)}.items():
            values = one.column(name)
            between = mean_interval(values, *bounds, RESAMPLES, generator())
            cells.append(formatting.estimate(values.mean(), *between))
        rows.append(cells)
    if difference:
        now, then = some
        rows.append(["difference", *[""] * counts])
        for name in ("mean_return", "steps"):
            columns = then.column(name), now.column(name)
            rows[-1].append(
                formatting.estimate(*difference_of_means(*columns, RESAMPLES, generator()))
            )
    return terminal.table(heads, rows)
