"""Checkouts that many tests share."""

import os
from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest
from checkout import SMALL, Checkout
from filelock import FileLock
from hypothesis import settings


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
def small(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Checkout:
    """Run a pipeline with little to do, once for all processes; tests only read it."""
    above = tmp_path_factory.getbasetemp()
    shared = above if worker_id == "master" else above.parent
    made, ready = Checkout(shared / "small"), shared / "small_is_ready"
    with FileLock(shared / "small_lock"):
        if not ready.exists():
            made.fill().edit("params.yaml", *SMALL.items())
            made.repro()
            ready.touch()
    return made


@pytest.fixture(scope="module")
def scratch(small: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Copy the small pipeline with its cache, for the tests of a module that change it."""
    return small.copied(tmp_path_factory.mktemp("scratch") / "checkout")
