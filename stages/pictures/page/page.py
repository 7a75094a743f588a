"""The page of the report: results, comparisons and pictures in words and numbers for people."""

import base64
import io
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image

from stages.evaluation.statistics import BOOTSTRAP_RUNS
from stages.pictures.agent_style import style_of
from stages.pictures.page import Agent, Animation, findings
from stages.pictures.page.tables import Comparisons, results, signed, signed_number
from stages.rl.interface.task import Task

TEMPLATE, FOLDER = "report.html", Path(__file__).parent
PLAIN = "/:;=,+!*() "  # stand for themselves in an address
FIGURES = (
    "learning_curves",
    "sample_efficiency",
    "test_returns",
    "robustness",
    "policies",
    "episodes",
)


def render(agents: Mapping[str, Agent], task: Task, compared: Comparisons, **shown: Any) -> str:
    """Write the page.

    Args:
        agents: by name.
        task: the environment.
        compared: every two of them.
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
    environment.filters |= {"embedded": embedded, "number": signed_number}
    environment.filters |= {"leaves": leaves, "signed": signed_words}
    environment.tests["known"] = lambda value: not math.isnan(value)
    named = [style_of(name, list(agents)) for name in agents]
    return environment.get_template(TEMPLATE).render(
        agents=dict(zip(named, agents.values(), strict=True)),
        task=task,
        threshold=None if task.threshold is None else signed(f"{task.threshold:g}"),
        results=results(agents, task),
        bootstrap_runs=BOOTSTRAP_RUNS,
        hero=style_of(hero(agents), list(agents)),
        compared=compared,
        **shown,
    )


def hero(agents: Mapping[str, Agent]) -> str:
    """Name the agent that is shown first: by runs solved, then steps to solve, then return."""

    def key(name: str) -> tuple[float, float, float]:
        agent = agents[name]
        solved = np.nan_to_num(agent.metrics["fraction.solved"])
        return -solved, float(np.median(agent.steps_to_solve)), -float(agent.means.mean())

    return min(agents, key=key)


def signed_words(text: str) -> str:
    """Set true minus signs before the numbers in a text."""
    return re.sub(r"(?<![\w-])-(?=\d)", "\N{MINUS SIGN}", text)


def sentences(
    agents: Mapping[str, Agent],
    task: Task,
    compared: Comparisons,
    worlds: Sequence[Mapping[str, Any]],
) -> tuple[list[str], str]:
    """Say what was found, and who holds up elsewhere.

    See `findings`, where `worlds` are the rows of robustness.json.
    """
    told = list(agents.values())

    def differ(measure: int) -> findings.Apart:
        return lambda one, other: compared.pairs[one, other][measure].clear

    found = findings.findings(told, task, by_return=differ(0), by_steps=differ(-1))
    return found, findings.holding_up(worlds, told, task)


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
    if kind == "svg+xml":  # text, of which base64 would make a third more
        return f"data:image/{kind}," + quote(content.replace(b"\n", b" "), safe=PLAIN)
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def animation(moving: bytes) -> Animation:
    """Take the last frame of a GIF, which shows how its episodes ended."""
    file = io.BytesIO()
    with Image.open(io.BytesIO(moving), formats=["GIF"]) as frames:
        frames.seek(frames.n_frames - 1)  # type: ignore[attr-defined]  # what all GIFs have
        frames.convert("RGB").quantize().save(file, format="GIF")
    return Animation(moving, file.getvalue())
