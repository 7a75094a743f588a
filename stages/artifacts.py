"""Reading and writing what passes between stages.

A file is written under a temporary name and renamed when it is whole, so a stage that is killed
leaves nothing half-written under a final name. Arrays hold plain numbers, never pickles.
"""

import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from stages.script import InputError


@contextmanager
def writing(path: str) -> Iterator[BinaryIO]:
    """Open a file that appears under its name only when the block ends without an exception."""
    partial = Path(f"{path}.partial")  # always the same: what a killed stage left is overwritten
    partial.parent.mkdir(parents=True, exist_ok=True)
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


@contextmanager
def blaming(path: str) -> Iterator[None]:
    """Turn a ValueError about the content of a file into the one line that names the file."""
    try:
        yield
    except ValueError as error:
        raise InputError(f"{path}: holds {error}; `dvc repro` makes it anew") from None


def save_arrays(path: str, **arrays: NDArray[Any]) -> None:
    """Write named arrays (uncompressed, so the bytes depend on no zlib)."""
    with writing(path) as file:
        np.savez(file, allow_pickle=False, **arrays)


def load_arrays(path: str, *names: str) -> dict[str, NDArray[Any]]:
    """Read the named arrays of a file, or all of them.

    Raises:
        InputError: not such a file, or without one of the names.
    """
    try:
        with Path(path).open("rb") as file, np.load(file, allow_pickle=False) as content:
            arrays = {name: content[name] for name in names or content.files}
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; `dvc repro` makes it") from None
    except KeyError as error:
        raise InputError(f"{path}: {error.args[0]}; needed are {', '.join(names)}") from None
    except (ValueError, EOFError, TypeError, AttributeError, zipfile.BadZipFile):
        raise InputError(f"{path}: not a whole .npz file of plain arrays") from None
    return arrays


def save_json(path: str, content: Mapping[str, Any]) -> None:
    """Write a mapping as JSON, one key a line."""
    with writing(path) as file:
        file.write((json.dumps(content, indent=2, allow_nan=False) + "\n").encode())


def save_bytes(path: str, content: bytes) -> None:
    """Write a file that is already encoded."""
    with writing(path) as file:
        file.write(content)
