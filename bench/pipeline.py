"""How long `dvc repro` takes, beside DVC's own time, and where the time goes.

All in clones of the last commit. DVC's own time is that of the same graph, with the same files and
parameters, whose commands only write a word. A round goes through everything in turn, one seed
of Stable-Baselines3 PPO last, so that a machine that is slower for a while slows all of it.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bench.beside_peers import ask
from bench.tables import spread

ROOT = Path(__file__).parent.parent
ROUNDS = 3
PARTS = ["imports", "compiling", "work", "writing"]

Times = dict[str, list[float]]


def lines() -> list[str]:
    """Measure all rounds and return the tables."""
    ours: Times = {}
    floors: Times = {}
    peer: list[float] = []
    stages: dict[str, Times] = {}
    for seed in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            project, floor = clone(Path(folder) / "project"), clone(Path(folder) / "floor")
            empty_commands(floor)
            note(ours, scenarios(project))
            note(floors, scenarios(floor))
            for kind in ("warm", "cold"):
                note_stages(stages, kind, project)
        peer.append(ask("learners.ppo", seed)[1])
    return [*whole(ours, floors, peer), "", *by_stage(stages)]


def clone(path: Path) -> Path:
    """Clone the last commit."""
    subprocess.run(["git", "clone", "--quiet", ROOT, path], check=True)
    return path


def empty_commands(project: Path) -> None:
    """Let every stage do nothing but write a word into its outputs."""
    yaml = YAML()
    file = project / "dvc.yaml"
    graph = yaml.load(file)
    for stage in graph["stages"].values():
        outputs = [
            output if isinstance(output, str) else next(iter(output))
            for kind in ("outs", "metrics", "plots")
            for output in stage.get(kind, [])
        ]
        files = [path if Path(path).suffix else f"{path}/made" for path in outputs]
        folders = " ".join({str(Path(path).parent) for path in files})
        stage["cmd"] = f"mkdir -p {folders} && echo made | tee {' '.join(files)}"
    yaml.dump(graph, file)


def scenarios(project: Path) -> dict[str, float]:
    """Return the seconds of `dvc repro` by what there is to do."""
    times = {"fresh clone": repro(project)}
    repro(project, "--force")
    times["forced"] = repro(project, "--force")
    parameters = project / "params.yaml"
    text = parameters.read_text()
    changed = text.replace("learning_rate: 0.02", "learning_rate: 0.021", 1)
    if changed == text:
        raise ValueError("params.yaml: cartpole.train_policy.learning_rate is no longer 0.02")
    parameters.write_text(changed)
    times["cartpole.train_policy.learning_rate changed"] = repro(project)
    parameters.write_text(text)
    repro(project)
    times["nothing to do"] = repro(project)
    return times


def repro(project: Path, *options: str) -> float:
    """Return the seconds that `dvc repro` takes."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "dvc", "repro", *options]
    subprocess.run(command, cwd=project, env=environment(), check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def environment() -> dict[str, str]:
    """Return the variables of a shell with the virtual environment activated; nothing compiled."""
    kept = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, "DVC_NO_ANALYTICS": "1"}


def note(times: Times, measured: dict[str, float]) -> None:
    """Keep what was measured in a round."""
    for name, seconds in measured.items():
        times.setdefault(name, []).append(seconds)


def note_stages(stages: dict[str, Times], kind: str, project: Path) -> None:
    """Keep the parts of every stage's time, with its machine code (warm) or without (cold)."""
    locked: dict[str, Any] = YAML(typ="safe").load(project / "dvc.lock")["stages"]
    if kind == "cold":
        shutil.rmtree(project / ".cache")
    for name, stage in locked.items():
        words = shlex.split(stage["cmd"])
        module, *arguments = words[words.index("-m") + 1 :]
        command = [sys.executable, str(ROOT / "bench" / "stage.py"), module, *arguments]
        told = subprocess.run(
            command,
            cwd=project,
            env={**environment(), "BEGUN": repr(time.time())},
            check=True,
            capture_output=True,
            text=True,
        )
        last = told.stdout.splitlines()[-1]  # before it stands what the stage itself tells
        parts = dict(zip(PARTS, map(float, last.split()), strict=True))
        times = stages.setdefault(name, {})
        if kind == "cold":
            parts = {"compiling": parts["compiling"]}
        else:
            parts = {part: seconds for part, seconds in parts.items() if part != "compiling"}
        note(times, parts)


def whole(ours: Times, floors: Times, peer: list[float]) -> list[str]:
    """Return the table of whole pipelines."""
    told = [
        "## The whole pipeline",
        "",
        f"Seconds of `dvc repro` for params.yaml as it is: median (lowest-highest) of {ROUNDS}"
        " rounds. On a fresh clone nothing is compiled, and what Git holds is there: figures,"
        " animations and metrics. Forced, every stage runs, with its machine code. DVC's own time"
        " is that of the same graph with commands that write a word. PPO is one seed of"
        f" Stable-Baselines3, its training alone, in {spread(peer, 1)} s.",
        "",
        "| | ours | DVC's own | ours - DVC's own | ours / PPO |",
        "|---|---|---|---|---|",
    ]
    for name, seconds in ours.items():
        cells = [
            name,
            spread(seconds, 2),
            spread(floors[name], 2),
            spread([mine - dvc for mine, dvc in zip(seconds, floors[name], strict=True)], 2),
            spread([mine / ppo for mine, ppo in zip(seconds, peer, strict=True)], 2),
        ]
        told.append(f"| {' | '.join(cells)} |")
    return told


def by_stage(stages: dict[str, Times]) -> list[str]:
    """Return the table of stages."""
    told = [
        "## Where the time goes",
        "",
        f"Seconds of each stage alone: median (lowest-highest) of {ROUNDS} rounds. *Imports* begin"
        " with the process; *work* has its machine code from the cache, and loads it; *compiling*"
        " is what a stage adds to that on a fresh clone, after the stages before it.",
        "",
        f"| stage | {' | '.join(PARTS)} |",
        f"|---|{'---|' * len(PARTS)}",
    ]
    for name, times in stages.items():
        told.append(f"| {name} | {' | '.join(spread(times[part], 2) for part in PARTS)} |")
    return told
