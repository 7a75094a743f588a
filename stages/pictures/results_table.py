"""The results in plain text: for the terminal, the README and docs/results.md."""

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

from stages.pictures.formatting import count, estimate, number, of_runs

WIDTH = 79  # columns of a line of words


def results(found: Sequence[str], summaries: Mapping[str, Mapping[str, Any]]) -> str:
    """Write what was found in words, and a table in Markdown that is aligned as it stands.

    Args:
        found: sentences.
        summaries: of each agent by the name that is shown, see `stages.evaluation.summary`.
    """
    rows = [{"agent": name, **cells(of)} for name, of in summaries.items()]
    returns = next(iter(summaries.values()))["return"]  # what these two are is the same for all
    for name, of in (("*random actions*", "random"), ("*best possible*", "optimum")):
        if returns[of] is not None:
            rows.append({"agent": name, "mean return [95%]": number(returns[of])})
    heads = list(rows[0])
    lines = [heads, *([row.get(head, "") for head in heads] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    padded = [
        [cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines
    ]
    table = [f"| {' | '.join(line)} |" for line in padded]
    return "\n".join([*(fill(sentence, WIDTH) for sentence in found), "", *table, ""])


def cells(of: Mapping[str, Any]) -> dict[str, str]:
    """Show how an agent did; how many runs solved only where something counts as solved."""
    returns, training = of["return"], of["train"]
    shown = {
        "mean return [95%]": estimate(returns["mean"], returns["low"], returns["high"]),
        "worst run": number(returns["worst"]),
    }
    if of["fraction"]["solved"] is not None:
        shown["runs solved"] = of_runs(of["fraction"]["solved"], of["runs"])
        shown["first solve"] = count(training["steps_to_first_solve"])
        shown["steps to solve"] = count(training["steps_to_solve"])
    return shown
