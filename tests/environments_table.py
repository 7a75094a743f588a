"""What every agent makes of every environment: docs/results.md, from runs made now.

python tests/environments_table.py   runs each section of params.yaml as an experiment in a folder
of its own (`make environments`), and writes what came of it and the animations.
"""

import subprocess
import sys

import dvc.api
import yaml
from readme_table import RESULTS, ROOT, put

PAGE = ROOT / "docs" / "results.md"


def environments() -> list[str]:
    """List the sections of params.yaml that are environments."""
    content = yaml.safe_load((ROOT / "params.yaml").read_text())
    return [name for name, part in content.items() if isinstance(part, dict) and "env" in part]


def run(name: str) -> str:
    """Run an environment as an experiment; return the commit that holds its results."""
    experiment = f"environment-{name.replace('_', '-')}"
    command = [sys.executable, "-m", "dvc", "exp"]
    subprocess.run([*command, "remove", experiment], cwd=ROOT, capture_output=True, check=False)
    setting = ["--temp", "--name", experiment, "-S", f"environment={name}"]
    subprocess.run([*command, "run", *setting], cwd=ROOT, check=True)
    listed = ["git", "for-each-ref", "--format=%(objectname) %(refname)", "refs/exps"]
    told = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    (commit,) = (line.split()[0] for line in told.splitlines() if line.endswith(f"/{experiment}"))
    return commit


def read(commit: str, path: str) -> bytes:
    """Read a file of a commit."""
    return subprocess.run(
        ["git", "show", f"{commit}:{path}"], cwd=ROOT, capture_output=True, check=True
    ).stdout


def main() -> None:
    """Run all of them, and write the page and the animations."""
    parts = []
    for name in environments():
        commit = run(name)
        parts.append(f"### {name}\n\n{dvc.api.read(RESULTS, repo=str(ROOT), rev=commit)}\n")
        (PAGE.parent / f"{name}.gif").write_bytes(read(commit, "data/render_gif/q_learning.gif"))
    put(PAGE, "".join(parts))


if __name__ == "__main__":
    main()
