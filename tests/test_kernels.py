"""Kernels: the same bits without the compiler, nothing compiled too early, no slip in memory."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pytest
from checkout import ROOT
from settings import AGENTS, brief, train
from tasks import acrobot, cartpole, frozen_lake, glider, mountain_car

from stages.rl.agents import q_learning
from stages.rl.engine.kernels import ByClass, Kernel, kernel
from stages.rl.policies.linear import choose

# Every agent in an environment of each kind, and the other equations once.
BRIEF = [*product(AGENTS, [cartpole(60), frozen_lake(), glider()])]
BRIEF += [(q_learning.AGENT, acrobot(30)), (q_learning.AGENT, mountain_car(30))]


def digests() -> dict[str, str]:
    """Train briefly; return a hash of all arrays."""
    found = {}
    for agent, task in BRIEF:
        digest = hashlib.sha256()
        *arrays, checkpoints = train(agent, brief(agent, task), task, runs=1)
        kept: tuple[Any, ...] = (*arrays, *checkpoints)
        for array in kept:
            digest.update(f"{array.dtype} {array.shape}".encode() + array.tobytes())
        found[f"{agent.name} {task.id}"] = digest.hexdigest()
    return found


DIGESTS = "from test_kernels import digests\nprint(json.dumps([digests(), 'numba' in sys.modules]))"
CHECKED = {  # a cache of their own, as numba's tells checked code not from other code
    "NUMBA_BOUNDSCHECK": "1",
    "NUMBA_CACHE_DIR": str(ROOT / ".cache/numba-with-checks"),
}


def python(program: str, **variables: str) -> Any:
    """Run a program that prints JSON, with the modules of the tests at hand."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    done = subprocess.run(
        [sys.executable, "-c", f"import json, sys\n{program}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_every_agent_trains_to_the_same_bits_without_the_compiler() -> None:
    """So that one can print in a kernel, and step through it."""
    assert python(DIGESTS, NUMBA_DISABLE_JIT="1") == [digests(), False]


def test_no_kernel_reads_or_writes_outside_its_arrays() -> None:
    """numba checks no index by default; here the same runs with the checks switched on."""
    assert python(DIGESTS, **CHECKED) == [digests(), True]


def test_the_checks_of_indices_are_there() -> None:
    """Else the test above would say nothing."""
    beyond = (
        "import numpy as np\n"
        "from stages.rl.policies.linear import choose\n"
        "try: choose(np.zeros((1, 2)), np.zeros(3))\n"
        "except IndexError: print('true')"
    )
    assert python(beyond, **CHECKED) is True


def test_numba_is_loaded_at_the_first_call_of_a_kernel_and_not_before() -> None:
    lazily = (
        "import stages.checking, stages.training, stages.evaluate\n"
        "stages.checking.agents()\n"
        "import numpy as np\n"
        "from stages.rl.policies.linear import choose\n"
        "before = 'numba' in sys.modules\n"
        "choose(np.ones((1, 2)), np.ones(2))\n"
        "print(json.dumps([before, 'numba' in sys.modules]))"
    )
    assert python(lazily) == [False, True]


def test_a_kernels_function_can_be_called_in_plain_python() -> None:
    weights, x = np.array([[1.0, -2.0]]), np.array([3.0, 1.0])
    assert choose(weights, x) == choose.function(weights, x) == 1
    assert (choose.__doc__ or "").startswith("Choose an action by weights")


class Square(NamedTuple):
    side: float


class Circle(NamedTuple):
    radius: float


class Point(NamedTuple):
    place: float


@ByClass
def area(figure: Any, times: float) -> Any:  # noqa: ARG001 # which a kernel cannot delete
    """Return a multiple of a figure's area."""
    return 0.0 * times


@area.implement(Square)
def _(figure: Square, times: float) -> float:
    return times * figure.side * figure.side


@area.implement(Circle)
def _(figure: Circle, times: float) -> float:
    return times * 3.0 * figure.radius * figure.radius


@kernel
def double(figure: Any) -> float:
    return float(area(figure, 2.0))


@pytest.mark.parametrize("call", [double, double.function], ids=["compiled", "plain"])
def test_the_class_of_the_first_argument_decides_what_is_called(
    call: Callable[[Any], float],
) -> None:
    assert call(Square(3.0)) == 18.0
    assert call(Circle(2.0)) == 24.0
    assert call(Point(7.0)) == 0.0  # which has no implementation of its own


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
