"""What befalls a run from outside: killed at any moment, a full or read-only disk, a second run.

A shortened pipeline (check_params and search) is disturbed; afterwards a plain `dvc repro` must end
with the dvc.lock and the results of an undisturbed run. DVC writes two files of its own in place,
dvc.lock and .dvc/tmp/rwlock: where it is killed in that moment, or finds no room, it says so at its
next run, and the file has to be restored or removed first.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from checkout import SMALL, Checkout, unshare
from linux import needs_linux
from ruamel.yaml import YAML

pytestmark = needs_linux

DVC_REPRO = [sys.executable, "-m", "dvc", "repro"]
SEEDS = ("seed: 0 ", "seed: 1 ")


class Undisturbed(NamedTuple):
    """What a run that nothing befell leaves behind, and how long it takes."""

    lock: bytes
    results: dict[str, bytes]
    seconds: float


class Shortened(NamedTuple):
    """A checkout with a short pipeline, and what it derives for each of two seeds."""

    checkout: Checkout
    undisturbed: dict[str, Undisturbed]

    def other_seed(self) -> str:
        text = (self.checkout.path / "params.yaml").read_text()
        return next(seed for seed in SEEDS if seed not in text)

    def turn_to(self, seed: str) -> None:
        """Ask for the other seed, and forget what has been run: all stages must run again."""
        self.checkout.edit("params.yaml", (next(s for s in SEEDS if s != seed), seed))
        shutil.rmtree(self.checkout.path / ".dvc/cache/runs", ignore_errors=True)

    def lock(self) -> bytes:
        return (self.checkout.path / "dvc.lock").read_bytes()

    def assert_recovers(self, seed: str) -> None:
        """A plain `dvc repro` must end as if nothing had happened, DVC's own files aside."""
        told = self.checkout.attempt(*DVC_REPRO)
        if told.returncode != 0 and "dvc.lock' validation failed" in told.stderr:
            assert len(self.lock()) < len(self.undisturbed[seed].lock)
            self.checkout.git("checkout", "dvc.lock")
        elif told.returncode != 0:
            assert "Unable to read RWLock-file" in told.stderr, told.stderr
            (self.checkout.path / ".dvc/tmp/rwlock").unlink()
        if told.returncode != 0:
            self.checkout.repro()
        expected = self.undisturbed[seed]
        assert self.lock() == expected.lock
        results = self.checkout.results()
        assert {name: results.get(name) for name in expected.results} == expected.results


@pytest.fixture(scope="module")
def shortened(checkout: Callable[[], Checkout]) -> Shortened:
    short = checkout()
    short.edit("params.yaml", *SMALL.items())
    yaml = YAML()
    graph = yaml.load(short.path / "dvc.yaml")
    stages = {name: graph["stages"][name] for name in ("check_params", "search")}
    yaml.dump({"stages": stages}, short.path / "dvc.yaml")
    (short.path / "dvc.lock").unlink()
    shutil.rmtree(short.path / "data")
    short.repro()  # compiles
    made = Shortened(short, {})
    for seed in (SEEDS[1], SEEDS[0]):
        made.turn_to(seed)
        start = time.monotonic()
        assert len(short.repro()) == 2
        seconds = time.monotonic() - start
        made.undisturbed[seed] = Undisturbed(made.lock(), short.results(), seconds)
    assert made.undisturbed[SEEDS[0]].lock != made.undisturbed[SEEDS[1]].lock
    short.commit()
    return made


OWN_MOUNTS = unshare("--mount")
needs_own_mounts = pytest.mark.skipif(
    not OWN_MOUNTS, reason="an ordinary user may not mount a small disk here"
)


@pytest.fixture(autouse=True)
def _leave_no_stage_behind(shortened: Shortened) -> Iterator[None]:
    """End the stages whose dvc was killed."""
    yield
    for process in psutil.process_iter(["cwd", "cmdline"]):
        if process.info["cwd"] == str(shortened.checkout.path) and "-m" in process.info["cmdline"]:
            process.kill()


def start(shortened: Shortened) -> subprocess.Popen[str]:
    return subprocess.Popen(
        DVC_REPRO,
        cwd=shortened.checkout.path,
        env=shortened.checkout.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # A shell's background jobs ignore Ctrl-C, and these tests may be one.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )


def send(end: int, target: str, dvc: subprocess.Popen[str]) -> None:
    """Send a signal to dvc, to the stage that it runs or will run next, or to both."""
    if target == "dvc":
        dvc.send_signal(end)
    elif target == "group":
        os.killpg(dvc.pid, end)
    else:
        while dvc.poll() is None:
            stages = [
                process
                for process in psutil.Process(dvc.pid).children(recursive=True)
                if "stages." in " ".join(process.cmdline())
            ]
            if stages:
                stages[-1].send_signal(end)
                return
            time.sleep(0.005)


RANDOM = random.Random(20261122)
SIGNALS = ["SIGKILL", "SIGTERM", "SIGINT"]
MOMENTS = [  # as parts of the time of an undisturbed run
    (SIGNALS[number % 3], target, round(RANDOM.random(), 3))
    for target in ("dvc", "stage", "group")
    for number in range(10)
]


@pytest.mark.parametrize(("name", "target", "moment"), MOMENTS)
def test_what_is_killed_at_any_moment_is_made_good_by_the_next_run(
    name: str, target: str, moment: float, shortened: Shortened
) -> None:
    seed = shortened.other_seed()
    shortened.turn_to(seed)
    dvc = start(shortened)
    time.sleep(moment * shortened.undisturbed[seed].seconds)
    send(signal.Signals[name], target, dvc)
    dvc.communicate(timeout=60)
    shortened.assert_recovers(seed)


@pytest.mark.parametrize("file", ["dvc.lock", ".dvc/tmp/rwlock"])
def test_what_dvc_was_killed_in_writing_is_told_at_the_next_run(
    file: str, shortened: Shortened
) -> None:
    seed = shortened.other_seed()
    shortened.turn_to(seed)
    (shortened.checkout.path / file).write_bytes(b"" if file == "dvc.lock" else b'{"a')
    told = shortened.checkout.attempt(*DVC_REPRO)
    assert told.returncode != 0
    assert file in told.stderr
    shortened.assert_recovers(seed)


def test_two_runs_at_once_are_told_apart(shortened: Shortened) -> None:
    """DVC lets one of them pass, and names it to the other where both want the same file."""
    seed = shortened.other_seed()
    shortened.turn_to(seed)
    first, second = start(shortened), start(shortened)
    told = [dvc.communicate(timeout=60)[0] for dvc in (first, second)]
    statuses = [first.returncode, second.returncode]
    assert 0 in statuses
    for status, lines in zip(statuses, told, strict=True):
        assert "Traceback" not in lines
        assert status == 0 or "is busy, it is being blocked by" in lines or "lock" in lines, lines
    shortened.assert_recovers(seed)


# In mounts of its own: fill a small disk that holds the folder, run, make room, run again.
FILL = """
rm -f data/train/search/*
held=$(mktemp -d); cp -a "$1/." "$held"
mount -t tmpfs -o size=64m tmpfs "$1"; cp -a "$held/." "$1"; rm -r "$held"
available=$(df --output=avail -k "$1" | tail -1)
head -c $(((available - $2) * 1024)) /dev/zero > "$1/filler"
dvc repro && exit 3
rm "$1/filler"
dvc repro || { rm .dvc/tmp/rwlock; dvc repro; }
cp -a data dvc.lock "$3"
"""
FULL = (  # as stages and DVC tell it
    "No space left on device",
    "No possible cache link types",  # no room to copy an output back from the cache
    "Unable to read RWLock-file",  # no room to write it
)
READ_ONLY = """
mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"
dvc repro && exit 3
exit 0
"""


@needs_own_mounts
@pytest.mark.parametrize(("folder", "free"), [("data", 0), ("data", 8), (".dvc", 0)])
def test_a_full_disk_loses_nothing(
    folder: str, free: int, shortened: Shortened, tmp_path: Path
) -> None:
    """With 0 and 8 KiB free it fills up in check_params and in search."""
    seed = shortened.other_seed()
    shortened.turn_to(seed)
    command = [*OWN_MOUNTS, "sh", "-c", FILL, "sh", folder, str(free), str(tmp_path)]
    told = shortened.checkout.run(*command)
    assert any(words in told.stderr for words in FULL), told.stderr
    assert "Traceback" not in told.stderr
    expected = shortened.undisturbed[seed]
    assert (tmp_path / "dvc.lock").read_bytes() == expected.lock
    for name, content in expected.results.items():
        assert (tmp_path / name).read_bytes() == content, name
    shortened.assert_recovers(seed)


@needs_own_mounts
@pytest.mark.parametrize("folder", ["data", ".dvc"])
def test_a_read_only_disk_loses_nothing(folder: str, shortened: Shortened) -> None:
    seed = shortened.other_seed()
    shortened.turn_to(seed)
    before = shortened.lock(), shortened.checkout.results()
    told = shortened.checkout.run(*OWN_MOUNTS, "sh", "-c", READ_ONLY, "sh", folder)
    assert "Read-only file system" in told.stderr
    assert "Traceback" not in told.stderr
    assert (shortened.lock(), shortened.checkout.results()) == before
    shortened.assert_recovers(seed)
