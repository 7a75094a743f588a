"""Past one machine: with RAY_ADDRESS set, runs train on a Ray cluster, to the same bytes.

The cluster is a real one: two nodes with a processor each, which listen on loopback alone.
"""

import sys
import time
from collections.abc import Callable, Iterator
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from checkout import SMALL, Checkout, training
from linux import needs_linux

pytestmark = [needs_linux, pytest.mark.slow]

ON_LOOPBACK = {
    # Otherwise Ray takes 127.0.0.1 for the outer address of this machine.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "0",
}


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
            started.add_node(include_dashboard=False, **node)
            started.add_node(**node)
            yield started
        finally:
            started.shutdown()


@pytest.fixture(scope="module")
def work(checkout: Callable[[], Checkout]) -> Checkout:
    fresh = checkout()
    fresh.edit("params.yaml", *SMALL.items())
    return fresh


@pytest.fixture(scope="module")
def by_threads(work: Checkout) -> dict[str, bytes]:
    """Train without a cluster."""
    work.run(*command("search", "threads"))
    return written(work, "threads")


def command(stage: str, folder: str) -> list[str]:
    return training(stage, f"{folder}/{stage}")


def written(work: Checkout, folder: str) -> dict[str, bytes]:
    root = work.path / folder
    files = [path for path in root.rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


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


def test_nobody_at_the_address_is_refused_before_any_result_is_lost(work: Checkout) -> None:
    """Port 1 is nobody's. The stage that asks first is the one that checks the parameters."""
    check = [sys.executable, "-m", "stages.check_params"]
    check += ["--schema", "schema.json", "--passed", "passed.json"]
    line = (
        "environment: RAY_ADDRESS: no Ray at 127.0.0.1:1: Connection refused; "
        "start one, or unset this\n"
    )
    start = time.monotonic()
    assert work.run(*check, status=1, RAY_ADDRESS="127.0.0.1:1").stderr == line
    assert time.monotonic() - start < 10.0
