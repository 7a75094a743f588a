"""Kernels: plain functions on numbers and arrays, which numba compiles when they are first called.

A kernel works on numbers one by one, in loops, and makes no array: it fills in those that it gets.
With NUMBA_DISABLE_JIT=1 it runs as the Python function that it is, to the same bits: one can print
in it, and step through it. numba is imported at the first call, and only then (`machine_code`).
"""

import os
import threading
import warnings
from collections.abc import Callable
from functools import singledispatch, update_wrapper
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

if TYPE_CHECKING:
    from functools import _SingleDispatchCallable

PLAIN = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")
if PLAIN:  # machine words wrap around, as random numbers need it; NumPy would warn
    warnings.filterwarnings("ignore", "overflow encountered", RuntimeWarning)

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
_lock = threading.Lock()  # of threads that call a kernel first, together, one compiles it
# What kernels may call, and which function is meant for arguments of some types: new to numba.
_undeclared: list[tuple[Any, Callable[..., Any]]] = []


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
        """Return what is called: without the compiler the function itself."""
        if self._compiled is None or (_undeclared and not PLAIN):
            from stages.rl.engine import machine_code  # noqa: PLC0415 # it imports numba

            with _lock:
                machine_code.declare(_undeclared)
                self._compiled = self._compiled or machine_code.compiled(self.function)
        return self._compiled

    def __call__(self, *arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
        """Call the compiled function.

        Raises:
            KernelError: numba cannot compile it.
        """
        try:
            return self.compiled()(*arguments, **named)
        except Exception as error:
            if PLAIN:
                raise
            from stages.rl.engine import machine_code  # noqa: PLC0415 # it imports numba

            if machine_code.cannot_read(error):
                machine_code.throw_away()
                self._compiled = machine_code.compiled(self.function, keep=False)
                return self(*arguments, **named)
            if machine_code.cannot_compile(error):
                raise KernelError(machine_code.refusal(error, self.function)) from None
            raise


kernel = Kernel  # the decorator


def by_class(function: Callable[..., Any]) -> "_SingleDispatchCallable[Any]":
    """Make a function that has an implementation for each class of its first argument.

    It is `functools.singledispatch`, for kernels too: `@step.register(CartPole)` registers what is
    below as the `step` of CartPole and of classes that inherit from it; all others have `function`.
    A kernel is compiled for the class at hand: no branch is left in it.
    """
    generic = singledispatch(function)
    _undeclared.append((generic, lambda first, *_: generic.dispatch(first.instance_class)))
    return generic
