"""Kernels: the same bits without the compiler, nothing compiled too early, no slip in memory."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pytest
from checkout import ROOT
from settings import AGENTS, brief, train
from tasks import acrobot, cartpole, frozen_lake, glider, mountain_car

from stages.rl.agents import q_learning
from stages.rl.engine.compiling import by_class, kernel
from stages.rl.environments.cartpole import CartPole
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


DIGESTS = "from test_kernels import digests\nprint(json.dumps(digests()))"
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
    assert python(DIGESTS, NUMBA_DISABLE_JIT="1") == digests()


@pytest.mark.slow
def test_no_kernel_reads_or_writes_outside_its_arrays() -> None:
    """numba checks no index by default; here the same runs with the checks switched on."""
    assert python(DIGESTS, **CHECKED) == digests()


def test_the_checks_of_indices_are_there() -> None:
    """Else the test above would say nothing."""
    beyond = (
        "import numpy as np\n"
        "from stages.rl.policies.linear import choose\n"
        "try: choose(np.zeros((1, 2)), np.zeros(3))\n"
        "except IndexError: print('true')"
    )
    assert python(beyond, **CHECKED) is True


IMPORTING = """
import importlib, sys
for name in {names}:
    importlib.import_module(name)
from tasks import cartpole, frozen_lake
from stages.rl.interface.set_up import dynamics
dynamics(cartpole()), dynamics(frozen_lake())
print(json.dumps('numba' in sys.modules))
"""


def test_who_calls_no_kernel_loads_no_numba() -> None:
    """Every script imports kernels; numba takes a third of a second."""
    names = [f"stages.{path.stem}" for path in (ROOT / "stages").glob("[!_]*.py")]
    assert python(IMPORTING.format(names=names)) is False


def test_a_kernels_function_can_be_called_in_plain_python() -> None:
    weights, x = np.array([[1.0, -2.0]]), np.array([3.0, 1.0])
    assert choose(weights, x) == choose.function(weights, x) == 1
    assert (choose.__doc__ or "").startswith("Choose an action by weights")


class Square(NamedTuple):
    side: float


class Circle(NamedTuple):
    radius: float


class Disc(Circle):
    """Has no implementation of its own, but its base has."""


class Point(NamedTuple):
    place: float


@by_class
def area(figure: Any, times: float) -> Any:  # noqa: ARG001 # which a kernel cannot delete
    """Return a multiple of a figure's area."""
    return 0.0 * times


@area.register(Square)
def area_of_square(figure: Square, times: float) -> float:
    return times * figure.side * figure.side


@area.register(Circle)
def area_of_circle(figure: Circle, times: float) -> float:
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
    assert call(Disc(2.0)) == 24.0
    assert call(Point(7.0)) == 0.0  # of which neither it nor a base has an implementation


class MoonPole(CartPole):
    """CartPole on the moon, by an environment's own module."""


@pytest.mark.parametrize("plain", ["0", "1"], ids=["compiled", "plain"])
def test_an_environment_that_inherits_its_equations_trains_like_its_base(plain: str) -> None:
    inherited = (
        "import numpy as np\n"
        "from test_kernels import MoonPole\n"
        "from stages.rl.environments.cartpole import CartPole\n"
        "from stages.rl.training.greedy_episodes import World, no_noise, play\n"
        "from stages.rl.policies.linear import LinearPolicy\n"
        "from stages.rl.policies.policy import inputs_of\n"
        "weights = np.array([[0.1, 0.3, 1.0, 1.0]])\n"
        "policy = LinearPolicy(weights, inputs_of(4, 0, []), np.zeros(4))\n"
        "def played(environment):\n"
        "    draws = np.array([1, 2, 3, 4], np.uint64)\n"
        "    return play(World(environment, np.zeros(4), 500, no_noise(4)), policy, draws)\n"
        "kinds = [of(gravity=g) for of in (CartPole, MoonPole) for g in (1.6, 98.0)]\n"
        "print(json.dumps([played(kind) for kind in kinds]))"
    )
    slow, fast, its_slow, its_fast = python(inherited, NUMBA_DISABLE_JIT=plain)
    assert (its_slow, its_fast) == (slow, fast)
    assert slow != fast
