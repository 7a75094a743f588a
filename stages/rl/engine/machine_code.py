"""How kernels become machine code, and where it is kept: all that knows numba stands here.

Without fastmath, numba neither reorders sums nor fuses multiply and add, so a kernel gives the same
bits on every processor.

numba's own cache looks only at the file that a kernel stands in: after an edit of a kernel that it
calls, the old machine code would run. So the cache lies in a folder named by a hash of every
source of the science and of the versions that compile it: change one, and the folder is new.
"""

import hashlib
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numpy as np
from llvmlite import ir
from numba.core.caching import FunctionCache, IndexDataCacheFile, UserProvidedCacheLocator
from numba.core.compiler import Compiler
from numba.core.typing.templates import AbstractTemplate
from numba.extending import intrinsic, overload, typeof_impl

from stages.rl.engine.call import call
from stages.rl.engine.kernels import ByClass, Kernel

PACKAGE = Path(__file__).parents[1]


def fingerprint(package: Path = PACKAGE) -> str:
    """Hash of all that the kernels' machine code follows from, processor aside (numba's part)."""
    digest = hashlib.sha256()
    versions = sys.version, numba.__version__, llvmlite.__version__, np.__version__
    digest.update("\0".join(versions).encode())
    for source in sorted(package.rglob("*.py")):
        name = source.relative_to(package).as_posix()
        digest.update(name.encode() + b"\0" + source.read_bytes() + b"\0")
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
        """Name a folder for each folder of sources, without the path by which clones differ."""
        return Path(py_file).parent.name


numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined] # set at import
numba.config.CACHE_LOCATOR_CLASSES = f"{__name__}.{Locator.__name__}"  # type: ignore[attr-defined] # the same


class Cache(FunctionCache):
    """numba's cache, without which work goes on where it cannot be read or written."""

    told = False

    def __init__(self, function: Callable[..., Any], *, for_python: bool) -> None:
        super().__init__(function)  # type: ignore[no-untyped-call]
        if not for_python:  # lie beside those that Python can call
            locator = self._impl.locator
            self._cache_file = IndexDataCacheFile(  # type: ignore[no-untyped-call]
                cache_path=self._cache_path,
                filename_base=f"inner-{self._impl.filename_base}",
                source_stamp=locator.get_source_stamp(),
            )

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


class Inlined(Compiler):
    """Compiles a kernel for other kernels: it is inlined, and optimised where it is called.

    Calls would cost more than what small kernels do: an array is handed over as seven words.
    """

    def define_pipelines(self) -> Any:
        """Have code that is not optimised on its own: that would be half of LLVM's work."""
        state: Any = self.state
        state.library = state.targetctx.codegen().create_library(state.func_id.func_qualname)
        state.library.enable_object_caching()
        state.library._optimize_final_module = lambda: None
        return super().define_pipelines()  # type: ignore[no-untyped-call] # numba's


def dispatcher(function: Callable[..., Any], *, for_python: bool) -> Any:
    """Compile a function at its first call, or load its machine code from the cache.

    The global interpreter lock is released while it runs, so runs train side by side in threads.
    Division follows IEEE 754 (x / 0 is an infinity), not Python (an exception).
    """
    decorator: Any = numba.njit  # its types know not all of its options
    compiled = decorator(
        nogil=True,
        error_model="numpy",
        _nrt=False,
        no_cfunc_wrapper=True,
        no_cpython_wrapper=not for_python,
        forceinline=not for_python,
        pipeline_class=Compiler if for_python else Inlined,
    )(function)
    compiled._cache = Cache(function, for_python=for_python)
    return compiled


@typeof_impl.register(Kernel)
def _(kernel: Kernel[..., Any], context: object) -> Any:
    """Tell numba what a kernel is that another one calls."""
    del context
    return numba.types.Dispatcher(kernel.compiled(for_python=False))


@typeof_impl.register(ByClass)
def _(function: ByClass, context: object) -> Any:
    """Tell numba which implementation is called: that for the class of the first argument."""
    del context

    class Choice(AbstractTemplate):
        key = function

        def generic(self, arguments: Any, named: Any) -> Any:
            implementation: Any = function.of(arguments[0].instance_class)
            self.chosen = numba.types.Dispatcher(implementation.compiled(for_python=False))
            return self.chosen.get_call_type(self.context, arguments, named)

        def get_impl_key(self, signature: Any) -> Any:
            return self.chosen.get_impl_key(signature)

    return numba.types.Function(Choice)


@overload(call, strict=False)  # whose annotations need not be those of the lambda, which has none
def _(address: Any, number: Any) -> Any:
    """Tell numba how a function is called by its address."""
    del address, number
    return lambda address, number: _call(address, numba.int64(number))  # type: ignore[call-arg] # numba gives the context


@intrinsic
def _call(typing_context: Any, address: Any, number: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del signature
        word = ir.IntType(64)
        function = ir.FunctionType(ir.VoidType(), [word]).as_pointer()
        builder.call(builder.inttoptr(arguments[0], function), [arguments[1]])
        return context.get_dummy_value()

    del typing_context
    return numba.types.none(address, number), generate
