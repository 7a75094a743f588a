"""The page of the report: results, comparisons and pictures in words and numbers for people."""

import base64
import io
import math
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jinja2 import Environment, StrictUndefined
from numpy.typing import NDArray
from PIL import Image

from stages.agents import look
from stages.rl.comparison import difference_of_means, probability_of_improvement, told_apart
from stages.rl.statistics import BOOTSTRAP_RUNS, Estimate, median

TEMPLATE = Path(__file__).with_name("report.html")
METRICS = (
    "runs",
    "episodes",
    *(f"return.{name}" for name in ("mean", "iqm", "worst", "untrained", "random")),
    *(f"fraction.{name}" for name in ("solved", "perfect")),
    "train.steps",
)
BOUNDS = ("return.low", "return.high", "fraction.solved_low", "fraction.solved_high")


class Animation(NamedTuple):
    """A GIF, and its last frame alone."""

    moving: bytes
    still: bytes


class Agent(NamedTuple):
    """What the page shows of an agent."""

    metrics: Mapping[str, float]  # by the names above
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
    agents: Mapping[str, Agent], resamples: int, generator: np.random.Generator, **shown: Any
) -> str:
    """Write the page.

    Args:
        agents: by name.
        resamples: of the draws behind its intervals and verdicts.
        generator: where they come from.
        shown: what the template shows as it is.
    """
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    environment.filters["embedded"] = embedded
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        agents={look(name): agent for name, agent in agents.items()},
        results=results(agents),
        bootstrap_runs=BOOTSTRAP_RUNS,
        pairs=[(look(a), look(b)) for a, b in combinations(agents, 2)],
        comparisons=comparisons(agents, resamples, generator),
        **shown,
    )


def results(agents: Mapping[str, Agent]) -> list[tuple[str, list[Cell]]]:
    """Tell how each agent did: what is measured, and a cell for each agent."""
    rows = [dict(_results(agent)) for agent in agents.values()]
    return [(measure, [row[measure] for row in rows]) for measure in rows[0]]


def _results(agent: Agent) -> Iterator[tuple[str, Cell]]:
    of, runs = agent.metrics, round(agent.metrics["runs"])
    returns = of["return.low"], of["return.high"]
    solved = of["fraction.solved_low"], of["fraction.solved_high"]
    yield "mean test return", Cell(f"{of['return.mean']:.1f}", _interval("{:.1f}".format, *returns))
    yield "interquartile mean", Cell(f"{of['return.iqm']:.1f}")
    yield "worst run", Cell(f"{of['return.worst']:.1f}")
    yield (
        "runs that solve it",
        Cell(f"{of['fraction.solved'] * runs:.0f} of {runs}", _interval("{:.0%}".format, *solved)),
    )
    yield "perfect runs", Cell(f"{of['fraction.perfect'] * runs:.0f} of {runs}")
    yield "mean return before training", Cell(f"{of['return.untrained']:.1f}")
    yield "environment steps, all", Cell(f"{of['train.steps']:,.0f}")
    for unit, needed in (("steps", agent.steps_to_solve), ("episodes", agent.episodes_to_solve)):
        value, low, high = median(needed)
        yield f"{unit} to solve, median", Cell(_count(value), _interval(_count, low, high))


def comparisons(
    agents: Mapping[str, Agent], resamples: int, generator: np.random.Generator
) -> list[tuple[str, list[Cell]]]:
    """Compare every two agents: what is compared, and a cell for each pair."""
    columns = [_compared(a, b, resamples, generator) for a, b in combinations(agents.values(), 2)]
    measures = (
        "difference of mean test return",
        "probability of the higher return",
        "probability of fewer steps to solve",
    )
    return list(zip(measures, map(list, zip(*columns, strict=True)), strict=True))


def _compared(
    first: Agent, second: Agent, resamples: int, generator: np.random.Generator
) -> tuple[Cell, ...]:
    returns = first.means, second.means
    steps = first.steps_to_solve, second.steps_to_solve
    difference = difference_of_means(*returns, resamples, generator)
    better = probability_of_improvement(*returns, resamples, generator)
    sooner = probability_of_improvement(steps[1], steps[0], resamples, generator)
    apart = told_apart(returns, steps, resamples, generator)
    forms = "{:+.2f}".format, "{:.0%}".format, "{:.0%}".format
    return tuple(map(_estimated, (difference, better, sooner), forms, apart))


def _estimated(estimate: Estimate, form: Callable[[float], str], clear: bool) -> Cell:
    value, low, high = estimate
    return Cell(_signed(form(value)), _interval(form, low, high), clear)


def _interval(form: Callable[[float], str], low: float, high: float) -> str:
    return "" if math.isnan(low) else _signed(f"[{form(low)}, {form(high)}]")


def _signed(text: str) -> str:
    """Set a true minus sign, and none on a zero."""
    return text.replace("+0.00", "0.00").replace("-0.00", "0.00").replace("-", "\N{MINUS SIGN}")


def _count(value: float) -> str:
    return f"{value:,.0f}" if math.isfinite(value) else "never"


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
