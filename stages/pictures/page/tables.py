"""The tables of the page: how each agent did, and every two agents compared."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from stages.evaluation.comparison import (
    difference_of_means,
    probability_of_improvement,
    significant,
)
from stages.evaluation.statistics import Estimate, median
from stages.pictures.formatting import count, decimals, fixed, number, of_runs
from stages.pictures.page import Agent
from stages.rl.interface.task import Task


class Cell(NamedTuple):
    """A number of a table."""

    value: str
    interval: str = ""  # 95%; empty where there is none
    clear: bool = False  # by this number two agents are told apart


class Comparisons(NamedTuple):
    """Every two agents compared."""

    measures: list[str]  # what is compared
    pairs: dict[tuple[int, int], list[Cell]]  # by the places of the agents, a cell for each


def results(agents: Mapping[str, Agent], task: Task) -> list[tuple[str, list[Cell]]]:
    """Tell how each agent did: what is measured, and a cell for each agent."""
    rows = [dict(_results(agent, task)) for agent in agents.values()]
    return [(measure, [row[measure] for row in rows]) for measure in rows[0]]


def _results(agent: Agent, task: Task) -> Iterator[tuple[str, Cell]]:
    of, runs = agent.metrics, agent.metrics["runs"]
    mean, returns = of["return.mean"], (of["return.low"], of["return.high"])
    solved = of["fraction.solved_low"], of["fraction.solved_high"]
    yield (
        "mean test return",
        Cell(signed_number(mean), _interval(_places(decimals(mean)), *returns)),
    )
    yield "interquartile mean", Cell(signed_number(of["return.iqm"]))
    yield "worst run", Cell(signed_number(of["return.worst"]))
    if task.threshold is not None:
        interval = _interval(_percent, *solved)
        yield "runs that solve it", Cell(of_runs(of["fraction.solved"], runs), interval)
    if not math.isnan(of["fraction.perfect"]):
        yield "perfect runs", Cell(of_runs(of["fraction.perfect"], runs))
    yield "mean return before training", Cell(signed_number(of["return.untrained"]))
    yield "environment steps, all", Cell(count(of["train.steps"]))
    if task.threshold is not None:
        for name, needed in (
            ("steps to first solve, median", agent.steps_to_first_solve),
            ("steps to solve, median", agent.steps_to_solve),
            ("episodes to solve, median", agent.episodes_to_solve),
        ):
            value, low, high = median(needed)
            interval = "" if math.isinf(low) else _interval(count, low, high)  # never is never
            yield name, Cell(count(value), interval)


def comparisons(
    agents: Sequence[Agent], task: Task, resamples: int, generator: np.random.Generator
) -> Comparisons:
    """Compare every two agents.

    Args:
        agents: in their order.
        task: the environment.
        resamples: of the draws behind intervals and verdicts.
        generator: where they come from.
    """
    measures = [
        "difference of mean test return",
        "probability of the higher return",
        "probability of fewer steps to solve",
    ]
    known = len(measures) if task.threshold is not None else 2
    cells = {
        (one, other): _compared(agents[one], agents[other], resamples, generator)[:known]
        for one, other in combinations(range(len(agents)), 2)
    }
    return Comparisons(measures[:known], cells)


def _compared(
    first: Agent, second: Agent, resamples: int, generator: np.random.Generator
) -> list[Cell]:
    returns = first.means, second.means
    steps = first.steps_to_solve, second.steps_to_solve
    difference = difference_of_means(*returns, resamples, generator)
    better = probability_of_improvement(*returns, resamples, generator)
    sooner = probability_of_improvement(steps[1], steps[0], resamples, generator)
    apart = significant(returns, steps, resamples, generator)
    # The means may be close to each other, so there is a decimal more than in theirs.
    places = min(3, 1 + min(decimals(means.mean()) for means in returns))
    forms = (_places(places), _percent, _percent)
    cells = map(_estimated, (difference, better, sooner), forms, apart)
    plus = "+" if round(difference.value, places) > 0 else ""
    by_return, *others = cells
    return [by_return._replace(value=plus + by_return.value), *others]


def _estimated(estimate: Estimate, form: Callable[[float], str], clear: bool) -> Cell:
    value, low, high = estimate
    return Cell(form(value), _interval(form, low, high), clear)


def _interval(form: Callable[[float], str], low: float, high: float) -> str:
    return "" if math.isnan(low) else f"[{form(low)}, {form(high)}]"


def _places(places: int) -> Callable[[float], str]:
    return lambda value: signed(fixed(value, places))


def signed_number(value: float) -> str:
    """Write a return with a true minus sign."""
    return signed(number(value))


def _percent(fraction: float) -> str:
    return f"{fraction:.0%}"


def signed(text: str) -> str:
    """Set a true minus sign."""
    return text.replace("-", "\N{MINUS SIGN}")
