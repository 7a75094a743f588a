"""The table of results in the terminal: `python -m stages.results` shows it, as does `report`."""

import json
from collections.abc import Mapping
from typing import Any

from stages.common import script, terminal
from stages.agents import LOOKS, look
from stages.common.artifacts import load_bytes

PAGE = "data/report/index.html"


def mean_return(of: Mapping[str, Any]) -> str:
    """Show the mean test return of an agent's metrics, with its interval where there is one."""
    value, low, high = (of["return"][name] for name in ("mean", "low", "high"))
    interval = "" if low is None or high is None else f" [{low:.1f}, {high:.1f}]"
    return f"{value:.1f}{interval}"


def runs_solved(of: Mapping[str, Any]) -> str:
    """Show how many runs of an agent's metrics solved the environment."""
    return f"{of['fraction']['solved'] * of['runs']:.0f} of {of['runs']}"


def count(value: float | None) -> str:
    """Show a number of steps or episodes to solve; infinite ones are null in the metrics."""
    return "never" if value is None else f"{value:,}"


def lines(metrics: Mapping[str, str], page: str) -> list[str]:
    """Set out the results.

    Args:
        metrics: the file of each agent's metrics, by the agent's name.
        page: the path of the report's page.

    Raises:
        InputError: a file is missing, or does not hold an agent's metrics.
    """
    rows: list[tuple[str, ...]] = []
    for agent, path in metrics.items():
        try:
            of = json.loads(load_bytes(path))
            steps = count(of["train"]["steps_to_solve"])
            rows.append((look(agent).name, mean_return(of), runs_solved(of), steps))
            random = f"{of['return']['random']:.1f}"  # the same for all
        except (ValueError, TypeError, KeyError):
            raise script.InputError(
                f"{path}: holds no metrics of an agent; `dvc repro` makes it anew"
            ) from None
    rows.append(("random actions", random, "", ""))
    # Means below one another, whatever their number of digits.
    point = max(row[1].index(".") for row in rows)
    rows = [(name, " " * (point - mean.index(".")) + mean, *more) for name, mean, *more in rows]
    interval = " [95% interval]" if any("[" in mean for _, mean, *_ in rows) else ""
    head = ("agent", f"mean return{interval}", "runs solved", "steps to solve")
    return ["", *terminal.table([head], rows, right=2), "", f"more on one page: {page}"]


def main() -> None:
    """Show the results as they are."""
    terminal.tell(lines({agent: f"data/evaluate/{agent}/metrics.json" for agent in LOOKS}, PAGE))


if __name__ == "__main__":
    script.run(main)
