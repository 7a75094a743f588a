"""Kernels: plain functions on numbers and arrays, compiled when they are first called.

Whatever imports a kernel pays nothing for it: numba is loaded at a first call, and only then. With
NUMBA_DISABLE_JIT=1 it is not loaded at all and a kernel is the Python function that one reads, to
the same bits: one can print in it, and step through it.
"""

import os
import threading
import warnings
from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

from stages.rl.engine.call import kept, reraise

PLAIN = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")
if PLAIN:  # machine words wrap around, as random numbers need it; NumPy would warn
    warnings.filterwarnings("ignore", "overflow encountered", RuntimeWarning)

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
_lock = threading.Lock()  # threads that call a kernel first, together, compile it once


class Kernel(Generic[Arguments, Result]):
    """A function that is compiled at its first call."""

    def __init__(self, function: Callable[Arguments, Result]) -> None:
        self.function = function
        self._compiled: dict[bool, Callable[Arguments, Result]] = {}
        update_wrapper(self, function)

    def compiled(self, *, for_python: bool) -> Callable[Arguments, Result]:
        """Return the function for Python or for other kernels, which need no access from Python."""
        if PLAIN:
            return self.function
        if for_python not in self._compiled:
            from stages.rl.engine import machine_code  # noqa: PLC0415 # loads numba

            with _lock:
                if for_python not in self._compiled:
                    compiled = machine_code.dispatcher(self.function, for_python=for_python)
                    self._compiled[for_python] = compiled
        return self._compiled[for_python]

    def __call__(self, *arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
        """Call the compiled function."""
        result = self.compiled(for_python=True)(*arguments, **named)
        if kept.error is not None:
            reraise()
        return result


def kernel(function: Callable[Arguments, Result]) -> Kernel[Arguments, Result]:
    """Make a kernel of a function; other kernels may call it."""
    return Kernel(function)


class ByClass:
    """A function of which each class of its first argument can have its own implementation.

    Classes without one have the function itself. A kernel that calls it is compiled for the class
    at hand: no branch is left in it.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.default = Kernel(function)
        self.implementations: dict[type, Kernel[..., Any]] = {}
        update_wrapper(self, function)

    def implement(self, cls: type) -> Callable[[Callable[..., Any]], Kernel[..., Any]]:
        """Register what is decorated as the implementation for a class."""

        def register(function: Callable[..., Any]) -> Kernel[..., Any]:
            self.implementations[cls] = kernel(function)
            return self.implementations[cls]

        return register

    def of(self, cls: type) -> Kernel[..., Any]:
        """Return the implementation for a class."""
        return self.implementations.get(cls, self.default)

    def __call__(self, first: Any, *others: Any) -> Any:
        """Call the implementation for the class of the first argument."""
        return self.of(type(first))(first, *others)
