"""The table of results in the terminal: `python -m stages.results` shows it, as does `report`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any, TypeAlias

import yaml

from stages.common import script
from stages.common.artifacts import load_bytes
from stages.pictures import terminal
from stages.pictures.looks import look
from stages.pictures.numbers import count, estimate, number, of_runs

GRAPH = "dvc.yaml"
METRICS = "data/evaluate/{}/metrics.json"
FINDINGS, PAGE = "data/report/findings.txt", "data/report/index.html"
WIDTH = 79  # columns of a line of words

Row: TypeAlias = tuple[str, ...]  # name, mean return, and where there is a threshold, two more


def agents(file: str = GRAPH) -> list[str]:
    """Read the one list of agents, which stands in dvc.yaml.

    Raises:
        InputError: it stands there no longer.
    """
    try:
        entries = yaml.safe_load(load_bytes(file))["vars"]
        (names,) = (entry["all"]["agents"] for entry in entries if "all" in entry)
        return [str(name) for name in names]
    except (yaml.YAMLError, ValueError, TypeError, KeyError):
        raise script.InputError(
            f"{file}: no list of agents; give vars: [{{all: {{agents: [NAME, ...]}}}}]"
        ) from None


def lines(findings: str, metrics: Mapping[str, str], page: str) -> list[str]:
    """Set out the results.

    Args:
        findings: the file with what was found, in words; it may be missing, as DVC keeps it.
        metrics: the file of each agent's metrics, by the agent's name.
        page: the path of the report's page.

    Raises:
        InputError: a file is missing, or does not hold an agent's metrics.
    """
    rows: list[Row] = []
    for agent, path in metrics.items():
        try:
            of = json.loads(load_bytes(path))
            rows.append(_row(look(agent, list(metrics)).name, of))
            others = dict(beside(of["return"]))  # the same for all
        except (ValueError, TypeError, KeyError):
            raise script.InputError(
                f"{path}: holds no metrics of an agent; `dvc repro` makes it anew"
            ) from None
    more = len(rows[0]) - 2
    rows += [(name, mean, *[""] * more) for name, mean in others.items()]
    rows = _points_below_one_another(rows)
    interval = " [95% interval]" if any("[" in mean for _, mean, *_ in rows) else ""
    head = ("agent", f"mean return{interval}", "runs solved", "steps to solve")[: 2 + more]
    found = load_bytes(findings).decode(errors="replace") if Path(findings).exists() else ""
    told = [line for sentence in found.splitlines() for line in fill(sentence, WIDTH).splitlines()]
    table = terminal.table([head], rows, right=more)
    return ["", *told, *[""] * bool(told), *table, "", f"more on one page: {page}"]


def _row(name: str, of: Mapping[str, Any]) -> Row:
    """Tell how an agent did; how many runs solved only where something counts as solved."""
    returns, solved = of["return"], of["fraction"]["solved"]
    row = name, estimate(returns["mean"], returns["low"], returns["high"])
    if solved is None:
        return row
    return *row, of_runs(solved, of["runs"]), count(of["train"]["steps_to_solve"])


def beside(returns: Mapping[str, float | None]) -> Iterator[tuple[str, str]]:
    """Yield the returns that an agent's is between."""
    for name, of in (("random actions", "random"), ("best possible", "optimum")):
        value = returns[of]
        if value is not None:
            yield name, number(value)


def _points_below_one_another(rows: Sequence[Row]) -> list[Row]:
    """Indent the means, which have different numbers of digits."""
    wholes = [len(mean.split(" ")[0].split(".")[0]) for _, mean, *_ in rows]
    indents = [" " * (max(wholes) - whole) for whole in wholes]
    return [
        (name, indent + mean, *more)
        for indent, (name, mean, *more) in zip(indents, rows, strict=True)
    ]


def main() -> None:
    """Show the results as they are."""
    metrics = {agent: METRICS.format(agent) for agent in agents()}
    terminal.tell(lines(FINDINGS, metrics, PAGE))


if __name__ == "__main__":
    script.run(main)
