"""Past one machine: with RAY_ADDRESS set, runs train on a Ray cluster, to the same bytes.

The cluster is a real one: two nodes with a processor each, which listen on loopback alone. The
tests use it up, in this order: both nodes, then one that dies, then none.
"""

import os
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from subprocess import Popen
from tempfile import TemporaryDirectory
from typing import Any

import psutil
import pytest
from checkout import SMALL, Checkout, training
from linux import needs_linux, open_terminal

from stages.common import script

pytestmark = needs_linux

ON_LOOPBACK = {
    # Otherwise Ray takes 127.0.0.1 for the outer address of this machine.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "0",
}
NOTICE_SOON = {  # that a node is dead
    "health_check_initial_delay_ms": 0,
    "health_check_period_ms": 500,
    "health_check_timeout_ms": 1000,
    "health_check_failure_threshold": 2,
}
# Policy learning has enough to do to be disturbed half-way.
WORK = {**SMALL, "runs: 30": "runs: 20", "episodes: 1200  #": "episodes: 800  #"}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Start two nodes; stop what is left of them at the end."""
    node: Any = {"num_cpus": 1, "node_ip_address": "127.0.0.1", "object_store_memory": 80_000_000}
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory(prefix="ray") as folder:
        for name, value in ON_LOOPBACK.items():
            patch.setenv(name, value)
        patch.setenv("RAY_TMPDIR", folder)
        from ray.cluster_utils import Cluster  # noqa: PLC0415 # reads the environment

        started: Any = Cluster()
        try:
            started.add_node(include_dashboard=False, _system_config=NOTICE_SOON, **node)
            started.add_node(**node)
            yield started
        finally:
            started.shutdown()


@pytest.fixture(scope="module")
def work(checkout: Callable[[], Checkout]) -> Checkout:
    fresh = checkout()
    fresh.edit("params.yaml", *WORK.items())
    return fresh


@pytest.fixture(scope="module")
def by_threads(work: Checkout) -> dict[str, bytes]:
    """Train without a cluster."""
    for stage in ("search", "train_policy"):
        work.run(*command(stage, "threads"))
    return written(work, "threads")


def command(stage: str, folder: str) -> list[str]:
    return training(stage, f"{folder}/{stage}")


def written(work: Checkout, folder: str) -> dict[str, bytes]:
    root = work.path / folder
    files = [path for path in root.rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


@contextmanager
def half_way(work: Checkout, folder: str, address: str) -> Iterator[tuple[Popen[bytes], int]]:
    """Lend policy learning, a few of its runs done, and its terminal."""
    terminal, stage_side = open_terminal()
    stage = Popen(
        command("train_policy", folder),
        cwd=work.path,
        env=work.environment(RAY_ADDRESS=address),
        stdout=stage_side,
        stderr=stage_side,
    )
    os.close(stage_side)
    seen = b""
    try:
        while not re.search(rb"train_policy: .* ([2-9]|1[0-5])/20 ", seen):
            seen += os.read(terminal, 1000)
        yield stage, terminal
    finally:
        stage.kill()
        stage.wait()
        os.close(terminal)


def at_work(raylet: psutil.Process) -> bool:
    """See whether a node has a task of ours under way."""
    named = []
    for child in raylet.children():
        with suppress(psutil.NoSuchProcess):
            named += child.cmdline()[:1]
    return "ray::call" in named


def rest(terminal: int) -> str:
    """Read what a terminal shows until its last process has ended."""
    seen = b""
    try:
        while more := os.read(terminal, 1000):
            seen += more
    except OSError:  # how Linux tells the end of a terminal
        pass
    return seen.decode()


def test_two_nodes_give_the_same_bytes_as_threads(
    work: Checkout, by_threads: dict[str, bytes], cluster: Any
) -> None:
    work.run(*command("search", "nodes"), RAY_ADDRESS=cluster.address)
    found = written(work, "nodes")
    assert len(found) == 4
    assert found == {name: by_threads[name] for name in found}


def test_tuning_finds_the_same_there(work: Checkout, cluster: Any) -> None:
    tune = [sys.executable, "-m", "stages.tune", "--agent", "search", "--trials", "3", "--storage"]
    told = [
        work.run(*tune, storage, **address).stdout.split(" cut short; ")
        for storage, address in (("here", {}), ("there", {"RAY_ADDRESS": cluster.address}))
    ]
    assert told[0][0] == told[1][0]
    assert told[0][1].partition("\n")[2] == told[1][1].partition("\n")[2]  # all but the time


def test_a_node_that_dies_at_work_changes_no_byte(
    work: Checkout, by_threads: dict[str, bytes], cluster: Any
) -> None:
    second = cluster.list_all_nodes()[1]
    raylet = psutil.Process(second.all_processes["raylet"][0].process.pid)
    with half_way(work, "survivor", cluster.address) as (stage, terminal):
        end = time.monotonic() + 10.0
        while not at_work(raylet):  # between two runs it may be idle for a moment
            assert time.monotonic() < end
        cluster.remove_node(second, allow_graceful=False)
        rest(terminal)
        assert stage.wait(timeout=60) == 0
    found = written(work, "survivor")
    assert len(found) == 4
    assert found == {name: by_threads[name] for name in found}


def test_a_cluster_that_goes_away_is_told_in_one_line(work: Checkout, cluster: Any) -> None:
    address = cluster.address
    with half_way(work, "lost", address) as (stage, terminal):
        cluster.shutdown()
        start = time.monotonic()
        shown = rest(terminal)
        assert stage.wait(timeout=60) == 1
        assert time.monotonic() - start < 15.0
    assert "Traceback" not in shown
    assert f"environment: RAY_ADDRESS: {address}: " in shown
    assert not (work.path / "lost" / "train_policy" / "policies.npz").exists()


# Refusals


@pytest.fixture
def silent() -> Iterator[str]:
    """Lend the address of a port that takes whoever comes and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def refused(address: str, patch: pytest.MonkeyPatch) -> str:
    """Return the refusal of an address, which must come within seconds."""
    patch.setenv("RAY_ADDRESS", address)
    start = time.monotonic()
    with pytest.raises(script.InputError) as told:
        script.ray_address()
    assert time.monotonic() - start < 6.0
    return str(told.value)


@pytest.mark.parametrize(
    "address", ["auto", "local", "ray://127.0.0.1:10001", "127.0.0.1", "127.0.0.1:65536", ":1", " "]
)
def test_an_address_is_host_and_port(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    line = f"environment: RAY_ADDRESS: is {address!r}; give host:port, or unset it"
    assert refused(address, monkeypatch) == line


def test_nobody_at_the_address_is_told_before_any_result_is_lost(work: Checkout) -> None:
    """Port 1 is nobody's. The stage that asks first is the one that checks the parameters."""
    check = [sys.executable, "-m", "stages.check_params"]
    check += ["--schema", "schema.json", "--passed", "passed.json"]
    line = (
        "environment: RAY_ADDRESS: no Ray at 127.0.0.1:1: Connection refused; "
        "start one, or unset this\n"
    )
    for asked in (check, command("search", "refused")):
        start = time.monotonic()
        assert work.run(*asked, status=1, RAY_ADDRESS="127.0.0.1:1").stderr == line
        assert time.monotonic() - start < 10.0


def test_a_name_that_no_host_has_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no Ray at a..b:6379: " in refused("a..b:6379", monkeypatch)


def test_a_port_that_is_not_rays_is_told(silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    line = f"environment: RAY_ADDRESS: no Ray at {silent}: timed out; start one, or unset this"
    assert refused(silent, monkeypatch) == line


def test_without_ray_the_line_tells_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "find_spec", lambda _: None)
    assert refused("127.0.0.1:6379", monkeypatch) == (
        "environment: RAY_ADDRESS: needs Ray; "
        "`pip install --require-hashes -r requirements-ray.txt`, or unset it"
    )
