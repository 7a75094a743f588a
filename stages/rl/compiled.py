"""How kernels are compiled and where the machine code is kept: said once, here.

A kernel is plain Python on scalars and arrays, compiled by numba. Without fastmath, numba neither
reorders sums nor fuses multiply and add, so a kernel gives the same bits on every processor.

numba's own cache looks only at the file that a kernel stands in: after an edit of a kernel that it
calls, the old machine code would run. So the cache lies in a folder named by a hash of every
source of this package and of the versions that compile it: change one, and the folder is new.
"""

import hashlib
import os
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import llvmlite
import numba
import numpy as np
from numba.core.caching import FunctionCache, UserProvidedCacheLocator

PACKAGE = Path(__file__).parent

if numba.config.DISABLE_JIT:  # type: ignore[attr-defined] # to look into kernels as they run
    # Machine words wrap around, as random numbers need it; NumPy would warn.
    warnings.filterwarnings("ignore", "overflow encountered", RuntimeWarning)

Function = TypeVar("Function", bound=Callable[..., object])

at = np.uint64  # an index that is never negative: numba need not look, and the loop fills registers


def fingerprint(package: Path = PACKAGE) -> str:
    """Hash of all that the kernels' machine code follows from, processor aside (numba's part)."""
    digest = hashlib.sha256()
    versions = sys.version, numba.__version__, llvmlite.__version__, np.__version__
    digest.update("\0".join(versions).encode())
    for source in sorted(package.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Where the machine code of these sources is kept; NUMBA_CACHE_DIR moves the folder above."""
    above = os.environ.get("NUMBA_CACHE_DIR") or PACKAGE.parents[1] / ".cache" / "numba"
    return Path(above) / fingerprint()


class Locator(UserProvidedCacheLocator):
    """Tells numba where to keep machine code: in one folder, wherever the sources lie.

    So clones, and the workspaces of queued experiments, can share what NUMBA_CACHE_DIR names.
    """

    @classmethod
    def from_function(cls, py_func: Callable[..., object], py_file: str) -> "Locator":
        """Name the place, also where nothing can be written there."""
        return cls(py_func, py_file)

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        """Leave out the sources' path, by which numba would tell clones apart."""
        del py_file
        return "kernels"


numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined] # set at import
numba.config.CACHE_LOCATOR_CLASSES = f"{__name__}.{Locator.__name__}"  # type: ignore[attr-defined] # the same


class Cache(FunctionCache):
    """numba's cache, without which work goes on where it cannot be read or written."""

    told = False

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Load machine code; None where there is none that can be read."""
        try:
            return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        except OSError:
            return None
        except Exception:  # damaged bytes raise many types in pickle
            with suppress(OSError):
                self.flush()  # type: ignore[no-untyped-call]
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep machine code; tell the first time that it cannot be kept."""
        try:
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]
        except OSError as error:
            if not Cache.told:
                Cache.told = True
                where = f"{os.path.relpath(cache_folder().parent)}: {error.strerror}"
                sys.stderr.write(f"{where}; so kernels are compiled each time\n")


def kernel(function: Function) -> Function:
    """Compile a function at its first call, or load its machine code from the cache.

    The global interpreter lock is released while it runs, so runs train side by side in threads.
    Division follows IEEE 754 (x / 0 is an infinity), not Python (an exception).
    """
    compiled: Any = numba.njit(nogil=True, error_model="numpy")(function)
    if not numba.config.DISABLE_JIT:  # type: ignore[attr-defined] # the same
        compiled._cache = Cache(function)  # type: ignore[no-untyped-call]
    return cast(Function, compiled)
