"""Files between stages: read only when whole and plain, and written whole or not at all."""

import math
from pathlib import Path

import numpy as np
import pytest

from stages import artifacts, script


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "not a whole .npz file of plain arrays"),
        (b"PK\x03\x04 cut off", "not a whole .npz file of plain arrays"),
        (b"hello", "not a whole .npz file of plain arrays"),
        (None, "no such file; `dvc repro` makes it"),
    ],
)
def test_a_broken_file_is_refused(content: bytes | None, line: str, tmp_path: Path) -> None:
    file = tmp_path / "policies.npz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(script.InputError) as refusal:
        artifacts.load_arrays(str(file))
    assert str(refusal.value) == f"{file}: {line}"


def test_a_pickle_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "policies.npz"
    np.savez(file, weights=np.array([{"a": 1}], dtype=object))
    with pytest.raises(script.InputError, match="plain arrays"):
        artifacts.load_arrays(str(file))


def test_a_truncated_file_and_a_missing_array_are_refused(tmp_path: Path) -> None:
    file = str(tmp_path / "history.npz")
    artifacts.save_arrays(file, returns=np.arange(1000))
    assert artifacts.load_arrays(file, "returns")["returns"].tolist() == list(range(1000))
    with pytest.raises(script.InputError, match="needed are scores"):
        artifacts.load_arrays(file, "scores")
    whole = Path(file).read_bytes()
    for length in (10, len(whole) // 2, len(whole) - 5):
        Path(file).write_bytes(whole[:length])
        with pytest.raises(script.InputError, match="not a whole"):
            artifacts.load_arrays(file)


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
