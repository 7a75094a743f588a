"""Calls from kernels back into Python: of a function of one whole number, by its address.

An exception cannot cross machine code. So it is kept, further calls do nothing, and it is raised
again as soon as the kernel is done, by whoever called the kernel: see `stages.rl.engine.kernels`.
"""

import ctypes
import threading
from collections.abc import Callable
from typing import Any, SupportsInt

SIGNATURE = ctypes.CFUNCTYPE(None, ctypes.c_int64)


class Kept(threading.local):
    """What a call from a kernel of this thread has raised."""

    error: BaseException | None = None


kept = Kept()


def callback(function: Callable[[int], None]) -> Any:
    """Make a C function of a Python function; as long as it is kept, its address can be called."""

    def guarded(number: int) -> None:
        try:
            if kept.error is None:
                function(number)
        except BaseException as error:  # Ctrl-C as well
            kept.error = error

    return SIGNATURE(guarded)


def address_of(c_function: Any) -> int:
    """Return the address of a C function."""
    return int(ctypes.cast(c_function, ctypes.c_void_p).value or 0)


def call(address: int, number: SupportsInt) -> None:
    """Call the function at an address, in a kernel or without one."""
    SIGNATURE(address)(int(number))


def reraise() -> None:
    """Raise what was kept."""
    error, kept.error = kept.error, None
    if error is not None:
        raise error
