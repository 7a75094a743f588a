"""What was found, in a sentence or two: who solves it, how soon, and who fails and how it shows.

And in one more: who holds up in worlds that were not those of the training.

Every word follows from the numbers. Beyond chance is what a permutation test tells apart at 5%, see
`stages.evaluation.comparison`.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

import numpy as np

from stages.evaluation.perturbations import NOISE, RANDOM_ACTIONS
from stages.pictures.formatting import count, number
from stages.pictures.page import Agent
from stages.rl.interface.task import Task

STILL = 0.02  # of a return: that much is no move


Apart = Callable[[int, int], bool]  # whether two agents, by their places, differ beyond chance


def findings(agents: Sequence[Agent], task: Task, by_return: Apart, by_steps: Apart) -> list[str]:
    """Say in a sentence or two what was found.

    Args:
        agents: in their order.
        task: the environment.
        by_return: whether the mean returns of two agents are told apart, the first one before.
        by_steps: the same of their steps to solve.
    """
    optimum = agents[0].metrics["return.optimum"]
    if task.threshold is None or optimum < task.threshold:  # else it is reached by luck
        found = _ranking(agents, by_return)
    else:
        found = [_who_solves(agents, task), _how_soon(agents, by_steps)]
    return [f"{text[0].upper()}{text[1:]}." for text in found if text]


def _who_solves(agents: Sequence[Agent], task: Task) -> str:
    """Say in how many runs each agent solves the environment; of who never does, how it shows."""
    runs = len(agents[0].means)
    clauses: list[str] = []
    ordered = sorted(agents, key=lambda agent: -agent.solved)
    for solved, group in groupby(ordered, lambda agent: agent.solved):
        if solved == 0:
            break
        names = [agent.name for agent in group]
        who = "all agents" if len(names) == len(agents) > 1 else listed(names)
        what = "" if clauses else f" solve{'s' * (len(names) == 1)} {task.id}"
        clauses.append(f"{who}{what} {_in_runs(solved, runs)}")
    if not clauses:
        clauses = [f"no agent solves {task.id}" + " in any run" * (runs > 1)]
    failing = [agent for agent in agents if agent.solved == 0]
    clauses += [f"{agent.name} fails: it {_failure(agent, task)}" for agent in failing]
    return "; ".join(clauses)


def _in_runs(solved: int, runs: int) -> str:
    if solved == runs:
        return f"in all {runs} runs" if runs > 1 else "in the only run"
    return f"in {solved} of {runs} runs"


def _failure(agent: Agent, task: Task) -> str:
    """Say how it shows that an agent fails."""
    stuck = _stuck(agent)
    if stuck:
        return stuck
    training, chance = agent.training, agent.metrics["return.random"]
    best, last = (float(of.mean()) for of in (training.scores.max(axis=1), training.scores[:, -1]))
    scored_in_turn = len(np.unique(training.scored_after[0])) > 1
    if scored_in_turn and best > chance and best - last > (best - chance) / 2:
        return f"is unstable, its best checkpoint has {number(best)} and its last {number(last)}"
    return f"has {number(agent.means.max())} in its best run, where {task.threshold:g} would do"


def _stuck(agent: Agent) -> str:
    """Say why an agent has learned nothing at all; nothing where it has."""
    of, returns = agent.metrics, agent.training.returns
    if returns.min() == returns.max() <= of["return.random"]:
        return f"was never rewarded, every training episode returned {number(returns.max())}"
    before, after = of["return.untrained"], of["return.mean"]
    still = abs(after - before) <= STILL * abs(before)
    if still or of["return.low"] <= before <= of["return.high"]:
        return f"hardly moved from where it began, from {number(before)} to {number(after)}"
    return ""


def _how_soon(agents: Sequence[Agent], by_steps: Apart) -> str:
    """Say after how many steps those who solve it do so to stay, and which differ significantly."""
    medians = [float(np.median(agent.steps_to_solve)) for agent in agents]
    order = sorted(range(len(agents)), key=lambda place: medians[place])
    order = [place for place in order if math.isfinite(medians[place])]
    if not order:
        return ""
    told = [f"{agents[place].name} {count(medians[place])}" for place in order]
    unit = "steps to solve it to stay" + " (median over runs)" * (len(agents[0].means) > 1)
    first = f"{agents[order[0]].name} needs {count(medians[order[0]])} {unit}"
    return f"{listed([first, *told[1:]])}{_doubts(agents, order, by_steps)}"


def _ranking(agents: Sequence[Agent], by_return: Apart) -> list[str]:
    """Say who has which mean return, where nothing counts as solved, and who is stuck."""
    order = sorted(range(len(agents)), key=lambda place: -agents[place].metrics["return.mean"])
    means = [number(agents[place].metrics["return.mean"]) for place in order]
    first, *others = order
    told = [f"{agents[first].name} has a mean return of {means[0]}"]
    told += [f"{agents[place].name} {mean}" for place, mean in zip(others, means[1:], strict=True)]
    of = agents[0].metrics
    beside = f"where random actions have {number(of['return.random'])}"
    if not math.isnan(of["return.optimum"]):
        beside += f" and the best possible is {number(of['return.optimum'])}"
    ranking = f"{listed(told)}, {beside}{_doubts(agents, order, by_return)}"
    stuck = [f"{agent.name} {_stuck(agent)}" for agent in agents if _stuck(agent)]
    return [ranking, "; ".join(stuck)]


def _doubts(agents: Sequence[Agent], order: Sequence[int], apart: Apart) -> str:
    """Say between which neighbours in an order the difference may be chance."""
    if len(order) < 2:
        return ""
    if len(agents[0].means) == 1:
        return "; one run tells nothing of others"
    doubtful = [pair for pair in pairwise(order) if not apart(min(pair), max(pair))]
    if not doubtful:
        differ = "the difference is" if len(order) == 2 else "the differences are"
        return f"; {differ} beyond chance"
    within = [f"between {agents[one].name} and {agents[other].name}" for one, other in doubtful]
    return f"; {listed(within)} it may be chance"


def holding_up(rows: Sequence[Mapping[str, Any]], agents: Sequence[Agent], task: Task) -> str:
    """Say in how many other worlds each agent still does well, and what costs most.

    That is to solve the environment; where nobody does so in the world of the training, to keep
    half of what an agent gains there over random actions.

    Args:
        rows: of robustness.json, see `stages.evaluation.perturbed_returns.rows`.
        agents: in the order of their first rows.
        task: the environment as trained.
    """
    changed = [row for row in rows if not row["as_trained"]]
    usual = {row["agent"]: row["return"] for row in rows if row["as_trained"]}
    if not changed:
        return ""
    chance = agents[0].metrics["return.random"]
    solvable = task.threshold is not None and max(usual.values()) >= task.threshold
    threshold = task.threshold if solvable else None
    told = []
    for agent, (name, as_trained) in zip(agents, usual.items(), strict=True):
        enough = (as_trained + chance) / 2 if threshold is None else threshold
        if as_trained >= enough > chance:
            held = [row["return"] >= enough for row in changed if row["agent"] == name]
            told.append((sum(held), agent.name))
    if not told:
        return ""
    told.sort(key=lambda pair: -pair[0])
    (most, best), *others = told
    still = f"averages {threshold:g} or more" if threshold is not None else "keeps half its gain"
    worlds = len(changed) // len(usual)
    first = f"{best} still {still} in {most} of {worlds} worlds that it never saw"
    counts = listed([first, *(f"{name} in {held}" for held, name in others)])
    return f"{counts[0].upper()}{counts[1:]}; what costs most is {_costliest(changed, usual)}."


def _costliest(changed: Sequence[Mapping[str, Any]], usual: Mapping[str, float]) -> str:
    """Name the change that costs most, on average over its levels and over the agents."""
    losses: dict[str, list[float]] = {}
    for row in changed:
        losses.setdefault(row["change"], []).append(usual[row["agent"]] - row["return"])
    worst = max(losses, key=lambda change: sum(losses[change]) / len(losses[change]))
    return worst if worst in (NOISE, RANDOM_ACTIONS) else f"a change of {worst.replace('_', ' ')}"


def listed(names: Sequence[str]) -> str:
    """Join names: a, b and c."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
