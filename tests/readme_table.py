"""The README's table of results, made from the metrics.

python tests/readme_table.py   writes it (`make readme`); test_readme.py compares it.
"""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
BEGIN, END = "<!-- results: begin -->\n", "<!-- results: end -->\n"
AGENTS = {"search": "random search", "policy": "policy learning", "q_learning": "Q-learning"}
HEAD = (
    "| agent | mean return | worst run | runs solved | perfect runs | steps to train "
    "| episodes to solve |\n"
    "|---|---|---|---|---|---|---|\n"
)


def metrics(agent: str) -> dict[str, Any]:
    """Read what `evaluate` wrote."""
    loaded: dict[str, Any] = json.loads((ROOT / f"data/evaluate/{agent}/metrics.json").read_text())
    return loaded


def row(name: str, of: dict[str, Any]) -> str:
    """Return one agent's line."""
    runs = of["runs"]
    to_solve = of["train_episodes_to_solve"]
    cells = [
        name,
        f"{of['mean_return']:.1f} [{of['mean_return_low']:.1f}, {of['mean_return_high']:.1f}]",
        f"{of['min_run_return']:.1f}",
        f"{of['solved_fraction'] * runs:.0f} of {runs} "
        f"[{of['solved_low']:.0%}, {of['solved_high']:.0%}]",
        f"{of['perfect_fraction'] * runs:.0f} of {runs}",
        f"{of['train_env_steps']:,.0f}",
        "never" if to_solve is None else f"{to_solve:.0f}",
    ]
    return "| " + " | ".join(cells) + " |\n"


def table() -> str:
    """Return the table between its marks."""
    baseline = metrics("search")["random_mean_return"]
    random_row = f"| *random actions* | {baseline:.1f} |" + " |" * 5 + "\n"
    rows = "".join(row(name, metrics(agent)) for agent, name in AGENTS.items())
    return BEGIN + HEAD + rows + random_row + END


def main() -> None:
    """Put the table into the README."""
    text = README.read_text()
    before, rest = text.split(BEGIN)
    README.write_text(before + table() + rest.split(END)[1])


if __name__ == "__main__":
    main()
