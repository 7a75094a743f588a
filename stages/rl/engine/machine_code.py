"""How numba compiles kernels: with which options, what it keeps for later, and what it refuses.

Without fastmath, numba neither reorders sums nor fuses multiply and add, so a kernel gives the same
bits on every processor.
"""

import hashlib
import os
import re
import shutil
import sys
import traceback
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from linecache import getline
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import UserProvidedCacheLocator
from numba.extending import overload

PACKAGE = Path(__file__).parents[1]
# error_model: x / 0 is an infinity, not an exception. forceinline: to hand over an array, which is
# seven words, would cost more than what small kernels do. _nrt, which numba does not document:
# False counts no references to arrays, which would take half of Q-learning's time; in exchange a
# kernel cannot make an array.
OPTIONS: Any = {"error_model": "numpy", "forceinline": True, "_nrt": False}
ENTERED = OPTIONS | {"nogil": True, "no_cfunc_wrapper": True}  # from Python, in several threads
CALLED = OPTIONS | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}  # by kernels alone


def fingerprint(package: Path = PACKAGE) -> str:
    """Hash all that machine code follows from, processor aside, which numba distinguishes.

    Every source of stages/rl, as numba itself checks only the file that a kernel stands in.
    """
    versions = sys.version, version("numba"), version("llvmlite"), version("numpy")
    digest = hashlib.sha256("\0".join(versions).encode())
    for source in sorted(package.rglob("*.py")):
        name = source.relative_to(package).as_posix()
        digest.update(name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


class Locator(UserProvidedCacheLocator):
    """Where machine code is kept: in a place that clones share, if they share NUMBA_CACHE_DIR."""

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        """Name the folder of a module, in numba's CACHE_DIR."""
        return Path(py_file).parent.name


KEPT = Path(os.environ.get("NUMBA_CACHE_DIR") or PACKAGE.parents[1] / ".cache" / "numba")
config: Any = numba.config
config.CACHE_DIR = str(KEPT / fingerprint())  # so that no machine code is older than its sources
config.CACHE_LOCATOR_CLASSES = f"{__name__}.{Locator.__name__}"


def declare(callables: list[tuple[Any, Callable[..., Any]]]) -> None:
    """Tell numba what kernels may call: of each, which function is meant for types of arguments."""
    while callables:
        called, choose = callables[0]
        overload(called, jit_options=CALLED, strict=False)(choose)
        callables.pop(0)  # only now, as no other thread may compile what calls it before


def compiled(function: Callable[..., Any]) -> Any:
    """Return what numba compiles anew for each combination of types, or has kept."""
    if PACKAGE in Path(function.__code__.co_filename).parents:
        try:
            return numba.njit(**ENTERED, cache=True)(function)
        except RuntimeError:  # numba cannot write there
            say(f"{os.path.relpath(KEPT)}: cannot be written; so kernels are compiled each time\n")
    return numba.njit(**ENTERED)(function)


say = cache(sys.stderr.write)  # once


def compiled_anew(function: Callable[..., Any]) -> Any:
    """Do the same, but throw away all that is kept, and keep nothing of it."""
    shutil.rmtree(config.CACHE_DIR, ignore_errors=True)
    return numba.njit(**ENTERED)(function)


def cannot_read(error: Exception) -> bool:
    """Say whether numba raised an error as it read or wrote what is kept, before the kernel ran.

    Files may be damaged, or name a class that only the process that wrote them knows, such as an
    environment of a notebook.
    """
    files = (Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__))
    return any(file.parts[-3:] == ("numba", "core", "caching.py") for file in files)


def refusal(error: Exception, function: Callable[..., Any]) -> str:
    """Say in one line what numba says in seventy: the first place outside of numba is meant."""
    text = re.sub(r"\x1b\[\d+m", "", str(error))
    places = re.findall(r"(?:at|from) (\S+) \((\d+)\)", text)
    places += [(function.__code__.co_filename, function.__code__.co_firstlineno)]
    file, line = next(place for place in places if not place[0].startswith(numba.__path__[0]))
    reason = next(one for one in text.splitlines() if not one.startswith(("Failed in", "- Resol")))
    if "NRT required" in text or "Only accept returning of array" in text:
        reason = "it makes a new array or object"
    elif reason.startswith("No implementation of function"):
        reason = "numba does not have it, or not with these types"
    return (
        f"{os.path.relpath(file)}: line {line}: `{getline(file, int(line)).strip()}`: cannot be "
        f"compiled: {reason}; write a loop, or set NUMBA_DISABLE_JIT=1 to run without the compiler"
    )
