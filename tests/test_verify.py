"""The harness of `make verify` can fail: a sine of the C library is found out."""

from pathlib import Path

import pytest
from checkout import Checkout
from linux import needs_linux
from variations import VARIATIONS
from verify import difference, modified

pytestmark = [needs_linux, pytest.mark.slow]


def test_a_sine_of_the_c_library_is_found_out(small: Checkout, tmp_path: Path) -> None:
    """glibc's sine differs between processors in one value of a thousand, in its last bit.

    On a processor without FMA the mask changes nothing, and there is nothing to find out.
    """
    if "fma" not in Path("/proc/cpuinfo").read_text().split():
        pytest.skip("this processor has no FMA that could be masked")
    own = small.copied(tmp_path / "checkout")
    own.git("checkout", "HEAD", "--", "params.yaml")  # the default training is long enough
    ours, theirs = "return sine, cosine", "return math.sin(x), math.cos(x)"
    own.edit("stages/rl/engine/elementary.py", (ours, theirs))
    own.repro("train_q_learning")
    own.commit()
    oldest = VARIATIONS["processor: all the oldest"]
    assert difference(own, oldest, "train_q_learning") == [" M dvc.lock"]
    assert "data/train/q_learning/policies.npz" in modified(own)
