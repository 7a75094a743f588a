"""How a section of params.yaml cuts observations into tiles, for agents that learn over them."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from stages.rl.interface.problem import Problem
from stages.rl.interface.settings import Number, PerVariable, Section
from stages.rl.interface.suggestions import multiples
from stages.rl.policies.tile_coding import tile_count, tiling_of

LEAST = 0.001  # between low and high
MOST_WEIGHTS = 1_000_000  # of a run: 8 MB
Bins = Annotated[int, Field(ge=1, le=100)]


class TileSettings(Section):
    """The keys that say so."""

    bins: PerVariable[Bins] = []  # intervals of each variable; none where numbers are seen
    low: PerVariable[Number] = []  # below this all values are alike, for each variable
    high: PerVariable[Number] = []  # above this likewise
    tilings: Annotated[int, Field(ge=1, le=64)] = 1  # 1 is a plain table


def cut(
    settings: TileSettings, task: Problem
) -> tuple[int, list[int], list[float], list[float], int]:
    """Say how observations are cut into tiles: see `stages.rl.policies.tile_coding.tiling_of`."""
    return task.state_count, settings.bins, settings.low, settings.high, settings.tilings


def faults(settings: TileSettings, task: Problem) -> Iterator[tuple[str, str]]:
    """Yield the keys that do not fit one another or the environment, and what is wrong."""
    for low, high in zip(settings.low, settings.high, strict=True):
        if high - low < LEAST:
            yield "high", f"is {high}, at a low of {low}; give at least {LEAST} more"
    if task.state_count and settings.tilings > 1:
        yield "tilings", f"is {settings.tilings}; give 1, as {task.id} shows numbers"
        return
    weights = tile_count(tiling_of(*cut(settings, task))) * task.actions
    if weights > MOST_WEIGHTS:
        if task.state_count:
            states = f"{task.state_count} states and {task.actions} actions"
            yield "bins", f"{states} make {weights} weights; at most {MOST_WEIGHTS} are possible"
            return
        yield "bins", f"makes {weights} weights; give what makes at most {MOST_WEIGHTS}"


def suggest_bins(settings: TileSettings, trial: Any) -> list[int]:
    """Propose other intervals for tuning: half of the present ones to twice as many."""
    return list(map(round, multiples(trial, "bins", settings.bins, 0.5, 2.0)))


def suggest_tilings(settings: TileSettings, task: Problem, trial: Any) -> dict[str, int]:
    """Propose another number of tilings, where observations are vectors."""
    if task.state_count:
        return {}
    choices = sorted({1, 2, 4, 8, 16, 32, settings.tilings})
    return {"tilings": trial.suggest_categorical("tilings", choices)}
