"""The page of the report: results, comparisons and pictures in words and numbers for people."""

import base64
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from PIL import Image

from stages.evaluation.comparison import power, runs_needed
from stages.evaluation.statistics import BOOTSTRAP_RUNS
from stages.pictures.formatting import number, percent, signed
from stages.pictures.page import Agent, Animation
from stages.pictures.summary_table import Comparisons, measures
from stages.rl.interface.task import Task

TEMPLATE, FOLDER = "report.html", Path(__file__).parent
PLAIN = "/:;=,+!*() "  # stand for themselves in an address
FIGURES = (
    "learning_curves",
    "validation_scores",
    "sample_efficiency",
    "test_returns",
    "robustness",
    "policies",
    "episodes",
)


def render(agents: Sequence[Agent], task: Task, compared: Comparisons, **shown: Any) -> str:
    """Write the page.

    Args:
        agents: ranked.
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
    )
    environment.filters |= {"embedded": embedded, "leaves": leaves, "prose": prose}
    environment.filters |= {"number": lambda value: signed(number(value)), "percent": percent}
    return environment.get_template(TEMPLATE).render(
        agents=agents,
        task=task,
        threshold=None if task.threshold is None else signed(f"{task.threshold:g}"),
        measures=measures(agents, task),
        compared=compared,
        bootstrap_runs=BOOTSTRAP_RUNS,
        runs_needed=runs_needed(len(agents)),
        power=power,
        **shown,
    )


def prose(text: str) -> Markup:
    """Set true minus signs, and as code what stands between backticks."""
    return Markup(re.sub("`(.+?)`", r"<code>\1</code>", str(escape(signed(text)))))  # noqa: S704


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
        return f"data:image/{kind}," + quote(re.sub(rb"\s+", b" ", content), safe=PLAIN)
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def animation(moving: bytes) -> Animation:
    """Take the last frame of a GIF, which shows how its episodes ended."""
    file = io.BytesIO()
    with Image.open(io.BytesIO(moving), formats=["GIF"]) as frames:
        frames.seek(frames.n_frames - 1)  # type: ignore[attr-defined]  # what all GIFs have
        frames.convert("RGB").quantize().save(file, format="GIF")
    return Animation(moving, file.getvalue())
