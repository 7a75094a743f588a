"""Kernels: plain functions on numbers and arrays, which numba compiles when they are first called.

A kernel works on numbers one by one, in loops, and makes no array: it fills in those that it gets.
numba is loaded at the first call, and only then. With NUMBA_DISABLE_JIT=1 a kernel is the Python
function that one reads, to the same bits: one can print in it, and step through it.

Without fastmath, numba neither reorders sums nor fuses multiply and add, so a kernel gives the same
bits on every processor.
"""

import hashlib
import os
import re
import shutil
import sys
import tempfile
import threading
import traceback
import warnings
from collections.abc import Callable
from functools import cache, singledispatch, update_wrapper
from importlib import import_module
from importlib.metadata import version
from linecache import getline
from pathlib import Path
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar

PLAIN = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")
if PLAIN:  # machine words wrap around, as random numbers need it; NumPy would warn
    warnings.filterwarnings("ignore", "overflow encountered", RuntimeWarning)

# error_model: x / 0 is an infinity, not an exception. forceinline: to hand over an array, which is
# seven words, would cost more than what small kernels do. _nrt, which numba does not document:
# False counts no references to arrays, which would take half of Q-learning's time; in exchange a
# kernel cannot make an array.
OPTIONS = {"error_model": "numpy", "forceinline": True, "_nrt": False}
PACKAGE = Path(__file__).parents[1]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
_lock = threading.Lock()  # threads that call a kernel first, together, compile it once
_undeclared: list[tuple[Any, Callable[..., Any]]] = []  # kernels that numba does not know yet


class KernelError(Exception):
    """A kernel that numba cannot compile: where and why, in one line."""


class Kernel(Generic[Arguments, Result]):
    """A function that is compiled at its first call. Other kernels may call it."""

    def __init__(self, function: Callable[Arguments, Result]) -> None:
        self.function = function
        self._compiled = function if PLAIN else None
        update_wrapper(self, function)
        _undeclared.append((self, lambda *_: function))

    def compiled(self) -> Callable[Arguments, Result]:
        """Return what numba compiles anew for each combination of types."""
        if self._compiled is None or (_undeclared and not PLAIN):
            with _lock:
                numba = import_numba()
                if self._compiled is None:  # nogil: runs train side by side in threads
                    ours = PACKAGE in Path(self.function.__code__.co_filename).parents
                    kept = ours and cache_folder() is not None
                    self._compiled = numba.njit(**OPTIONS, nogil=True, cache=kept)(self.function)
        return self._compiled

    def without_cache(self) -> Callable[Arguments, Result]:
        """Empty the folder of machine code, and do without it in this process."""
        with _lock:
            shutil.rmtree(cache_folder() or "", ignore_errors=True)
            self._compiled = import_numba().njit(**OPTIONS, nogil=True)(self.function)
        return self._compiled

    def __call__(self, *arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
        """Call the compiled function.

        Raises:
            KernelError: numba cannot compile it.
        """
        try:
            try:
                return self.compiled()(*arguments, **named)
            except Exception as error:
                if not of_the_cache(error):
                    raise
                return self.without_cache()(*arguments, **named)
        except Exception as error:
            if type(error).__module__ != "numba.core.errors":
                raise
            raise KernelError(refusal(error, self.function)) from None


kernel = Kernel  # the decorator


class ByClass:
    """A kernel with implementations by the class of its first argument: `functools.singledispatch`.

    A class without one has that of its nearest base, or else the function itself. A kernel that
    calls it is compiled for the class at hand: no branch is left in it.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.default = kernel(function)
        self.registry = singledispatch(self.default)
        update_wrapper(self, function)
        _undeclared.append((self, lambda first, *_: self.of(first.instance_class).function))

    def implement(self, cls: type) -> Callable[[Callable[..., Any]], Kernel[..., Any]]:
        """Register what is decorated as the implementation for a class."""
        return lambda function: self.registry.register(cls, kernel(function))  # type: ignore[return-value] # it returns what it registers

    def of(self, cls: type) -> Kernel[..., Any]:
        """Return the implementation for a class."""
        return self.registry.dispatch(cls)  # type: ignore[return-value] # the same

    def implemented_for(self, cls: type) -> bool:
        """Tell whether a class, or a base of it, has an implementation."""
        return self.of(cls) is not self.default

    def __call__(self, first: Any, *others: Any) -> Any:
        """Call the implementation for the class of the first argument."""
        return self.of(type(first))(first, *others)


def import_numba() -> Any:
    """Import numba, and tell it what a kernel calls when it calls another one."""
    numba: Any = import_module("numba")
    numba.config.CACHE_LOCATOR_CLASSES = f"{__name__}.{Locator.__name__}"
    while _undeclared:
        called, choose = _undeclared[0]
        numba.extending.overload(called, jit_options=OPTIONS, strict=False)(choose)
        _undeclared.pop(0)  # only now, as no other thread may compile what calls it before
    return numba


class Locator(NamedTuple):
    """Where numba keeps a function's machine code: as NUMBA_CACHE_LOCATOR_CLASSES would name it."""

    folder: str
    line: int

    @classmethod
    def from_function(cls, function: Callable[..., Any], file: str) -> "Locator":
        """Locate a function's machine code."""
        return cls(f"{cache_folder()}/{Path(file).parent.name}", function.__code__.co_firstlineno)

    def get_cache_path(self) -> str:
        """Return the folder."""
        return self.folder

    def ensure_cache_path(self) -> None:
        """Make the folder."""
        Path(self.folder).mkdir(parents=True, exist_ok=True)

    def get_source_stamp(self) -> str:
        """Return what tells sources from older ones: the folder's name does."""
        return ""

    def get_disambiguator(self) -> str:
        """Return what tells functions of one name apart."""
        return str(self.line)


@cache
def cache_folder() -> Path | None:
    """Make the folder of machine code, for all clones that NUMBA_CACHE_DIR is the same for.

    None where it cannot be written: kernels are then compiled each time.
    """
    above = Path(os.environ.get("NUMBA_CACHE_DIR") or PACKAGE.parents[1] / ".cache" / "numba")
    folder = above / fingerprint()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        where = os.path.relpath(above)
        sys.stderr.write(f"{where}: {error.strerror}; so kernels are compiled each time\n")
        return None
    return folder


def of_the_cache(error: Exception) -> bool:
    """Say whether numba raised it as it read or wrote machine code, before the kernel ran.

    Files may be damaged, or name a class that only the process that wrote them knows, such as an
    environment of a notebook.
    """
    files = (frame.filename for frame in traceback.extract_tb(error.__traceback__))
    return any(Path(file).parts[-3:] == ("numba", "core", "caching.py") for file in files)


def fingerprint(package: Path = PACKAGE) -> str:
    """Hash all that machine code follows from, processor aside, which numba tells apart.

    Every source of stages/rl, as numba itself looks only at the file that a kernel stands in.
    """
    versions = sys.version, version("numba"), version("llvmlite"), version("numpy")
    digest = hashlib.sha256("\0".join(versions).encode())
    for source in sorted(package.rglob("*.py")):
        name = source.relative_to(package).as_posix()
        digest.update(name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def refusal(error: Exception, function: Callable[..., Any]) -> str:
    """Say in one line what numba says in seventy: the first place outside of numba is meant."""
    text = re.sub(r"\x1b\[\d+m", "", str(error))
    places = re.findall(r"(?:at|from) (\S+) \((\d+)\)", text)
    places += [(function.__code__.co_filename, function.__code__.co_firstlineno)]
    numba = import_module("numba").__path__[0]
    file, line = next(place for place in places if not place[0].startswith(numba))
    reason = next(one for one in text.splitlines() if not one.startswith(("Failed in", "- Resol")))
    if "NRT required" in text or "Only accept returning of array" in text:
        reason = "it makes a new array or object"
    elif reason.startswith("No implementation of function"):
        reason = "numba does not have it, or not with these types"
    return (
        f"{os.path.relpath(file)}: line {line}: `{getline(file, int(line)).strip()}`: cannot be "
        f"compiled: {reason}; write a loop, or set NUMBA_DISABLE_JIT=1 to run without the compiler"
    )
