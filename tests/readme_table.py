"""The README's table of results, made from the metrics.

python tests/readme_table.py   writes it (`make readme`); test_readme.py compares it.
"""

import json
from pathlib import Path
from typing import Any

from stages import results
from stages.agents import LOOKS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
BEGIN, END = "<!-- results: begin -->\n", "<!-- results: end -->\n"
HEAD = (
    "| agent | mean return | worst run | before training | runs solved | perfect runs "
    "| steps to train | episodes to solve | steps to solve |\n"
    "|---|---|---|---|---|---|---|---|---|\n"
)


def metrics(agent: str) -> dict[str, Any]:
    """Read what `evaluate` wrote."""
    loaded: dict[str, Any] = json.loads((ROOT / f"data/evaluate/{agent}/metrics.json").read_text())
    return loaded


def interval(form: str, low: float | None, high: float | None) -> str:
    """Return the brackets behind a number; none where there is one run."""
    return "" if low is None else f" [{form.format(low)}, {form.format(high)}]"


def row(name: str, of: dict[str, Any]) -> str:
    """Return one agent's line."""
    runs, returns, fraction, train = of["runs"], of["return"], of["fraction"], of["train"]
    cells = [
        name,
        results.mean_return(of),
        f"{returns['worst']:.1f}",
        f"{returns['untrained']:.1f}",
        f"{results.runs_solved(of)}"
        f"{interval('{:.0%}', fraction['solved_low'], fraction['solved_high'])}",
        f"{fraction['perfect'] * runs:.0f} of {runs}",
        *map(results.count, train.values()),
    ]
    return "| " + " | ".join(cells) + " |\n"


def table() -> str:
    """Return the table between its marks."""
    baseline = metrics("search")["return"]["random"]
    random_row = f"| *random actions* | {baseline:.1f} |" + " |" * 7 + "\n"
    rows = "".join(row(look.name, metrics(agent)) for agent, look in LOOKS.items())
    return BEGIN + HEAD + rows + random_row + END


def main() -> None:
    """Put the table into the README."""
    text = README.read_text()
    before, rest = text.split(BEGIN)
    README.write_text(before + table() + rest.split(END)[1])


if __name__ == "__main__":
    main()
