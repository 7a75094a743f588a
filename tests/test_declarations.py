"""No stage reads or writes what dvc.yaml does not declare: each runs where nothing else is.

A stage is replayed in an empty folder that holds only its declared dependencies and the declared
keys of params.yaml, without network, in another time zone and with another hash seed; its outputs
must be the recorded ones. The replay is itself tested on a planted lie.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from checkout import ROOT, Checkout, unshare
from graph import AGENTS, TRAININGS, files_below, put
from ruamel.yaml import YAML

LOCK: dict[str, Any] = YAML(typ="safe").load((ROOT / "dvc.lock").read_text())
# Some machines allow no network namespace to an ordinary user; there the replay has the network.
WITHOUT_NETWORK = unshare("--net")
ELSEWHERE = {"TZ": "Pacific/Kiritimati"}  # each replay has another hash seed, too
# What trains does so without the compiler, which comes to the same bits and is sooner done.
PLAIN = {"NUMBA_DISABLE_JIT": "1"}


def declared_params(locked: dict[str, Any]) -> dict[str, Any]:
    """Nest the declared keys (`cartpole.search`) of a stage in dvc.lock as params.yaml does."""
    nested: dict[str, Any] = {}
    for key, value in locked.get("params", {}).get("params.yaml", {}).items():
        put(nested, key, value)
    return nested


def files_of(root: Path, path: str) -> set[str]:
    """Name a file, or of a folder the files that DVC sees, from the root."""
    if (root / path).is_dir():
        return {f"{path}/{name}" for name in files_below(root / path)}
    return {path}


def copy_seen(origin: Path, target: Path, path: str) -> None:
    """Copy a file, or of a folder the files that DVC sees."""
    for name in files_of(origin, path):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(origin / name, target / name)


def replay(stage: str, of: Checkout, folder: Path) -> list[str]:
    """Run a stage of a checkout where nothing else is; return what is wrong with its outputs."""
    locked = YAML(typ="safe").load((of.path / "dvc.lock").read_text())["stages"][stage]
    shutil.rmtree(folder, ignore_errors=True)
    for dependency in locked["deps"]:
        copy_seen(of.path, folder, dependency["path"])
    with (folder / "params.yaml").open("w") as file:
        YAML().dump(declared_params(locked), file)
    before = files_below(folder)
    done = subprocess.run(
        [*WITHOUT_NETWORK, *locked["cmd"].split()],
        cwd=folder,
        env=of.environment(**ELSEWHERE, **(PLAIN if stage in TRAININGS else {})),
        capture_output=True,
        text=True,
        check=False,
    )
    wrong = [] if done.returncode == 0 else [f"failed: {done.stderr}"]
    outputs = {name for output in locked["outs"] for name in files_of(of.path, output["path"])}
    for name in sorted(outputs):
        if not (folder / name).is_file():
            wrong.append(f"missing: {name}")
        elif (folder / name).read_bytes() != (of.path / name).read_bytes():
            wrong.append(f"differs: {name}")
    return wrong + [
        f"undeclared: {name}" for name in sorted(files_below(folder) - before - outputs)
    ]


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The place of all replays."""
    return tmp_path_factory.mktemp("replay") / "folder"


# Of stages that differ only in the agent, one is replayed at each push.
ALIKE = {f"{stage}@{agent}" for stage in ("evaluate", "render_gif") for agent in AGENTS[1:]}


@pytest.mark.parametrize(
    "stage",
    [pytest.param(s, marks=pytest.mark.slow) if s in ALIKE else s for s in LOCK["stages"]],
)
def test_a_stage_needs_and_makes_only_what_it_declares(
    stage: str, small: Checkout, empty: Path
) -> None:
    assert replay(stage, small, empty) == []


def test_the_replay_finds_a_planted_lie(scratch: Checkout, empty: Path) -> None:
    """A stage that reads another agent's file, if it is there, makes other bytes without it."""
    save = (
        "    gif = animate(panels, params.task, params.seed, params.render_gif.steps_per_frame)\n"
    )
    lie = (
        "    import pathlib\n"
        '    seen = pathlib.Path("data/train/reinforce/untrained.npz").exists()\n'
        "    pace = params.render_gif.steps_per_frame + 9 * seen\n"
        "    gif = animate(panels, params.task, params.seed, pace)\n"
    )
    scratch.edit("stages/render_gif.py", (save, lie))
    scratch.repro("render_gif@random_search")
    assert replay("render_gif@random_search", scratch, empty) == [
        "differs: data/render_gif/random_search.gif"
    ]
