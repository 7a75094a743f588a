"""The harness of `make verify`: its worst case holds, and it can fail."""

from collections.abc import Callable
from pathlib import Path

import pytest
from checkout import Checkout
from verify import VARIATIONS, difference

OLDEST = VARIATIONS["processor: all the oldest"]


@pytest.fixture(scope="module")
def recorded(checkout: Callable[[], Checkout]) -> Checkout:
    """The training of one agent, recorded on this processor."""
    fresh = checkout()
    fresh.repro("train_q_learning")
    fresh.commit()
    return fresh


def test_training_for_the_oldest_processor_changes_no_byte(recorded: Checkout) -> None:
    assert difference(recorded, OLDEST, "train_q_learning") == []


def test_a_sine_of_the_c_library_is_found_out(recorded: Checkout) -> None:
    """glibc's sine differs between processors in one value of a thousand, in its last bit.

    On a processor without FMA the mask changes nothing, and there is nothing to find out.
    """
    if "fma" not in Path("/proc/cpuinfo").read_text().split():
        pytest.skip("this processor has no FMA that could be masked")
    ours = "return _sin_near_zero(x), _cos_near_zero(x)"
    with recorded.edited("stages/rl/elementary.py", (ours, "return math.sin(x), math.cos(x)")):
        recorded.repro("train_q_learning")
        recorded.commit()
        assert difference(recorded, OLDEST, "train_q_learning") == [" M dvc.lock"]
