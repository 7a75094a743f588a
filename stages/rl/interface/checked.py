"""An environment of Gymnasium whose every observation and reward is checked.

Compiled code takes observations as indices and in sums: what is in no space must not reach it.
"""

import numbers
import traceback
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.rl.interface.broken import BrokenEnvironmentError

LARGEST = float(np.finfo(np.float32).max)
HIGHEST_REWARD = 1e30  # returns, sums of rewards, are kept as float32


class Checked:
    """An environment of Gymnasium, whose states and actions are counted from 0."""

    def __init__(self, environment: Any, observation: NDArray[np.float64] | None = None) -> None:
        """Check an environment.

        Args:
            environment: with a Discrete or a vector, Box, to observe.
            observation: [S], which `reset` and `step` fill in; float32, or the number of a state.
        """
        self.environment = environment
        self.space = space = environment.observation_space
        self.first_action = int(environment.action_space.start)
        self.first_state = int(getattr(space, "start", 0))
        self.state_count = int(getattr(space, "n", 0))
        size = space.shape[0] if space.shape else 1
        self.observation = np.zeros(size) if observation is None else observation
        self.read = self.read_state if self.state_count else self.read_vector
        self.steps = 0  # of this episode

    def reset(self, seed: int) -> None:
        """Begin an episode.

        Raises:
            BrokenEnvironmentError: see there.
        """
        self.steps = 0
        try:
            seen, _ = self.environment.reset(seed=seed)
        except (Exception, SystemExit) as error:
            raise BrokenEnvironmentError(self.raised(error)) from error
        self.read(seen)

    def step(self, action: int) -> tuple[float, bool, bool]:
        """Take a step; return the reward, whether the episode terminated, was truncated.

        Raises:
            BrokenEnvironmentError: see there.
        """
        self.steps += 1
        try:
            seen, reward, terminated, truncated, _ = self.environment.step(
                action + self.first_action
            )
        except (Exception, SystemExit) as error:
            raise BrokenEnvironmentError(self.raised(error)) from error
        self.read(seen)
        if type(reward) is not float:
            one = isinstance(reward, numbers.Real | np.bool_) or (
                isinstance(reward, np.ndarray)
                and reward.shape == ()
                and reward.dtype.kind in "biuf"
            )
            reward = float(reward) if one else self.refuse("reward", reward, "one finite number")
        if not abs(reward) <= HIGHEST_REWARD:
            self.refuse(
                "reward", reward, f"one number from {-HIGHEST_REWARD:g} to {HIGHEST_REWARD:g}"
            )
        for name, end in (("terminated", terminated), ("truncated", truncated)):
            if end is not True and end is not False and not isinstance(end, np.bool_):
                self.refuse(name, end, "True or False")
        return reward, bool(terminated), bool(truncated)

    def read_state(self, seen: Any) -> None:
        """Take the number of a state."""
        whole = isinstance(seen, np.ndarray) and seen.shape == () and seen.dtype.kind in "iu"
        if whole or isinstance(seen, int | np.integer):
            state = int(seen) - self.first_state
            if 0 <= state < self.state_count:
                self.observation[0] = state
                return
        self.refuse("observation", seen, str(self.space))

    def read_vector(self, seen: Any) -> None:
        """Take a vector; its Box's bounds are not checked, as even Gymnasium's LunarLander's."""
        space, observation = self.space, self.observation
        if not isinstance(seen, np.ndarray) or seen.shape != space.shape:
            self.refuse("observation", seen, str(space))
        if seen.dtype != space.dtype and not np.can_cast(seen.dtype, space.dtype):
            self.refuse("observation", seen, f"{space}: {space.dtype} numbers, not {seen.dtype}")
        observation[:] = seen
        # The sum of squares, which is fast, settles it for all but huge numbers.
        if not observation.dot(observation) < LARGEST and not (abs(observation) <= LARGEST).all():
            self.refuse("observation", seen, f"{space}, finite numbers of float32")
        if space.dtype != np.float32:
            observation[:] = np.float32(observation)

    def when(self) -> str:
        """Say which call it was."""
        return f"step {self.steps} of an episode" if self.steps else "reset"

    def refuse(self, what: str, value: Any, allowed: str) -> Any:
        """Raise the fault that a value is."""
        shown = " ".join(repr(value).split())
        shown = shown if len(shown) <= 80 else shown[:77] + "..."
        raise BrokenEnvironmentError(
            f"{self.environment.spec.id}: {self.when()}: the {what} is {shown}; allowed: {allowed}"
        )

    def raised(self, error: BaseException) -> str:
        """Say what the environment raised, and the lines of its author's file that led there."""
        frames = traceback.extract_tb(error.__traceback__)[1:]
        own = [one for one in frames if Path(one.filename).parent.name == "environments"]
        lines = ", ".join(f"line {one.lineno} ({one.name})" for one in own or frames[-1:])
        file = Path((own or frames)[-1].filename).name if frames else ""
        place = f" in {file}, {lines}" if frames else ""
        what = " ".join(f"{type(error).__name__}: {error}".split())
        return f"{self.environment.spec.id}: {self.when()}: raised {what}{place}"
