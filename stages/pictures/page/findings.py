"""What was found, in sentences: who solves the environment, how soon, and who fails and how.

And how the agents do in perturbed environments. Every word follows from the numbers. Significant is
what a permutation test finds at 5%, see `stages.evaluation.comparison`.
"""

import math
from collections.abc import Callable, Sequence
from itertools import combinations, groupby

import numpy as np

from stages.evaluation.comparison import LEVEL, runs_needed
from stages.evaluation.perturbations import NOISE, RANDOM_ACTIONS
from stages.pictures.formatting import count, listed, number
from stages.pictures.page import Agent, Row
from stages.rl.interface.task import Task

Differ = Callable[[int, int], bool]  # whether two agents, by their places, differ significantly


def findings(agents: Sequence[Agent], task: Task, by_return: Differ, by_steps: Differ) -> list[str]:
    """Say in a sentence or two what was found.

    Args:
        agents: ranked.
        task: the environment.
        by_return: whether the mean returns of two agents differ significantly.
        by_steps: the same of their steps to solve.
    """
    optimum = agents[0].summary["return"]["optimum"]
    if task.threshold is None or (optimum is not None and optimum < task.threshold):
        found = _by_return(agents, by_return)  # as the threshold is reached by luck alone
    else:
        found = [_who_solves(agents, task), _alike(agents, by_return), _how_soon(agents, by_steps)]
    runs = len(agents[0].means)
    if len(agents) > 1 and runs < runs_needed(len(agents)):
        few = "one run" if runs == 1 else f"{runs} runs"
        found.append(f"with {few} of each agent, no difference can be significant")
    return [sentence(text) for text in found if text]


def sentence(text: str) -> str:
    """Begin with a capital, and end with a full stop."""
    return f"{text[0].upper()}{text[1:]}."


def _who_solves(agents: Sequence[Agent], task: Task) -> str:
    """Say in how many runs each agent solves the environment; of those that never do, why."""
    runs = len(agents[0].means)
    clauses: list[str] = []
    for solved, group in groupby(agents, lambda agent: agent.solved):
        names = [agent.name for agent in group]
        if solved == 0:
            break
        who = "all agents" if len(names) == len(agents) > 1 else listed(names)
        verb = "" if clauses else f" solve{'s' if len(names) == 1 else ''} {task.id}"
        times = f"{solved} of {runs} runs" if solved < runs else f"all {runs} runs"
        clauses.append(f"{who}{verb} in {'the only run' if runs == 1 else times}")
    if not clauses:
        clauses = [f"no agent solves {task.id}" + (" in any run" if runs > 1 else "")]
    failing = [agent for agent in agents if agent.solved == 0]
    clauses += [f"{agent.name} fails: {_unchanged(agent) or _best(agent)}" for agent in failing]
    return f"in the test, {'; '.join(clauses)}"


def _alike(agents: Sequence[Agent], by_return: Differ) -> str:
    """Say which agents solve it in more runs than others without a significant difference."""
    pairs = combinations(range(len(agents)), 2)
    doubtful = [
        f"between {agents[a].name} and {agents[b].name}"
        for a, b in pairs
        if agents[a].solved != agents[b].solved and not by_return(a, b)
    ]
    if not doubtful or len(agents[0].means) < runs_needed(len(agents)):
        return ""
    differ = "difference" if len(doubtful) == 1 else "differences"
    are = "is" if len(doubtful) == 1 else "are"
    return f"the {differ} in returns {listed(doubtful)} {are} not significant"


def _best(agent: Agent) -> str:
    return f"its best run has a mean return of {number(agent.means.max())}"


def _unchanged(agent: Agent) -> str:
    """Say that an agent has learned nothing; nothing if it has, or if the runs are too few."""
    summary, returns = agent.summary, agent.training.returns
    if returns.min() == returns.max() <= summary["return"]["random"]:
        return f"every training episode returned {number(returns.max())}"
    before, after = (number(summary["return"][name]) for name in ("untrained", "mean"))
    if len(agent.means) >= runs_needed(2) and summary["p_value"]["untrained"] > LEVEL:
        return f"training does not change its return significantly, from {before} to {after}"
    return ""


def _how_soon(agents: Sequence[Agent], by_steps: Differ) -> str:
    """Say after how many steps validation shows the environment solved to stay."""
    runs = len(agents[0].means)
    medians = [float(np.median(agent.steps_to_solve)) for agent in agents]
    places = [place for place, steps in enumerate(medians) if math.isfinite(steps)]
    found: list[str] = []
    for place in places:
        stays = int(np.isfinite(agents[place].steps_to_solve).sum())
        notes = [] if found or runs == 1 else ["median"]
        notes += [f"in {stays} of {runs} runs"] if stays < runs else []
        steps = count(medians[place]) + ("" if found else " steps on")
        beside = f" ({', '.join(notes)})" if notes else ""
        found.append(f"{steps} with {agents[place].name}{beside}")
    if not found:
        return ""
    return f"in validation, it stays solved from {listed(found)}{_doubts(agents, places, by_steps)}"


def _by_return(agents: Sequence[Agent], by_return: Differ) -> list[str]:
    """Say who has which mean return, and who has learned nothing."""
    places = sorted(range(len(agents)), key=lambda place: -agents[place].means.mean())
    means = {place: number(agents[place].summary["return"]["mean"]) for place in places}
    first, *others = places
    clauses = [f"{agents[first].name} has a mean return of {means[first]}"]
    clauses += [f"{agents[place].name} {means[place]}" for place in others]
    returns = agents[0].summary["return"]
    baseline = f"random actions have {number(returns['random'])}"
    if returns["optimum"] is not None:
        baseline += f", and the best possible is {number(returns['optimum'])}"
    ranking = f"{listed(clauses)}{_doubts(agents, places, by_return)}"
    unchanged = [f"{agent.name}: {_unchanged(agent)}" for agent in agents if _unchanged(agent)]
    return [ranking, baseline, "; ".join(unchanged)]


def _doubts(agents: Sequence[Agent], places: Sequence[int], differ: Differ) -> str:
    """Say which differences between some of the agents are significant."""
    pairs = [(min(pair), max(pair)) for pair in combinations(places, 2)]
    doubtful = [pair for pair in pairs if not differ(*pair)]
    if not pairs or len(agents[0].means) < runs_needed(len(agents)):
        return ""
    one = len(pairs) == 1
    if not doubtful:
        return f"; {'the difference is' if one else 'all differences are'} significant"
    if len(doubtful) == len(pairs):
        return f"; {'the difference is not' if one else 'no difference is'} significant"
    between = [f"between {agents[a].name} and {agents[b].name}" for a, b in doubtful]
    return f"; all differences are significant but {listed(between)}"


def in_perturbed_environments(agents: Sequence[Agent], task: Task) -> list[str]:
    """Say in how many perturbed environments each agent still does well, and which is its worst.

    To do well is to solve the environment; if no agent does so unperturbed, to keep half of what
    the agent gains over random actions, if that gain is significant.
    """
    if not agents[0].perturbed:
        return []
    usual = [agent.summary["return"]["mean"] for agent in agents]
    goal = task.threshold if task.threshold is not None and max(usual) >= task.threshold else None
    held: list[tuple[int, str]] = []
    worst: dict[str, list[str]] = {}
    for agent in agents:
        chance = agent.summary["return"]["random"]
        as_trained = agent.summary["return"]["mean"]
        changed = [row for row in agent.perturbed if not row["as_trained"]]
        if goal is None:
            enough = (as_trained + chance) / 2
            fit = as_trained > chance and agent.summary["p_value"]["random"] <= LEVEL
        else:
            enough, fit = goal, as_trained >= goal
        if fit:
            held.append((sum(row["return"] >= enough for row in changed), agent.name))
            lowest = min(changed, key=lambda row: float(row["return"]))
            fall = f"{agent.name} ({number(as_trained)} becomes {number(lowest['return'])})"
            worst.setdefault(_perturbation(lowest), []).append(fall)
    if not held:
        return []
    held.sort(key=lambda pair: -pair[0])
    (most, best), *others = held
    well = "keeps half of its gain over random actions"
    if goal is not None:
        well = f"still averages {goal:g} or more"
    first = f"{best} {well} in {most} of {len(changed)} perturbed environments"
    counts = listed([first, *(f"{name} in {times}" for times, name in others)])
    whose = [f"{perturbation} for {listed(names)}" for perturbation, names in worst.items()]
    return [sentence(counts), sentence(f"the worst is {listed(whose)}")]


def _perturbation(row: Row) -> str:
    """Name a perturbation."""
    change, level = row["change"], row["level"]
    if change == RANDOM_ACTIONS:
        return f"{level:.0%} random actions"
    if change == NOISE:
        return f"observation noise of {level:g} standard deviation{'' if level == 1 else 's'}"
    if level in (0, 1):  # of a switch, as a factor of 1 changes nothing
        return f"`{change}: {'true' if level else 'false'}`"
    return f"`{change}` times {level:g}"
