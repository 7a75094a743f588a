"""Checkouts that many tests share."""

from collections.abc import Callable

import pytest
from checkout import SMALL, Checkout
from hypothesis import settings

# The files that take longest come first, so that no processor idles at the end.
LONG = [
    "mutations",
    "pipeline",
    "verify",
    "experiments",
    "declarations",
    "accepted",
    "graph",
    "report",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests; those of a file stay together, in their order."""
    places = {f"test_{name}": place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONG)))


# How long an example takes is the machine's affair; hypothesis would fail it beyond 0.2 s.
settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Checkout]:
    """Make fresh checkouts."""
    return lambda: Checkout(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="session")
def reproduced(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Reproduce the whole pipeline from nothing, in one thread; tests leave it as they find it."""
    fresh = Checkout(tmp_path_factory.mktemp("reproduced"), cold=True)
    fresh.repro(WORKERS="1")
    return fresh


@pytest.fixture(scope="session")
def small(checkout: Callable[[], Checkout]) -> Checkout:
    """Run a pipeline with little to do; tests leave it as they find it."""
    fresh = checkout()
    fresh.edit("params.yaml", *SMALL.items())
    fresh.repro()
    return fresh
