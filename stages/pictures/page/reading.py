"""What the report reads: results, animations and policies, from the folders of other stages."""

import math
from collections.abc import Mapping
from typing import Any

from stages.common.artifacts import load_bytes
from stages.evaluation import files
from stages.pictures.page import Agent, page


def read(
    data: str, agent: str, name: str, summary: Mapping[str, Any], threshold: float | None
) -> Agent:
    """Read what the page shows of an agent besides its summary, under the name that is shown."""
    returns = files.returns(f"{data}/evaluate/{agent}")
    training = files.history(f"{data}/train/{agent}")
    return Agent(
        name,
        numbers(summary),
        returns.mean(axis=1),
        training.episodes_to_solve(threshold),
        training.steps_to_first_solve(threshold),
        training.steps_to_solve(threshold),
        training,
        page.animation(load_bytes(f"{data}/render_gif/{agent}.gif")),
    )


def numbers(summary: Mapping[str, Any]) -> dict[str, float]:
    """Name the numbers of a summary `return.mean` and so on; NaN where there is no such number."""
    found: dict[str, float | None] = {}
    for name, of in summary.items():
        section = isinstance(of, dict)
        found |= {f"{name}.{key}": value for key, value in of.items()} if section else {name: of}
    return {name: math.nan if value is None else value for name, value in found.items()}
