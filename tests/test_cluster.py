"""With RAY_ADDRESS set, runs train on a Ray cluster, to the same bytes.

The cluster is a real one: two nodes with a processor each, which listen on loopback alone.
"""

import sys
from collections.abc import Iterator
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from checkout import Checkout
from linux import needs_linux

from stages import workers
from stages.common.script import InputError

ON_LOOPBACK = {
    # Otherwise Ray takes 127.0.0.1 for the outer address of this machine.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "0",
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Start two nodes; stop them at the end."""
    node: Any = {"num_cpus": 1, "node_ip_address": "127.0.0.1", "object_store_memory": 80_000_000}
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory(prefix="ray") as folder:
        for name, value in ON_LOOPBACK.items():
            patch.setenv(name, value)
        patch.setenv("RAY_TMPDIR", folder)
        from ray.cluster_utils import Cluster  # noqa: PLC0415 # reads the environment

        cluster: Any = Cluster()
        try:
            cluster.add_node(include_dashboard=False, **node)
            cluster.add_node(**node)
            yield cluster.address
        finally:
            cluster.shutdown()


@needs_linux
@pytest.mark.slow
def test_two_nodes_give_the_same_bytes_as_threads(scratch: Checkout, address: str) -> None:
    before = scratch.results()
    stages = ["search", "train_q_learning", "robustness"]
    assert scratch.repro("--force", "--single-item", *stages, RAY_ADDRESS=address) == stages
    assert scratch.results() == before
    tune = [sys.executable, "-m", "stages.tune", "--agent", "random_search", "--trials", "3"]
    here, there = (scratch.run(*tune, RAY_ADDRESS=at).stdout for at in ("", address))
    assert here.split("further runs")[1] == there.split("further runs")[1]


@pytest.mark.parametrize("address", ["auto", "ray://127.0.0.1:10001", "127.0.0.1:1", "a:99999"])
def test_a_bad_address_is_refused_in_one_line(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", address)
    monkeypatch.setattr(workers, "find_spec", lambda _: True)
    with pytest.raises(InputError, match=r"^environment: RAY_ADDRESS: no Ray at .*") as refusal:
        workers.pool()
    assert str(refusal.value).endswith("; give host:port, or unset it")
    assert "\n" not in str(refusal.value)
    monkeypatch.setattr(workers, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"needs Ray; `pip install .*-r requirements-ray.txt`"):
        workers.pool()
