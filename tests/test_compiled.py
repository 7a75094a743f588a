"""The compile cache: used between processes and between clones, and never stale."""

import os
import shutil
import subprocess
import sys
from itertools import cycle
from pathlib import Path

import pytest
from checkout import ROOT
from linux import needs_linux

from stages.rl.engine.machine_code import fingerprint

# No Python starts there without it.
OF_WINDOWS = {"SYSTEMROOT": os.environ["SYSTEMROOT"]} if sys.platform == "win32" else {}

# Prints for how many steps the pole stays up, and how many kernels had to be compiled for it.
PROGRAM = """
from numba.core.event import install_recorder
from stages.rl.environments.cartpole import CartPole, State, step
import numpy as np

cartpole, state, words = CartPole(), State(0.0, 0.0, 0.02, 0.0), np.array([1, 2, 3, 4], np.uint64)
with install_recorder("numba:compile") as compiled:
    for steps in range(500):
        action = int(0.3 * state.theta + 0.1 * state.theta_dot > 0.0)
        state, _, terminated, _ = step(cartpole, state, action, words)
        if terminated:
            break
print(steps, len(compiled.buffer))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return copied(tmp_path)


def copied(folder: Path) -> Path:
    shutil.copytree(ROOT / "stages", folder / "stages", ignore=shutil.ignore_patterns("*.pyc"))
    return folder


def run(folder: Path, **variables: str) -> tuple[int, int, str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=folder,
        env={"PYTHONDONTWRITEBYTECODE": "1", "PATH": "", **OF_WINDOWS, **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    steps, compiled = done.stdout.split()
    return int(steps), int(compiled), done.stderr


def play(folder: Path, **variables: str) -> tuple[int, int]:
    steps, compiled, told = run(folder, **variables)
    assert told == ""
    return steps, compiled


def test_machine_code_is_reused_and_an_edit_of_what_it_imports_is_seen(copy: Path) -> None:
    steps, compiled = play(copy)
    assert steps == 499
    assert compiled > 1
    assert play(copy) == (499, 0)
    source = copy / "stages/rl/engine/elementary.py"
    text = source.read_text()
    assert "return sine, cosine\n" in text
    source.write_text(text.replace("return sine, cosine\n", "return 10.0 * sine, cosine\n"))
    steps, compiled = play(copy)
    assert steps < 200  # as in ten times the gravity, the pole falls
    assert compiled > 1
    source.write_text(text)
    assert play(copy) == (499, 0)


def test_any_change_of_the_science_and_no_other_gives_the_cache_another_name(copy: Path) -> None:
    science = copy / "stages" / "rl"
    usual = fingerprint(science)
    assert usual == fingerprint()
    names, sources = {usual}, sorted(science.rglob("*.py"))
    for source in sources:
        text = source.read_text()
        source.write_text(f"{text}\n")
        names.add(fingerprint(science))
        source.write_text(text)
    taxi = science / "environments" / "taxi.py"
    renamed = taxi.rename(science / "environments" / "taxis.py")
    names.add(fingerprint(science))
    renamed.rename(taxi)
    assert len(names) == len(sources) + 2
    (copy / "stages" / "plot.py").write_text("")
    (science / "notes.txt").write_text("no source")
    assert fingerprint(science) == usual


@pytest.mark.slow
def test_clones_share_what_numba_cache_dir_names(tmp_path: Path) -> None:
    one, other = copied(tmp_path / "one"), copied(tmp_path / "other")
    shared = str(tmp_path / "shared")
    assert play(one, NUMBA_CACHE_DIR=shared)[1] > 1
    assert play(other, NUMBA_CACHE_DIR=shared) == (499, 0)
    assert not (one / ".cache").exists()


@needs_linux
@pytest.mark.parametrize("where", ["a file", pytest.param("/proc/nowhere", marks=pytest.mark.slow)])
def test_where_machine_code_cannot_be_kept_it_is_made_each_time(where: str, copy: Path) -> None:
    (copy / "a file").write_text("")
    steps, compiled, told = run(copy, NUMBA_CACHE_DIR=where)
    assert steps == 499
    assert compiled > 1
    assert len(told.splitlines()) == 1
    assert told.endswith("; so kernels are compiled each time\n")


DAMAGED = [b"", b"\x80", b"nothing that pickle knows"]
UNKNOWN = [b"cof_a_notebook\nEnvironment\n."]  # a pickle of a class that only its writer knows


@pytest.mark.parametrize(
    "content", [UNKNOWN, pytest.param(DAMAGED, marks=pytest.mark.slow)], ids=["unknown", "damaged"]
)
def test_machine_code_that_cannot_be_read_costs_time_alone(
    content: list[bytes], copy: Path
) -> None:
    play(copy)
    kept = sorted((copy / ".cache").rglob("*.nbi"))
    assert len(kept) >= 1
    for file, bad in zip(kept, cycle(content), strict=False):
        file.write_bytes(bad)
    steps, compiled = play(copy)
    assert steps == 499
    assert compiled > 1
    play(copy)  # it is kept again from now on
    assert play(copy) == (499, 0)
