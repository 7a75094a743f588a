"""Who gets there and stays: the validation scores of every run in the course of its training."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from stages.evaluation.history import History
from stages.pictures.agent_style import INK
from stages.pictures.figures import Agent, style
from stages.pictures.figures.reference_lines import ReferenceLines
from stages.pictures.figures.sample_efficiency import STEPS
from stages.pictures.figures.steps_axis import steps_axis

SHOWN_RUNS = 100  # of an agent at most
OPACITY = 0.5  # of the line of one run of few; less for many


def validation_scores(agents: Sequence[Agent], lines: ReferenceLines) -> Figure:
    """Draw the validation scores of every run over its environment steps, a panel for each agent.

    A score stands where it is known: after the steps of training and of validation that led to it.
    An agent that scores its policies at one time, as the random search does after its screening,
    has one score in a run, the best, and a line from the end of training to the end of validation.
    """
    lowest = min(float(_scores(agent.history).min()) for agent in agents)
    if lines.random is not None and lowest > lines.random:
        lines = lines._replace(random=None)  # leaves more room for the scores
    starts = [float(_start(agent.history).min()) for agent in agents]
    ends = [float(agent.history.steps.max()) for agent in agents]
    axis = steps_axis(min(starts), max(ends), starts)
    figure, rows = style.panels(len(agents), 1, 1.0, 0.3, sharex=True)
    highest = max(float(agent.history.scores.max()) for agent in agents)
    low, high = lines.span_of_training(agents, highest)
    fallen = False
    for agent, (panel,) in zip(agents, rows, strict=True):
        history, colour = agent.history, agent.style.colour
        style.draw_runs(panel, _runs(history), colour, OPACITY / (1 + len(history.scores) / 30))
        if _at_once(history):
            best = _scores(history)[:SHOWN_RUNS]
            panel.plot(history.steps[:SHOWN_RUNS], best, ".", color=colour, markersize=4)
        fallen |= _mark_falls(panel, history, lines.threshold)
        panel.set_title(agent.style.name + _counts(history, lines.threshold), color=colour)
        panel.set(ylabel="score", ylim=(low, high))
        lines.draw(panel.axhline)
    axis.draw(rows[-1][0], STEPS)
    falls = Line2D([], [], color=INK, marker="x", linestyle="", markersize=4)
    falls.set_label("significantly below again")
    at_once = [agent.style.name for agent in agents if _at_once(agent.history)]
    many = max(len(agent.history.scores) for agent in agents) > SHOWN_RUNS
    return style.finish(
        figure,
        [*lines.keys(), *([falls] if fallen else [])],
        "Line: a run's mean returns in validation episodes, each at the step at which it is known."
        + f" The first {SHOWN_RUNS} runs are shown." * many,
        f"Of {' and '.join(at_once)}: from the end of training (screening) to that of validation,"
        " at the best score." * bool(at_once),
        "Lower scores are not shown." * bool(lowest < low),
    )


def _at_once(history: History) -> bool:
    """Whether all scores of a run become known at one time, after its training."""
    return bool((history.known_after == history.known_after[:, :1]).all())


def _scores(history: History) -> NDArray[np.float64]:
    """Return the scores that are drawn, [R, K]: all, or of those known at one time the best."""
    return history.scores.max(axis=1, keepdims=True) if _at_once(history) else history.scores


def _start(history: History) -> NDArray[np.float64]:
    """Return the step [R] at which the line of each run begins."""
    if _at_once(history):
        return history.training_steps()[:, -1]
    return history.known_after[:, 0].astype(np.float64)


def _runs(history: History) -> list[NDArray[np.float64]]:
    """Return the line of each run, [N, 2] steps and scores."""
    steps, scores = history.known_after.astype(np.float64), _scores(history)
    if _at_once(history):
        steps = np.stack((_start(history), history.steps), axis=1)
        scores = np.repeat(scores, 2, axis=1)
    return list(np.stack((steps, scores), axis=2)[:SHOWN_RUNS])


def _mark_falls(panel: Axes, history: History, threshold: float | None) -> bool:
    """Mark the scores significantly below the threshold in runs that had reached it.

    Returns:
        Whether there are any.
    """
    if threshold is None:
        return False
    reached = history.steps_to_first_solve(threshold)[:, np.newaxis]
    falls = (history.fallen(threshold) & (history.known_after > reached))[:SHOWN_RUNS]
    at, scores = history.known_after[:SHOWN_RUNS][falls], history.scores[:SHOWN_RUNS][falls]
    panel.plot(at, scores, "x", color=INK, markersize=3, markeredgewidth=0.7, alpha=0.6)
    return bool(falls.any())


def _counts(history: History, threshold: float | None) -> str:
    """Say how many runs reach the threshold, and how many of them stay there."""
    if threshold is None:
        return ""
    reach = int(np.isfinite(history.steps_to_first_solve(threshold)).sum())
    stay = int(np.isfinite(history.steps_to_solve(threshold)).sum())
    return f": {reach} of {len(history.scores)} reach it" + f", {stay} stay" * (reach > 0)
