"""The harness of `make verify`: its hardest cases hold on a small pipeline, and it can fail."""

from pathlib import Path

import pytest
from checkout import Checkout
from linux import needs_linux
from variations import VARIATIONS, Variation, shell, with_options
from verify import difference, lacking, modified

pytestmark = needs_linux

OLDEST = VARIATIONS["processor: all the oldest"]
ELSEWHERE = "umask 077; exec env -i TZ=Pacific/Kiritimati LC_ALL=C WORKERS=7"
EVERYTHING_ELSE = Variation(
    within=shell(f'{ELSEWHERE} PATH="$PATH" NUMBA_CACHE_DIR="$NUMBA_CACHE_DIR" "$@"')
)


@pytest.fixture(scope="module")
def recorded(small: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A small pipeline, and the default training of one agent, recorded on this processor."""
    own = small.copied(tmp_path_factory.mktemp("recorded") / "checkout")
    own.commit()
    own.git("branch", "small")
    own.git("checkout", "HEAD~1", "--", "params.yaml")  # as the project has them
    own.repro("train_q_learning")
    own.commit()
    own.git("branch", "whole")
    return own


@pytest.mark.parametrize("variation", [OLDEST, EVERYTHING_ELSE], ids=["oldest", "elsewhere"])
def test_the_small_pipeline_changes_no_byte(variation: Variation, recorded: Checkout) -> None:
    recorded.git("switch", "--quiet", "small")
    assert difference(recorded, variation) == []


def test_training_for_the_oldest_processor_changes_no_byte(recorded: Checkout) -> None:
    recorded.git("switch", "--quiet", "whole")
    assert difference(recorded, OLDEST, "train_q_learning") == []


def test_a_sine_of_the_c_library_is_found_out(recorded: Checkout) -> None:
    """glibc's sine differs between processors in one value of a thousand, in its last bit.

    On a processor without FMA the mask changes nothing, and there is nothing to find out.
    """
    if "fma" not in Path("/proc/cpuinfo").read_text().split():
        pytest.skip("this processor has no FMA that could be masked")
    recorded.git("switch", "--quiet", "whole")
    ours = "return sine, cosine"
    with recorded.edited(
        "stages/rl/engine/elementary.py", (ours, "return math.sin(x), math.cos(x)")
    ):
        recorded.repro("train_q_learning")
        recorded.commit()
        assert difference(recorded, OLDEST, "train_q_learning") == [" M dvc.lock"]
        assert "data/train/q_learning/policies.npz" in modified(recorded)


def test_what_a_machine_lacks_is_named() -> None:
    assert lacking(Variation(needs=("sh", "/etc/passwd"))) == []
    assert lacking(Variation(needs=("sh", "no-such-command", "+no-such-feature", "/no/such"))) == [
        "no-such-command",
        "+no-such-feature",
        "/no/such",
    ]


def test_a_stand_in_for_python_runs_what_asks_for_python_if_it_is_what_it_should_be(
    tmp_path: Path,
) -> None:
    here = Checkout(tmp_path)
    asked = ("python", "-E", "-c", "import sys; print(sys.flags.optimize)")
    assert here.run(*with_options("-OO", "optimize", "2").within, *asked).stdout == "2\n"
    told = here.run(*with_options("-O", "optimize", "2").within, *asked, status=1)
    assert told.stderr == "sys.flags.optimize is not 2\n"
    assert told.stdout == ""
