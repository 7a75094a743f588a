"""Files between stages: read only when whole and plain, and written whole or not at all."""

import math
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stages.common import artifacts, script


def test_arrays_are_read_as_they_were_written(tmp_path: Path) -> None:
    file = str(tmp_path / "history.npz")
    artifacts.save_arrays(file, returns=np.arange(3), steps=np.array(7.5))
    assert list(artifacts.load_arrays(file)) == ["returns", "steps"]
    read = artifacts.load_arrays(file, "steps")
    assert list(read) == ["steps"]
    assert read["steps"].item() == 7.5


def test_a_file_of_arrays_holds_nothing_of_the_python_or_the_system_that_wrote_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its every byte: local header, array, central directory (APPNOTE.TXT, section 4.3)."""
    file = tmp_path / "steps.npz"
    header = b"{'descr': '|i1', 'fortran_order': False, 'shape': (2,), }"
    array = b"\x93NUMPY\x01\x00v\x00" + header.ljust(117) + b"\n" + b"\x07\x08"
    monkeypatch.setattr(sys, "platform", "win32")  # zipfile looks at it
    artifacts.save_arrays(str(file), steps=np.array([7, 8], np.int8))
    # Version 2.0, no flags, stored, 1 January 1980; then CRC, sizes, and the lengths of the names.
    entry = struct.pack("<5H3L2H", 20, 0, 0, 0, 33, zlib.crc32(array), 130, 130, 9, 0)
    local = b"PK\3\4" + entry + b"steps.npy" + array
    unix, rest = struct.pack("<BB", 20, 3), struct.pack("<3H2L", 0, 0, 0, 0o600 << 16, 0)
    central = b"PK\1\2" + unix + entry + rest + b"steps.npy"
    end = struct.pack("<4H2LH", 0, 0, 1, 1, len(central), len(local), 0)
    assert file.read_bytes() == local + central + b"PK\5\6" + end


DAMAGE = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4)


@given(damage=DAMAGE)
@example(damage=[(4, 200)])  # NotImplementedError: a version of zip
@example(damage=[(6, 1)])  # RuntimeError: encrypted
def test_a_damaged_file_is_read_whole_or_refused(
    damage: list[tuple[int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """zipfile and NumPy have seven exceptions for damaged bytes; a user meets one line."""
    file = tmp_path_factory.getbasetemp() / "damaged.npz"
    returns = np.arange(12)
    artifacts.save_arrays(str(file), returns=returns)
    content = bytearray(file.read_bytes())
    for place, byte in damage:
        content[place % len(content)] = byte
    file.write_bytes(content)
    try:
        read = artifacts.load_arrays(str(file), "returns")
    except script.InputError as refusal:
        told = str(refusal)
    else:
        told = f"{file}: "
        assert read["returns"].tolist() == returns.tolist()
    assert told.startswith(f"{file}: ")
    assert len(told.splitlines()) == 1


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "metrics.json"
    artifacts.save_json(str(file), {"runs": 1})
    before = file.read_bytes()
    with pytest.raises(ValueError, match="Out of range float"):
        artifacts.save_json(str(file), {"runs": math.nan})

    def interrupted() -> None:
        with artifacts.writing(str(file)) as half:
            half.write(b"{")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]
