"""The results as a table, for the terminal, the README and the page; and agents in pairs."""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations
from textwrap import fill
from typing import NamedTuple

import numpy as np

from stages.evaluation import comparison, statistics
from stages.pictures.formatting import (
    count,
    decimals,
    fixed,
    interval,
    number,
    of_runs,
    percent,
)
from stages.pictures.page import Agent
from stages.rl.interface.task import Task

WIDTH = 79  # columns of a line of words


class Cell(NamedTuple):
    """A number of a table."""

    value: str
    interval: str = ""  # 95%; empty if there is none
    significant: bool = False


class Measure(NamedTuple):
    """What is measured, and a cell for each agent."""

    name: str
    brief: str  # the name in the terminal and in the README; empty if it is not shown there
    cells: list[Cell]


class Comparisons(NamedTuple):
    """Every two agents compared."""

    measures: list[str]  # what is compared
    pairs: dict[tuple[int, int], list[Cell]]  # by the places of the agents, a cell for each


def measures(agents: Sequence[Agent], task: Task) -> list[Measure]:
    """Tabulate how each agent did. What is the same for all is left out, if it is not essential."""
    rows = zip(*(_measured(agent, task) for agent in agents), strict=True)
    found = [Measure(of[0][0], of[0][1], [cell for _, _, cell in of]) for of in rows]
    return [
        of
        for of in found
        if of.brief or len(agents) == 1 or len({one.value for one in of.cells}) > 1
    ]


def _measured(agent: Agent, task: Task) -> Iterator[tuple[str, str, Cell]]:
    """Yield the name, the brief name and the cell of each measure."""
    returns, fraction = agent.summary["return"], agent.summary["fraction"]
    training, runs = agent.summary["train"], len(agent.means)
    form = partial(fixed, places=decimals(returns["mean"]))
    between = interval(returns["low"], returns["high"], form)
    yield "mean test return", "mean return [95%]", Cell(number(returns["mean"]), between)
    yield "interquartile mean", "", Cell(number(returns["iqm"]))
    yield "worst run", "worst run", Cell(number(returns["worst"]))
    if task.threshold is not None:
        between = interval(fraction["solved_low"], fraction["solved_high"], percent)
        yield "solve it in the test", "solved in test", Cell(f"{agent.solved} of {runs}", between)
        stays = np.isfinite(agent.steps_to_solve).sum()
        yield "stay solved in validation", "", Cell(f"{stays} of {runs}")
        for name, brief, steps in (
            ("steps to the first solve, median", "first solve", agent.steps_to_first_solve),
            ("steps until it stays solved, median", "stays solved", agent.steps_to_solve),
        ):
            value, low, high = statistics.median(steps)
            between = "" if math.isinf(low) else interval(low, high, count)
            yield name, brief, Cell(count(value), between)
    if fraction["perfect"] is not None:
        yield "perfect runs", "", Cell(of_runs(fraction["perfect"], runs))
    yield "environment steps, all", "all steps", Cell(count(training["steps"]))
    yield "of these in validation", "in validation", Cell(count(training["validation_steps"]))
    yield "mean return before training", "", Cell(number(returns["untrained"]))


def markdown(found: Sequence[str], agents: Sequence[Agent], task: Task) -> str:
    """Write what was found in words, and a table in Markdown that is aligned as it stands."""
    shown = [measure for measure in measures(agents, task) if measure.brief]
    lines = [["agent", *(measure.brief for measure in shown)]]
    for place, agent in enumerate(agents):
        cells = (measure.cells[place] for measure in shown)
        texts = [
            f"{cell.value} {cell.interval}".rstrip() if "[95%]" in measure.brief else cell.value
            for measure, cell in zip(shown, cells, strict=True)
        ]
        lines.append([agent.name, *texts])
    returns = agents[0].summary["return"]  # these two are the same for all agents
    for name, of in (("*random actions*", "random"), ("*best possible*", "optimum")):
        if returns[of] is not None:
            lines.append([name, number(returns[of]), *[""] * (len(shown) - 1)])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    table = [
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |"
        for line in lines
    ]
    return "\n".join([*(fill(sentence, WIDTH) for sentence in found), "", *table, ""])


def comparisons(
    agents: Sequence[Agent], task: Task, resamples: int, generator: np.random.Generator
) -> Comparisons:
    """Compare every two agents.

    Args:
        agents: in their order.
        task: the environment.
        resamples: of the draws behind intervals.
        generator: where the draws come from.
    """
    returns = [agent.means for agent in agents]
    steps = [agent.steps_to_solve for agent in agents]
    verdicts = comparison.significant(returns, steps, generator)
    names = ["difference of mean test return", "probability of the higher return"]
    if task.threshold is not None:
        names.append("probability of fewer steps")
    pairs = {}
    for one, other in combinations(range(len(agents)), 2):
        # The means may be close to each other, so there is a decimal more than in theirs.
        places = min(3, 1 + min(decimals(returns[place].mean()) for place in (one, other)))
        difference = comparison.difference_of_means(
            returns[one], returns[other], resamples, generator
        )
        better, sooner = (
            comparison.probability_of_improvement(*of, resamples, generator)
            for of in ((returns[one], returns[other]), (steps[other], steps[one]))
        )
        plus = "+" if round(difference.value, places) > 0 else ""
        forms: list[Callable[[float], str]] = [partial(fixed, places=places), percent, percent]
        cells = [
            Cell(form(of.value), interval(of.low, of.high, form), clear)
            for of, form, clear in zip(
                (difference, better, sooner), forms, verdicts[one, other], strict=True
            )
        ]
        cells[0] = cells[0]._replace(value=plus + cells[0].value)
        pairs[one, other] = cells[: len(names)]
    return Comparisons(names, pairs)
