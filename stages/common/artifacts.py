"""Reading and writing what passes between stages.

A file is written under a temporary name and renamed when it is whole, so a stage that is killed
leaves nothing half-written under a final name. Arrays hold plain numbers, never pickles.
"""

import io
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from stages.common.script import InputError

UNIX = 3  # the system that made a file, in a zip archive (APPNOTE.TXT, section 4.4.2)


def prepare(*paths: str) -> None:
    """Find out whether outputs can be written, before any work is done; OSError where not.

    What an earlier process left half-written, when it was killed, is removed.
    """
    for path in map(Path, paths):
        _partial(str(path)).touch()
        for left in path.parent.glob(f"{path.name}.*.partial"):
            left.unlink()


@contextmanager
def writing(path: str) -> Iterator[BinaryIO]:
    """Open a file that appears under its name only when the block ends without an exception."""
    partial = _partial(path)
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(path)
    except BaseException as error:
        partial.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = path  # a full disk fails at a write, which knows no name
        raise


def _partial(path: str) -> Path:
    """Name the file to write first, in its folder.

    Each process has its own: a stage whose dvc was killed may still run beside its successor.
    """
    partial = Path(f"{path}.{os.getpid()}.partial")
    partial.parent.mkdir(parents=True, exist_ok=True)
    return partial


def save_arrays(path: str, **arrays: NDArray[Any]) -> None:
    """Write named arrays, as `numpy.savez` does, but to the same bytes everywhere.

    Uncompressed, so no zlib matters. The sizes are known before an entry is written: what zipfile
    notes of an entry of unknown size, as NumPy writes them, changed with Python 3.11.4. The date
    stays at zipfile's first, in 1980, and the system at Unix.
    """
    with writing(path) as file, zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy")
            entry.create_system = UNIX
            archive.writestr(entry, content.getvalue())


def load_bytes(path: str) -> bytes:
    """Read a whole file.

    Raises:
        InputError: no such file.
    """
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; `dvc repro` makes it") from None


def load_arrays(path: str, *names: str) -> dict[str, NDArray[Any]]:
    """Read the named arrays of a file, or all of them.

    Raises:
        InputError: not such a file, or without one of the names.
    """
    content = io.BytesIO(load_bytes(path))
    try:
        with np.load(content, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except Exception:  # damaged bytes raise many types in zipfile and NumPy, TokenError among them
        raise InputError(f"{path}: not a whole .npz file of plain arrays") from None
    missing = [name for name in names if name not in arrays]
    if missing:
        raise InputError(f"{path}: no array {', '.join(missing)}; needed are {', '.join(names)}")
    return {name: arrays[name] for name in names or arrays}


def load_json(path: str) -> Any:
    """Read a JSON file.

    Raises:
        InputError: no such file, or not JSON.
    """
    try:
        return json.loads(load_bytes(path))
    except ValueError:
        raise InputError(f"{path}: not JSON; `dvc repro` makes it anew") from None


def save_json(path: str, content: Mapping[str, Any]) -> None:
    """Write a mapping as JSON, one key a line."""
    with writing(path) as file:
        file.write((json.dumps(content, indent=2, allow_nan=False) + "\n").encode())


def save_bytes(path: str, content: bytes) -> None:
    """Write a file that is already encoded."""
    with writing(path) as file:
        file.write(content)
