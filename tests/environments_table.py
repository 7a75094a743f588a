"""What every agent makes of every environment: docs/environments.md, from runs made now.

python tests/environments_table.py   runs each section of params.yaml as an experiment in a folder
of its own (`make environments`), and writes the table and the animations.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import yaml
from readme_table import BEGIN, END, ROOT, put

from stages import results
from stages.pictures.looks import look
from stages.pictures.numbers import count, of_runs

PAGE = ROOT / "docs" / "environments.md"
HEAD = (
    "| environment | agent | mean return | worst run | runs solved | steps to train "
    "| random actions | best possible |\n|---|---|---|---|---|---|---|---|\n"
)
SMALL = 10.0


def environments() -> list[str]:
    """List the sections of params.yaml that are environments."""
    content = yaml.safe_load((ROOT / "params.yaml").read_text())
    return [name for name, part in content.items() if isinstance(part, dict) and "env" in part]


def run(name: str) -> str:
    """Run an environment as an experiment; return the commit that holds its results."""
    experiment = f"environment-{name.replace('_', '-')}"
    dvc = [sys.executable, "-m", "dvc", "exp"]
    subprocess.run([*dvc, "remove", experiment], cwd=ROOT, capture_output=True, check=False)
    command = [*dvc, "run", "--temp", "--name", experiment, "-S", f"environment={name}"]
    subprocess.run(command, cwd=ROOT, check=True)
    listed = ["git", "for-each-ref", "--format=%(objectname) %(refname)", "refs/exps"]
    told = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    (commit,) = (line.split()[0] for line in told.splitlines() if line.endswith(f"/{experiment}"))
    return commit


def read(commit: str, path: str) -> bytes:
    """Read a file of a commit."""
    return subprocess.run(
        ["git", "show", f"{commit}:{path}"], cwd=ROOT, capture_output=True, check=True
    ).stdout


def rows(name: str, commit: str) -> Iterator[str]:
    """Yield the lines of an environment."""
    agents = results.agents(str(ROOT / results.GRAPH))
    for agent in agents:
        of = json.loads(read(commit, results.METRICS.format(agent)))
        yield "| " + " | ".join([f"`{name}`", look(agent, agents).name, *cells(of)]) + " |\n"


def cells(of: dict[str, Any]) -> list[str]:
    """Show an agent's metrics."""
    returns, fraction, runs = of["return"], of["fraction"], of["runs"]
    return [
        f"{number(returns['mean'])} [{number(returns['low'])}, {number(returns['high'])}]",
        number(returns["worst"]),
        "" if fraction["solved"] is None else of_runs(fraction["solved"], runs),
        count(of["train"]["steps"]),
        number(returns["random"]),
        number(returns["optimum"]),
    ]


def number(value: float | None) -> str:
    """Show a return; small ones with three decimals."""
    return "" if value is None else f"{value:.{1 if abs(value) > SMALL else 3}f}"


def main() -> None:
    """Run all of them, and write the page and the animations."""
    table = HEAD
    for name in environments():
        commit = run(name)
        table += "".join(rows(name, commit))
        (PAGE.parent / f"{name}.gif").write_bytes(read(commit, "data/render_gif/q_learning.gif"))
    put(PAGE, BEGIN + table + END)


if __name__ == "__main__":
    main()
