"""The README's results: the sentences that `report` found, and a table from the metrics.

python tests/readme_table.py   writes it (`make readme`); test_readme.py compares it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stages import results
from stages.pictures.looks import look
from stages.pictures.numbers import count, estimate, number, of_runs

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
BEGIN, END = "<!-- results: begin -->\n", "<!-- results: end -->\n"


def metrics(agent: str) -> dict[str, Any]:
    """Read what `evaluate` wrote."""
    loaded: dict[str, Any] = json.loads((ROOT / results.METRICS.format(agent)).read_text())
    return loaded


def cells(of: Mapping[str, Any]) -> dict[str, str]:
    """Tell how an agent did, by the heads of the columns; of solving, where that is known."""
    runs, returns, fraction = of["runs"], of["return"], of["fraction"]
    told = {
        "mean return": estimate(returns["mean"], returns["low"], returns["high"]),
        "worst run": number(returns["worst"]),
    }
    if fraction["solved"] is not None:
        low, high = fraction["solved_low"], fraction["solved_high"]
        interval = "" if low is None else f" [{low:.0%}, {high:.0%}]"
        told["runs solved"] = of_runs(fraction["solved"], runs) + interval
        told["steps to solve"] = count(of["train"]["steps_to_solve"])
    return told


def line(*told: str) -> str:
    """Return a line of a table."""
    return "".join(f"| {cell} " if cell else "| " for cell in told) + "|\n"


def found() -> str:
    """Return the findings and the table between their marks."""
    return BEGIN + (ROOT / results.FINDINGS).read_text() + "\n" + table() + END


def table() -> str:
    """Return the table."""
    agents = results.agents(str(ROOT / results.GRAPH))
    rows = {look(agent, agents).name: cells(metrics(agent)) for agent in agents}
    heads = ["agent", *next(iter(rows.values()))]
    told = line(*heads) + "|---" * len(heads) + "|\n"
    told += "".join(line(name, *row.values()) for name, row in rows.items())
    for name, mean in results.beside(metrics(agents[0])["return"]):
        told += line(f"*{name}*", mean, *[""] * (len(heads) - 2))
    return told


def put(page: Path, marked: str) -> None:
    """Put results, with their marks, in the place of those on a page."""
    before, rest = page.read_text().split(BEGIN)
    page.write_text(before + marked + rest.split(END)[1])


def main() -> None:
    """Put the results into the README."""
    put(README, found())


if __name__ == "__main__":
    main()
