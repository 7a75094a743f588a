"""The page of the report: results, comparisons and pictures in words and numbers for people."""

import base64
import io
import json
import math
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from numpy.typing import NDArray
from PIL import Image

from stages.pictures.looks import look
from stages.pictures.numbers import count, decimals, fixed, number, of_runs
from stages.rl.interface.task import Task
from stages.rl.judge.comparison import (
    difference_of_means,
    probability_of_improvement,
    told_apart,
)
from stages.rl.judge.statistics import BOOTSTRAP_RUNS, Estimate, median

TEMPLATE, FOLDER = "report.html", Path(__file__).parent
FIGURES = ("learning_curves", "sample_efficiency", "test_returns", "policies", "episodes")
METRICS = (
    "runs",
    "episodes",
    *(f"return.{name}" for name in ("mean", "iqm", "worst", "untrained", "random")),
    "train.steps",
)
NULLABLE = (
    *(f"return.{name}" for name in ("low", "high", "optimum")),
    *(f"fraction.{name}" for name in ("solved", "solved_low", "solved_high", "perfect")),
)


class Animation(NamedTuple):
    """A GIF, and its last frame alone."""

    moving: bytes
    still: bytes


class Agent(NamedTuple):
    """What the page shows of an agent."""

    metrics: Mapping[str, float]  # by the names above; NaN where there is none
    means: NDArray[np.float64]  # [R], mean test return of each run
    episodes_to_solve: NDArray[np.float64]  # [R], infinite where a run never did
    steps_to_solve: NDArray[np.float64]  # [R], likewise
    animation: Animation


class Cell(NamedTuple):
    """A number of a table."""

    value: str
    interval: str = ""  # 95%; empty where there is none
    clear: bool = False  # by this number two agents are told apart


def render(
    agents: Mapping[str, Agent],
    task: Task,
    resamples: int,
    generator: np.random.Generator,
    **shown: Any,
) -> str:
    """Write the page.

    Args:
        agents: by name.
        task: the environment.
        resamples: of the draws behind its intervals and verdicts.
        generator: where they come from.
        shown: what the template shows as it is.
    """
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    environment.filters |= {"embedded": embedded, "number": _return, "leaves": leaves}
    environment.tests["known"] = lambda value: not math.isnan(value)
    looks = [look(name, list(agents)) for name in agents]
    return environment.get_template(TEMPLATE).render(
        agents=dict(zip(looks, agents.values(), strict=True)),
        task=task,
        threshold=None if task.threshold is None else _signed(f"{task.threshold:g}"),
        results=results(agents, task),
        bootstrap_runs=BOOTSTRAP_RUNS,
        pairs=list(combinations(looks, 2)),
        comparisons=comparisons(agents, task, resamples, generator),
        **shown,
    )


def results(agents: Mapping[str, Agent], task: Task) -> list[tuple[str, list[Cell]]]:
    """Tell how each agent did: what is measured, and a cell for each agent."""
    rows = [dict(_results(agent, task)) for agent in agents.values()]
    return [(measure, [row[measure] for row in rows]) for measure in rows[0]]


def _results(agent: Agent, task: Task) -> Iterator[tuple[str, Cell]]:
    of, runs = agent.metrics, agent.metrics["runs"]
    mean, returns = of["return.mean"], (of["return.low"], of["return.high"])
    solved = of["fraction.solved_low"], of["fraction.solved_high"]
    yield "mean test return", Cell(_return(mean), _interval(_places(decimals(mean)), *returns))
    yield "interquartile mean", Cell(_return(of["return.iqm"]))
    yield "worst run", Cell(_return(of["return.worst"]))
    if task.threshold is not None:
        interval = _interval(_percent, *solved)
        yield "runs that solve it", Cell(of_runs(of["fraction.solved"], runs), interval)
    if not math.isnan(of["fraction.perfect"]):
        yield "perfect runs", Cell(of_runs(of["fraction.perfect"], runs))
    yield "mean return before training", Cell(_return(of["return.untrained"]))
    yield "environment steps, all", Cell(count(of["train.steps"]))
    if task.threshold is not None:
        for unit, needed in (
            ("steps", agent.steps_to_solve),
            ("episodes", agent.episodes_to_solve),
        ):
            value, low, high = median(needed)
            yield f"{unit} to solve, median", Cell(count(value), _interval(count, low, high))


def comparisons(
    agents: Mapping[str, Agent], task: Task, resamples: int, generator: np.random.Generator
) -> tuple[list[str], list[list[Cell]]]:
    """Compare every two agents.

    Returns:
        What is compared, and for each pair a cell for each of it.
    """
    measures = [
        "difference of mean test return",
        "probability of the higher return",
        "probability of fewer steps to solve",
    ]
    known = len(measures) if task.threshold is not None else 2
    pairs = combinations(agents.values(), 2)
    rows = [_compared(first, second, resamples, generator)[:known] for first, second in pairs]
    return measures[:known], rows


def _compared(
    first: Agent, second: Agent, resamples: int, generator: np.random.Generator
) -> list[Cell]:
    returns = first.means, second.means
    steps = first.steps_to_solve, second.steps_to_solve
    difference = difference_of_means(*returns, resamples, generator)
    better = probability_of_improvement(*returns, resamples, generator)
    sooner = probability_of_improvement(steps[1], steps[0], resamples, generator)
    apart = told_apart(returns, steps, resamples, generator)
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
    return lambda value: _signed(fixed(value, places))


def _return(value: float) -> str:
    return _signed(number(value))


def _percent(fraction: float) -> str:
    return f"{fraction:.0%}"


def _signed(text: str) -> str:
    """Set a true minus sign."""
    return text.replace("-", "\N{MINUS SIGN}")


def leaves(section: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield the keys of a section of parameters, those of mappings with a dot, and their values."""
    for key, value in section.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{above}{key}.")
        elif isinstance(value, list) and value:
            yield f"{above}{key}", ", ".join(map(str, value))
        else:
            yield f"{above}{key}", value if isinstance(value, str) else json.dumps(value)


def embedded(content: bytes, kind: str) -> str:
    """Return a picture as an address that holds it."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def animation(moving: bytes) -> Animation:
    """Take the last frame of a GIF, which tells how its episodes ended.

    Raises:
        ValueError: not a whole GIF.
    """
    file = io.BytesIO()
    try:
        with Image.open(io.BytesIO(moving), formats=["GIF"]) as frames:
            frames.seek(frames.n_frames - 1)  # type: ignore[attr-defined]  # what all GIFs have
            frames.convert("RGB").quantize().save(file, format="GIF")
    except Exception:  # damaged bytes raise many types in Pillow, IndexError among them
        raise ValueError("no whole GIF") from None
    return Animation(moving, file.getvalue())
