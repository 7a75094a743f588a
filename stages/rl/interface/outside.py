"""Any environment of Gymnasium, one's own too, played by Gymnasium itself, at its speed.

Kernels call back into Python through two addresses: one function resets, the other takes a step,
and both leave the observation in an array. What the environment raises ends the episode.
"""

import warnings
import weakref
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.call import address_of, call, callback
from stages.rl.engine.seeding import Stream
from stages.rl.engine.xoshiro import next_word
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.interface.task import Task, make, one_line

SEED_BITS = np.uint64(33)  # that are left out of 64: a seed is below 2**31
ENDED = 0.0, 1.0, 0.0  # the outcome of a step that the environment does not come back from


class Outside(NamedTuple):
    """An environment of Gymnasium, as kernels reach it."""

    reset: int  # address of a function of the seed
    step: int  # address of a function of the action
    observation: NDArray[np.float64]  # [S], the last one
    outcome: NDArray[np.float64]  # [3], of the last step: reward; 1 where terminated; truncated


class Connection:
    """An environment of Gymnasium and the functions that kernels call."""

    def __init__(self, environment: Any) -> None:
        self.environment = environment
        self.first_action = int(environment.action_space.start)
        space = environment.observation_space
        self.first_number = int(getattr(space, "start", 0))
        self.observation = np.zeros(space.shape[0] if space.shape else 1)
        self.outcome = np.zeros(3)
        self.functions = callback(self.reset), callback(self.step)

    def reset(self, seed: int) -> None:
        """Begin an episode."""
        self.outcome[:] = ENDED
        observation, _ = self.environment.reset(seed=seed)
        self.observation[:] = np.float32(observation) - self.first_number

    def step(self, action: int) -> None:
        """Take a step."""
        self.outcome[:] = ENDED
        observation, reward, terminated, truncated, _ = self.environment.step(
            action + self.first_action
        )
        self.observation[:] = np.float32(observation) - self.first_number
        self.outcome[:] = reward, terminated, truncated

    def close(self) -> None:
        """Close the environment."""
        self.environment.close()


def connect(environment: Any) -> Outside:
    """Make an environment of Gymnasium reachable for kernels of one thread.

    It is closed when what is returned is gone, as kernels know no more of it than addresses.
    """
    connection = Connection(environment)
    reset, step = map(address_of, connection.functions)
    outside = Outside(reset, step, connection.observation[:], connection.outcome)
    weakref.finalize(outside.observation, connection.close).atexit = False
    return outside


def check(task: Task) -> None:
    """See whether an environment keeps the rules of Gymnasium, its seeds among them.

    Raises:
        ValueError: it does not, or raises something in its first steps; says which.
    """
    from gymnasium.utils.env_checker import check_env  # noqa: PLC0415 # few need it

    environment = make(task)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is unusual is allowed
            check_env(environment.unwrapped, skip_render_check=True, skip_close_check=True)
    except Exception as error:  # whatever an environment raises
        raise ValueError(f"env.id: {task.id}: {one_line(error)}") from None
    finally:
        environment.close()


@start.implement(Outside)
def _(outside: Outside, stream: Stream) -> int:
    call(outside.reset, int(next_word(stream) >> SEED_BITS))
    return 0


@observe.implement(Outside)
def _(outside: Outside, state: int, observation: NDArray[np.float64]) -> None:
    for i in range(observation.size):
        observation[i] = outside.observation[i]


@step.implement(Outside)
def _(outside: Outside, state: int, action: int, stream: Stream) -> tuple[int, float, bool, bool]:
    call(outside.step, action)
    outcome = outside.outcome
    return state, outcome[0], outcome[1] > 0.0, outcome[2] > 0.0
