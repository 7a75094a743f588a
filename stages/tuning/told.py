"""What a tuning found, in the terminal."""

from collections.abc import Iterator, Sequence
from typing import Any

from stages.evaluation.statistics import Estimate
from stages.evaluation.summary import possible_returns
from stages.pictures import terminal
from stages.pictures.numbers import decimals, fixed
from stages.tuning.trials import Runs
from stages.tuning.values import changed, written
from stages.tuning.verdict import (
    CHOOSING,
    JUDGING,
    Candidate,
    Verdict,
    difference,
    mean,
)


def lines(verdict: Verdict, runs: Runs, settings: Any, place: str) -> list[str]:
    """Set out what was found.

    Args:
        verdict: what it is.
        runs: where it was tried.
        settings: the present ones.
        place: where they stand in params.yaml.
    """
    told = [
        f"The best of them on {len(CHOOSING)} further runs, which choose one:",
        "",
        *table(verdict.few, runs),
        "",
    ]
    if not verdict.judged:
        return [*told, "None of them is better than what stands in params.yaml."]
    told += [
        f"That one on {len(JUDGING)} runs by which nothing was chosen:",
        "",
        *table(verdict.judged, runs, differences=True),
        "",
    ]
    gains, losses = " and ".join(verdict.gains), " and ".join(verdict.losses)
    if not verdict.gains:
        return [*told, "That is not better than what stands in params.yaml, beyond chance."]
    _, chosen = verdict.judged
    if verdict.losses:
        told.append(f"Trial {chosen.number} has {gains}, but {losses}; --write leaves that to you.")
    else:
        told.append(f"Trial {chosen.number} is better beyond chance: {gains}.")
    return [*told, "", f"{place}:", *values(settings, chosen.settings)]


def values(settings: Any, other: Any) -> Iterator[str]:
    """Yield the lines of params.yaml that other settings change."""
    for key, value in changed(settings, other).items():
        yield f"  {key}: {written(value)}  # now {written(getattr(settings, key))}"


def table(candidates: Sequence[Candidate], runs: Runs, *, differences: bool = False) -> list[str]:
    """Set out what came of some settings: in how many runs they solve only where that counts."""
    task = runs.trainer.task
    counts = task.threshold is not None
    lowest, highest, _ = possible_returns(task)
    heads = ["", *["runs solved"] * counts, "mean return", "steps to solve" if counts else "steps"]
    rows = []
    for one in candidates:
        name = f"trial {one.number}" if one.number else "now"
        solved = f"{one.solved} of {len(one.outcomes)}"
        estimates = interval(mean(one.returns(), lowest, highest)), interval(mean(one.steps()), 0)
        rows.append([name, *[solved] * counts, *estimates])
    if differences:
        now, then = candidates
        more = interval(difference(then.returns(), now.returns()), sign=True)
        longer = interval(difference(then.steps(), now.steps()), 0, sign=True)
        rows.append(["difference", *[""] * counts, more, longer])
    return terminal.table([heads], rows, right=len(heads) - 1)


def interval(of: Estimate, places: int | None = None, *, sign: bool = False) -> str:
    """Write an estimate with its interval."""
    places = decimals(of.value) if places is None else places
    value, low, high = (fixed(one, places) for one in of)
    return f"{'+' * (sign and of.value > 0)}{value} [{low}, {high}]"
