"""Many environments of Gymnasium at once, with sines that are the same everywhere."""

import ast
import inspect
import math
import sys
from collections.abc import Callable
from functools import cache, wraps
from textwrap import dedent
from typing import Any, Protocol

import gymnasium
import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.engine.elementary import (
    HALF_PI_HIGH,
    HALF_PI_LOW,
    TWO_OVER_PI,
    sin_cos,
    sin_cos_near_zero,
)
from stages.rl.interface.checked import Checked
from stages.rl.interface.environment_spec import Dynamics
from stages.rl.interface.task import Task, configure, make

SINGLE = 200  # environments at most that are stepped one by one: some take long to make
UNKNOWN = 16  # the same, of those that may each need much memory
TOGETHER = 100_000  # episodes at most in an environment that steps many as arrays

Stepped = tuple[
    NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]
]  # observations [L, S], rewards [L], terminated [L], truncated [L]


class Simulators(Protocol):
    """L environments."""

    count: int  # at most, L

    def reset(self, seeds: NDArray[np.uint32]) -> NDArray[np.float64]:
        """Begin an episode for each seed [L]; return the observations [L, S]."""

    def step(self, actions: NDArray[np.int64], running: NDArray[np.bool_]) -> Stepped:
        """Take a step where an episode is running; elsewhere what is returned means nothing."""


def simulators(task: Task, episodes: int, runs: int) -> Simulators:
    """Make environments for the episodes of some runs, or for some episodes of one run."""
    if plays_many(task):
        return Vector(task, episodes * max(1, min(runs, TOGETHER // episodes)))
    most = UNKNOWN if task.spec.dynamics is Dynamics.GYMNASIUM else SINGLE
    return Singles(task, min(max(1, most // episodes), runs) * min(episodes, most))


def plays_many(task: Task) -> bool:
    """Tell whether Gymnasium has an environment of its own that steps many episodes as arrays."""
    known = str(gymnasium.spec(task.id).vector_entry_point).startswith(CLASSIC)
    return known and task.spec.configure is not None


class Vector:
    """Gymnasium's own environment of many episodes as arrays: CartPole's.

    It draws the starts of all its episodes from one seed. So each is drawn on its own, as the
    environment of one episode draws it.
    """

    def __init__(self, task: Task, count: int) -> None:
        self.task = task
        self.count = count
        self.envs: Any = None

    def make(self, count: int) -> Any:
        """Make Gymnasium's environment of so many episodes."""
        limit = self.task.max_episode_steps
        envs = gymnasium.make_vec(self.task.id, num_envs=count, max_episode_steps=limit).unwrapped
        use_our_sines(envs, arrays=True)
        configure(self.task, envs)
        return envs

    def reset(self, seeds: NDArray[np.uint32]) -> NDArray[np.float64]:
        """Begin an episode for each seed; see `Simulators`."""
        alone: Any = self.make(1)
        starts = []
        for seed in seeds.tolist():
            alone.reset(seed=seed)
            starts.append(alone.state)
        self.envs = self.make(len(seeds))
        self.envs.reset(seed=0)  # of episodes that start again, whose observations are not used
        self.envs.state = np.concatenate(starts, axis=1)
        seen: NDArray[np.float32] = self.envs.state.T.astype(np.float32)
        return seen.astype(np.float64)

    def step(self, actions: NDArray[np.int64], running: NDArray[np.bool_]) -> Stepped:
        """Take a step; see `Simulators`. An episode that has ended starts again by itself."""
        del running
        observations, rewards, terminated, truncated, _ = self.envs.step(actions)
        return observations.astype(np.float64), rewards.astype(np.float64), terminated, truncated


class Singles:
    """Environments that are stepped one by one, and checked."""

    def __init__(self, task: Task, count: int) -> None:
        self.count = count
        self.observations = np.zeros((count, task.observation_size))
        self.envs = [
            Checked(make(task, disable_env_checker=True), observation)
            for observation in self.observations
        ]
        use_our_sines(self.envs[0].environment.unwrapped, arrays=False)
        self.rewards = np.zeros(count)
        self.ended = np.zeros((2, count), bool)

    def reset(self, seeds: NDArray[np.uint32]) -> NDArray[np.float64]:
        """Begin an episode for each seed; see `Simulators`."""
        for k, seed in enumerate(seeds.tolist()):
            self.envs[k].reset(seed)
        return self.observations[: len(seeds)].copy()

    def step(self, actions: NDArray[np.int64], running: NDArray[np.bool_]) -> Stepped:
        """Take a step; see `Simulators`."""
        chosen = actions.tolist()
        for k in np.flatnonzero(running).tolist():
            self.rewards[k], *ended = self.envs[k].step(chosen[k])
            self.ended[:, k] = ended
        few = slice(len(actions))
        terminated, truncated = self.ended[:, few].copy()
        return self.observations[few].copy(), self.rewards[few].copy(), terminated, truncated


CLASSIC = "gymnasium.envs.classic_control."


@kernel
def sine(x: float) -> float:
    """Sine of an angle."""
    return sin_cos(x)[0]


@kernel
def cosine(x: float) -> float:
    """Cosine of an angle."""
    return sin_cos(x)[1]


def plain(x: Any) -> Any:
    """Sine and cosine of an angle, or of an array of angles, to the bits of `sin_cos`.

    Who needs few has them sooner than numba is loaded.
    """
    if isinstance(x, np.ndarray):
        return np.array([plain(angle) for angle in x.tolist()]).T
    x = float(x)
    quarters = math.floor(x * TWO_OVER_PI + 0.5)
    sine, cosine = sin_cos_near_zero.function(x - quarters * HALF_PI_HIGH - quarters * HALF_PI_LOW)
    turns = (sine, cosine), (cosine, -sine), (-sine, -cosine), (-cosine, sine)
    return turns[quarters % 4]


class OurSines:
    """A module with its own sine and cosine replaced."""

    def __init__(self, module: Any, *, arrays: bool, compiled: bool) -> None:
        self.module = module
        self.sin: Callable[[Any], Any]
        self.cos: Callable[[Any], Any]
        if arrays:  # they are CartPole's, of angles below pi/4
            self.sin = lambda x: sin_cos_near_zero.function(x)[0]
            self.cos = lambda x: sin_cos_near_zero.function(x)[1]
        elif compiled:
            self.sin, self.cos = sine.compiled(), cosine.compiled()
        else:
            self.sin = lambda x: plain(x)[0]
            self.cos = lambda x: plain(x)[1]

    def __getattr__(self, name: str) -> Any:
        """Look up everything else in the module."""
        return getattr(self.module, name)


def use_our_sines(env: Any, *, arrays: bool, compiled: bool = True) -> None:
    """Let Gymnasium's classic control compute with our sines and cosines.

    Those of the C library differ in the last bit between processors, and a last bit can grow into
    another return. Ours are as close to the true values, and the same everywhere.
    """
    module: Any = sys.modules[type(env).__module__]
    if module.__name__.startswith(CLASSIC):
        for name, own in (("np", np), ("math", math)):
            if hasattr(module, name):
                setattr(module, name, OurSines(own, arrays=arrays, compiled=compiled))
        if hasattr(module, "cos"):
            ours = OurSines(math, arrays=False, compiled=compiled)
            module.sin, module.cos = ours.sin, ours.cos
            module.AcrobotEnv._dsdt = with_products(module.AcrobotEnv._dsdt)


class Products(ast.NodeTransformer):
    """Makes a product of each square."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        """Replace x**2 by x * x."""
        self.generic_visit(node)
        if isinstance(node.op, ast.Pow) and ast.unparse(node.right) == "2":
            return ast.BinOp(node.left, ast.Mult(), node.left)
        return node


@cache
def with_products(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of Gymnasium's that squares by a product.

    Of single numbers Python and NumPy take the C library's power, which is as different between
    processors as its sine is.
    """
    tree = ast.parse(dedent(inspect.getsource(method)))
    names: dict[str, Any] = {}
    code = compile(
        ast.fix_missing_locations(Products().visit(tree)), inspect.getfile(method), "exec"
    )
    exec(code, method.__globals__, names)  # noqa: S102 # Gymnasium's own text
    return wraps(method)(names[method.__name__])  # whose source is still the original's
