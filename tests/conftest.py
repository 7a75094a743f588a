"""Checkouts that many tests share."""

import os
from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest
from checkout import SMALL, Checkout
from filelock import FileLock
from hypothesis import settings

# The files that take longest come first, so that no processor idles at the end.
LONG = [
    "exercises",
    "faults",
    "own",
    "mutations",
    "experiments",
    "pipeline",
    "tour",
    "switching",
    "accepted",
    "verify",
    "declarations",
    "compiled",
    "cluster",
    "surroundings",
    "broken_environments",
    "refusals",
    "dvc_views",
    "reruns",
    "report",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests; those of a file stay together, in their order."""
    places = {f"test_{name}": place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONG)))


@pytest.fixture(autouse=True)
def _variables() -> Iterator[None]:
    """Leave the variables of the environment as they were: some stages settle theirs."""
    with patch.dict(os.environ):
        yield


# How long an example takes is the machine's affair; hypothesis would fail it beyond 0.2 s.
settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Checkout]:
    """Make fresh checkouts."""
    return lambda: Checkout(tmp_path_factory.mktemp("checkout")).fill()


@pytest.fixture(scope="session")
def reproduced(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Reproduce the whole pipeline from nothing, in one thread; tests leave it as they find it."""
    fresh = Checkout(tmp_path_factory.mktemp("reproduced"), cold=True).fill()
    fresh.repro(WORKERS="1")
    return fresh


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Checkout:
    """Run a pipeline with little to do; tests leave it as they find it.

    It is run once for all processes of pytest-xdist, and each of them has a copy.
    """
    own = tmp_path_factory.mktemp("small")
    shared = own if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    made, ready = Checkout(shared / "small"), shared / "small_is_ready"
    with FileLock(shared / "small_lock"):
        if not ready.exists():
            made.fill().edit("params.yaml", *SMALL.items())
            made.repro()
            ready.touch()
    return made.copied(own / "copy")
