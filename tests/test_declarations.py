"""No stage reads or writes what dvc.yaml does not declare: each runs where nothing else is.

A stage is replayed in an empty folder that holds only its declared dependencies and the declared
keys of params.yaml, without network, in another time zone and with another hash seed; its outputs
must be the recorded ones. The replay is itself tested on planted lies.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from checkout import ROOT, Checkout, unshare
from graph import files_below, put
from ruamel.yaml import YAML

LOCK: dict[str, Any] = YAML(typ="safe").load((ROOT / "dvc.lock").read_text())
# Some machines allow no network namespace to an ordinary user; there the replay has the network.
WITHOUT_NETWORK = unshare("--net")
ELSEWHERE = {"TZ": "Pacific/Kiritimati"}  # each replay has another hash seed, too


def declared_params(locked: dict[str, Any]) -> dict[str, Any]:
    """Nest the declared keys (`cartpole.search`) of a stage in dvc.lock as params.yaml does."""
    nested: dict[str, Any] = {}
    for key, value in locked.get("params", {}).get("params.yaml", {}).items():
        put(nested, key, value)
    return nested


def copy_seen(origin: Path, target: Path) -> None:
    """Copy a file, or of a folder the files that DVC sees."""
    for name in files_below(origin) if origin.is_dir() else [""]:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(origin / name, target / name)


def replay(stage: str, of: Checkout, folder: Path) -> list[str]:
    """Run a stage of a checkout where nothing else is; return what is wrong with its outputs."""
    locked = YAML(typ="safe").load((of.path / "dvc.lock").read_text())["stages"][stage]
    shutil.rmtree(folder, ignore_errors=True)
    for dependency in locked["deps"]:
        copy_seen(of.path / dependency["path"], folder / dependency["path"])
    with (folder / "params.yaml").open("w") as file:
        YAML().dump(declared_params(locked), file)
    before = files_below(folder)
    done = subprocess.run(
        [*WITHOUT_NETWORK, *locked["cmd"].split()],
        cwd=folder,
        env=of.environment(**ELSEWHERE),
        capture_output=True,
        text=True,
        check=False,
    )
    wrong = [] if done.returncode == 0 else [f"failed: {done.stderr}"]
    outputs = {output["path"] for output in locked["outs"]}
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


@pytest.mark.parametrize("stage", LOCK["stages"])
def test_a_stage_needs_and_makes_only_what_it_declares(
    stage: str, small: Checkout, empty: Path
) -> None:
    assert replay(stage, small, empty) == []


@contextmanager
def lying(checkout: Checkout, file: str, truth: str, lie: str) -> Iterator[None]:
    """Plant a lie in the code of `render_gif`, and let DVC record what comes of it."""
    with checkout.edited(file, (truth, lie)):
        checkout.repro("render_gif@search")
        yield
    checkout.repro("render_gif@search")


LOAD = 'given = params.load("seed", "env", "render_gif")\n'
SAVE = "save_bytes(options.gif, animate(panels, scenery, given.render_gif.steps_per_frame))\n"
LIES = {
    "an undeclared parameter": (
        LOAD,
        'given = params.load("seed", "env", "render_gif", "runs")\n',
        "failed: params.yaml: runs: missing",
    ),
    "an undeclared part of the environment's section": (
        LOAD,
        'given = params.load("seed", "env", "render_gif", "evaluate")\n',
        "failed: params.yaml: cartpole.evaluate: missing",
    ),
    "a read guarded by exists()": (
        SAVE,
        "import pathlib\n"
        '    seen = pathlib.Path("data/train/policy/untrained.npz").exists()\n'
        "    pace = given.render_gif.steps_per_frame + 9 * seen\n"
        "    save_bytes(options.gif, animate(panels, scenery, pace))\n",
        "differs: data/render_gif/search.gif",
    ),
    "an undeclared output": (
        LOAD,
        LOAD + '    save_bytes("data/render_gif/extra.txt", b"x")\n',
        "undeclared: data/render_gif/extra.txt",
    ),
    "a file found outside": (
        LOAD,
        LOAD + '    open("README.md").close()\n',
        "failed: README.md: No such file or directory",
    ),
    "an undeclared module": (
        LOAD,
        LOAD + "    import stages.rl.environments.acrobot\n",
        "failed: Traceback",
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_the_replay_finds_a_planted_lie(lie: str, small: Checkout, empty: Path) -> None:
    truth, planted, complaint = LIES[lie]
    with lying(small, "stages/render_gif.py", truth, planted):
        told = replay("render_gif@search", small, empty)
    assert any(line.startswith(complaint) for line in told), told
    (small.path / "data/render_gif/extra.txt").unlink(missing_ok=True)
