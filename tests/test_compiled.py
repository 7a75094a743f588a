"""The compile cache: used between processes, and never stale."""

import os
import shutil
import subprocess
import sys
from itertools import cycle
from pathlib import Path

import pytest
from checkout import ROOT, Checkout, training
from linux import needs_linux

# No Python starts there without it.
OF_WINDOWS = {"SYSTEMROOT": os.environ["SYSTEMROOT"]} if sys.platform == "win32" else {}

# Prints the position after two steps, and how many kernels had to be compiled for it.
PROGRAM = """
from stages.rl.random_search import play
from stages.rl.cartpole import step
import numpy as np
returns = play(np.array([[0.0, 0.0, 0.02, 0.0, 0.0, 0.1, 1.0, 1.0]]), 500)
compiled = sum(play.stats.cache_misses.values()) + sum(step.stats.cache_misses.values())
print(int(returns[0]), compiled)
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "stages", tmp_path / "stages", ignore=shutil.ignore_patterns("*.pyc"))
    return tmp_path


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


def play(folder: Path) -> tuple[int, int]:
    steps, compiled, told = run(folder)
    assert told == ""
    return steps, compiled


def test_machine_code_is_reused_and_an_edit_of_what_it_imports_is_seen(copy: Path) -> None:
    steps, compiled = play(copy)
    assert steps == 500
    assert compiled > 0
    assert play(copy) == (500, 0)
    for file, old, new in (
        ("environments.py", "GRAVITY = 9.8 ", "GRAVITY = 98.0 "),
        ("motion.py", "GRAVITY * sine", "10.0 * GRAVITY * sine"),
    ):
        physics = copy / "stages" / "rl" / file
        text = physics.read_text()
        assert old in text
        physics.write_text(text.replace(old, new))
        steps, compiled = play(copy)
        assert steps < 200  # in ten times the gravity the pole falls
        assert compiled > 0
        physics.write_text(text)
        assert play(copy) == (500, 0)


@needs_linux
@pytest.mark.parametrize("where", ["a file", "/proc/nowhere"])
def test_where_machine_code_cannot_be_kept_it_is_made_each_time(where: str, copy: Path) -> None:
    (copy / "a file").write_text("")
    steps, compiled, told = run(copy, NUMBA_CACHE_DIR=where)
    assert steps == 500
    assert compiled > 0
    assert len(told.splitlines()) == 1
    assert told.endswith("; so kernels are compiled each time\n")


def test_damaged_machine_code_is_made_anew(copy: Path) -> None:
    play(copy)
    damages = cycle([b"", b"\x80", b"nothing that pickle knows"])
    for kept in sorted((copy / ".cache").rglob("*.nb?")):
        kept.write_bytes(next(damages))
    steps, compiled = play(copy)
    assert (steps, compiled > 0) == (500, True)
    assert play(copy) == (500, 0)


@pytest.mark.parametrize("stage", ["search", "train_policy", "train_q_learning"])
def test_kernels_give_the_same_bytes_without_the_compiler(
    stage: str, small: Checkout, tmp_path: Path
) -> None:
    """So that one can print in a kernel, and step through it."""
    shorter = ("runs: 3", "runs: 1"), ("episodes: 80", "episodes: 40")
    with small.edited("params.yaml", *shorter):
        for jit in ("0", "1"):
            folder = str(tmp_path / jit)
            told = small.run(*training(stage, folder), NUMBA_DISABLE_JIT=jit).stderr
            assert told == ""
    for file in ("policies", "untrained", "history"):
        compiled, plain = ((tmp_path / jit / f"{file}.npz").read_bytes() for jit in ("0", "1"))
        assert compiled == plain


def test_no_kernel_reads_or_writes_outside_its_arrays(tmp_path: Path) -> None:
    """numba checks no index by default; here the agents' tests run with the checks switched on."""
    checked = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "tests/test_agents.py",
        ],
        cwd=ROOT,
        env={
            "NUMBA_BOUNDSCHECK": "1",
            "NUMBA_CACHE_DIR": str(tmp_path),
            "PATH": str(Path(sys.executable).parent),
            **OF_WINDOWS,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
