"""Environments of a user's own, registered as a user's module in stages/rl/environments would do.

Both know all the ways in which an episode ends: it terminates, the environment itself truncates it,
or the limit of steps does. Numbers of observations and actions do not begin at zero.
"""

import sys
from types import ModuleType
from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete


class Corridor(gymnasium.Env[Any, Any]):
    """Five rooms, numbered from 10, and the exit behind the last one; the floor is slippery."""

    def __init__(self) -> None:
        self.observation_space = Discrete(5, start=10)
        self.action_space = Discrete(2, start=1)  # 1 leads back, 2 ahead

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[int, dict[str, Any]]:
        del options
        super().reset(seed=seed)
        self.room, self.steps = 10 + int(self.np_random.integers(0, 3)), 0
        return self.room, {}

    def step(self, action: int) -> tuple[int, float, bool, bool, dict[str, Any]]:
        assert self.action_space.contains(action)
        slips = self.np_random.random() < 0.25
        self.room += 1 if (action == 2) != slips else -1
        self.steps += 1
        terminated = self.room == 15
        self.room = min(max(self.room, 10), 14)
        return self.room, 3.5 if terminated else -0.5, terminated, self.steps == 15, {}


class Glider(gymnasium.Env[Any, Any]):
    """A point on a line is pushed; it terminates beyond 1, and is truncated below -1."""

    def __init__(self, raises: str = "", calls: int = 0) -> None:
        """Raise an exception in `reset` or `step`, at so many calls of it."""
        self.raises, self.left = raises, calls
        self.observation_space = Box(-2.0, 2.0, (2,), np.float64)
        self.action_space = Discrete(3, start=-1)

    def fail_at_last(self, where: str) -> None:
        self.left -= where == self.raises
        if self.raises == where and self.left == 0:
            raise OverflowError(f"in {where}")

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        del options
        super().reset(seed=seed)
        self.fail_at_last("reset")
        self.state = self.np_random.uniform(-0.5, 0.5, 2)
        return self.state, {}

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        assert self.action_space.contains(action)
        self.fail_at_last("step")
        place, speed = self.state
        speed += 0.1 * action + 0.02 * self.np_random.uniform(-1.0, 1.0)
        self.state = np.array([place + 0.3 * speed, speed])
        place = self.state[0]
        return self.state, float(1.0 - abs(place)), bool(place > 1.0), bool(place < -1.0), {}


CORRIDOR, GLIDER = "corridor", "glider"  # as they would be called in params.yaml
gymnasium.register("Corridor-v0", "own:Corridor")
gymnasium.register("Glider-v0", "own:Glider")
for name in (CORRIDOR, GLIDER):
    module = f"stages.rl.environments.{name}"
    sys.modules[module] = ModuleType(module)
