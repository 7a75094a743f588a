"""What befalls a run from outside: killed, a full disk, a second run at the same time.

Afterwards a plain `dvc repro` must end with the dvc.lock and the results of an undisturbed run. DVC
writes dvc.lock and .dvc/tmp/rwlock in place: if it is killed in that moment, or finds no room, it
says so at its next run, and the file has to be restored or removed first.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from checkout import SMALL, Checkout, unshare
from linux import needs_linux
from ruamel.yaml import YAML

pytestmark = needs_linux

DVC_REPRO = [sys.executable, "-m", "dvc", "repro"]
POLICIES = "data/train/random_search/policies.npz"


class Due(NamedTuple):
    """A checkout whose two stages both have to run, and what an undisturbed run leaves behind."""

    checkout: Checkout
    lock: bytes
    results: dict[str, bytes]
    seconds: float

    def assert_recovers(self) -> None:
        """Run `dvc repro`, after the remedies of docs/reproducibility.md if it asks for them."""
        done = self.checkout.attempt(*DVC_REPRO)
        if done.returncode != 0:
            if "dvc.lock' validation failed" in done.stderr:
                self.checkout.git("checkout", "dvc.lock")
            else:
                assert "Unable to read RWLock-file" in done.stderr, done.stderr
                (self.checkout.path / ".dvc/tmp/rwlock").unlink()
            self.checkout.repro()
        assert (self.checkout.path / "dvc.lock").read_bytes() == self.lock
        assert self.checkout.results() == self.results


@pytest.fixture(scope="module")
def made(checkout: Callable[[], Checkout]) -> Due:
    """Derive what belongs to another seed, then turn back to it with nothing in the run cache."""
    short = checkout()
    short.edit("params.yaml", *SMALL.items())
    yaml = YAML()
    graph = yaml.load(short.path / "dvc.yaml")
    stages = {name: graph["stages"][name] for name in ("check_params", "search")}
    yaml.dump({"stages": stages}, short.path / "dvc.yaml")
    (short.path / "dvc.lock").unlink()
    shutil.rmtree(short.path / "data")
    with short.edited("params.yaml", ("seed: 0 ", "seed: 1 ")):
        start = time.monotonic()
        assert len(short.repro()) == 2
        seconds = time.monotonic() - start
        lock, results = (short.path / "dvc.lock").read_bytes(), short.results()
    short.repro()
    short.commit()
    assert (short.path / "dvc.lock").read_bytes() != lock
    short.edit("params.yaml", ("seed: 0 ", "seed: 1 "))
    shutil.rmtree(short.path / ".dvc/cache/runs")
    return Due(short, lock, results, seconds)


@pytest.fixture
def due(made: Due, tmp_path: Path) -> Due:
    return made._replace(checkout=made.checkout.copied(tmp_path / "copy"))


@contextmanager
def running(due: Due) -> Iterator[subprocess.Popen[str]]:
    """Lend a `dvc repro` under way, in a process group of its own."""
    dvc = subprocess.Popen(
        DVC_REPRO,
        cwd=due.checkout.path,
        env=due.checkout.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # A shell's background jobs ignore Ctrl-C, and these tests may be one.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    try:
        yield dvc
    finally:
        with suppress(ProcessLookupError):  # no stage of it is left
            os.killpg(dvc.pid, signal.SIGKILL)
        dvc.communicate()


def trains(dvc: subprocess.Popen[str]) -> bool:
    for child in psutil.Process(dvc.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it has ended since
            if "stages.search" in child.cmdline():
                return True
    return False


def test_what_is_killed_while_it_trains_is_made_good_by_the_next_run(due: Due) -> None:
    with running(due) as dvc:
        while dvc.poll() is None and not trains(dvc):
            time.sleep(0.01)
        os.killpg(dvc.pid, signal.SIGKILL)
        dvc.communicate(timeout=60)
    assert not (due.checkout.path / POLICIES).exists()
    due.assert_recovers()


@pytest.mark.slow
@pytest.mark.parametrize("file", ["dvc.lock", ".dvc/tmp/rwlock"])
def test_what_dvc_was_killed_in_writing_is_named_at_the_next_run(file: str, due: Due) -> None:
    (due.checkout.path / file).write_bytes(b"" if file == "dvc.lock" else b'{"a')
    refused = due.checkout.attempt(*DVC_REPRO)
    assert refused.returncode != 0
    assert file in refused.stderr
    due.assert_recovers()


@pytest.mark.slow
def test_of_two_runs_at_once_one_passes(due: Due) -> None:
    """DVC names the one to the other if both want the same file."""
    with running(due) as first, running(due) as second:
        ended = [(dvc.communicate(timeout=60)[0], dvc.returncode) for dvc in (first, second)]
    assert 0 in [status for _, status in ended]
    for lines, status in ended:
        assert "Traceback" not in lines
        assert status == 0 or "is busy, it is being blocked by" in lines or "lock" in lines, lines
    due.assert_recovers()


MOMENTS = random.Random(20261122)


@pytest.mark.slow
@pytest.mark.parametrize("end", ["SIGKILL", "SIGTERM", "SIGINT"])
@pytest.mark.parametrize("target", ["dvc", "group"])
@pytest.mark.parametrize("moment", [round(MOMENTS.random(), 3) for _ in range(3)])
def test_what_is_ended_at_any_moment_is_made_good_by_the_next_run(
    end: str, target: str, moment: float, due: Due
) -> None:
    """The moment is a part of the time of an undisturbed run."""
    with running(due) as dvc:
        time.sleep(moment * due.seconds)
        if target == "dvc":
            dvc.send_signal(signal.Signals[end])
        else:
            os.killpg(dvc.pid, signal.Signals[end])
        dvc.communicate(timeout=60)
        due.assert_recovers()


# In mounts of its own: fill a small disk that holds the folder, run, make room, run again.
FILL = """
held=$(mktemp -d); cp -a "$1/." "$held"
mount -t tmpfs -o size=64m tmpfs "$1"; cp -a "$held/." "$1"; rm -r "$held"
available=$(df --output=avail -k "$1" | tail -1)
head -c $(((available - $2) * 1024)) /dev/zero > "$1/filler"
dvc repro && exit 3
rm "$1/filler"
dvc repro || { rm .dvc/tmp/rwlock; dvc repro; }
cp -a data dvc.lock "$3"
"""
FULL = (  # in the words of stages and of DVC
    "No space left on device",
    "No possible cache link types",  # no room to copy an output back from the cache
    "Unable to read RWLock-file",  # no room to write it
)


@pytest.mark.slow
@pytest.mark.parametrize(("folder", "free"), [("data", 0), ("data", 8), (".dvc", 0)])
def test_a_full_disk_loses_nothing(folder: str, free: int, due: Due, tmp_path: Path) -> None:
    """With 0 and 8 KiB free it fills up in check_params and in search."""
    own_mounts = unshare("--mount")
    if not own_mounts:
        pytest.skip("an ordinary user may not mount a small disk here")
    (tmp_path / "kept").mkdir()
    (due.checkout.path / POLICIES).unlink()  # its room is needed
    command = [*own_mounts, "sh", "-c", FILL, "sh", folder, str(free), str(tmp_path / "kept")]
    done = due.checkout.run(*command)
    assert any(words in done.stderr for words in FULL), done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "kept/dvc.lock").read_bytes() == due.lock
    for name, content in due.results.items():
        assert (tmp_path / "kept" / name).read_bytes() == content, name
