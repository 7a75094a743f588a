"""Compiling: what numba cannot do is said in one line; what its options are for; threads."""

import os
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stages.rl.engine.compiling import Kernel, KernelError, kernel
from stages.rl.engine.machine_code import OPTIONS


@kernel
def greedy_direction(n: int, action: int) -> float:
    return np.eye(n)[action][0]


@kernel
def climb(parameters: Any, rate: float, gradient: Any) -> None:
    parameters += rate * gradient


@kernel
def climb_twice(parameters: Any, gradient: Any) -> None:
    climb(parameters, 2.0, gradient)


@kernel
def total(values: Any) -> float:
    return values.sum(axis=0, keepdims=True)[0]


ONES = np.ones(3)
WAYS_OUT = "; write a loop, or set NUMBA_DISABLE_JIT=1 to run without the compiler"


@pytest.mark.parametrize(
    ("call", "source", "reason"),
    [
        (lambda: greedy_direction(3, 1), "return np.eye(n)[action][0]", "makes a new array"),
        (lambda: climb(ONES, 0.1, ONES), "parameters += rate * gradient", "makes a new array"),
        (lambda: climb_twice(ONES, ONES), "parameters += rate * gradient", "makes a new array"),
        (lambda: total(ONES), "return values.sum(axis=0, keepdims=True)[0]", "does not have it"),
    ],
)
def test_what_numba_cannot_compile_is_told_in_one_line(
    call: Callable[[], Any], source: str, reason: str
) -> None:
    """With the line of the kernel that is meant, also where another kernel calls it."""
    with pytest.raises(KernelError) as caught:
        call()
    lines = Path(__file__).read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.strip() == source)
    told = str(caught.value)
    assert told.startswith(f"{os.path.relpath(__file__)}: line {line}: `{source}`: ")
    assert reason in told
    assert told.endswith(WAYS_OUT)
    assert "\n" not in told


@pytest.mark.parametrize("counted", [False, True])
def test_only_without_counted_references_no_kernel_counts_any(counted: bool) -> None:
    """Of `_nrt`, which numba does not document: with it Q-learning takes twice as long."""
    numba = import_module("numba")
    options = OPTIONS | ({"_nrt": True} if counted else {})

    def swapped(one: Any, other: Any, times: int) -> Any:
        for _ in range(times):
            one, other = other, one
        return one[0]

    compiled = numba.njit(**options)(swapped)
    assert compiled(ONES, 2.0 * ONES, 3) == 2.0
    (code,) = compiled.inspect_llvm().values()
    assert ("NRT_incref" in code) is counted


def test_threads_that_call_a_kernel_first_and_together_all_get_its_result() -> None:
    def tripled(x: float) -> float:
        return 3.0 * x

    triple, found = Kernel(tripled), []
    barrier = threading.Barrier(8)

    def call(x: int) -> None:
        barrier.wait()
        found.append(triple(float(x)))

    threads = [threading.Thread(target=call, args=(x,)) for x in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [3.0 * x for x in range(8)]
