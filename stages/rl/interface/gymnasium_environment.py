"""Any environment of Gymnasium, one's own too, played by Gymnasium itself, at its speed.

Kernels go back into Python to reset it and to take a step, which leaves the observation in an
array. What the environment raises ends the training.
"""

import itertools
import weakref
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.random_numbers import Stream, next_word
from stages.rl.interface.dynamics import observe, start, step

SEED_BITS = np.uint64(33)  # that are left out of 64: a seed is below 2**31


class GymnasiumEnvironment(NamedTuple):
    """An environment of Gymnasium, as kernels reach it."""

    number: int  # of the connection in CONNECTIONS: kernels hold no objects of Python
    observation: NDArray[np.float64]  # [S], the last one


class Connection:
    """An environment of Gymnasium, and how its observations and actions are counted from 0."""

    def __init__(self, environment: Any) -> None:
        self.environment = environment
        self.first_action = int(environment.action_space.start)
        space = environment.observation_space
        self.first_number = int(getattr(space, "start", 0))
        self.observation = np.zeros(space.shape[0] if space.shape else 1)

    def reset(self, seed: int) -> None:
        """Begin an episode."""
        observation, _ = self.environment.reset(seed=seed)
        self.observation[:] = np.float32(observation) - self.first_number

    def step(self, action: int) -> tuple[float, bool, bool]:
        """Take a step; return the reward, whether the episode terminated, was truncated."""
        observation, reward, terminated, truncated, _ = self.environment.step(
            action + self.first_action
        )
        self.observation[:] = np.float32(observation) - self.first_number
        return float(reward), bool(terminated), bool(truncated)


CONNECTIONS: dict[int, Connection] = {}
_numbers = itertools.count()


def connect(environment: Any) -> GymnasiumEnvironment:
    """Make an environment of Gymnasium reachable for kernels of one thread.

    It is closed when what is returned is gone, as kernels know no more of it than a number.
    """
    number, connection = next(_numbers), Connection(environment)
    CONNECTIONS[number] = connection
    outside = GymnasiumEnvironment(number, connection.observation[:])
    weakref.finalize(outside.observation, disconnect, number).atexit = False
    return outside


def disconnect(number: int) -> None:
    """Close an environment."""
    CONNECTIONS.pop(number).environment.close()


@start.register(GymnasiumEnvironment)
def start_outside(outside: GymnasiumEnvironment, stream: Stream) -> int:
    """Begin an episode; the state is Gymnasium's affair."""
    number, seed = outside.number, int(next_word(stream) >> SEED_BITS)
    with numba.objmode():  # back in Python
        CONNECTIONS[number].reset(seed)
    return 0


@observe.register(GymnasiumEnvironment)
def observe_outside(
    outside: GymnasiumEnvironment, state: int, observation: NDArray[np.float64]
) -> None:
    """Fill in what the environment returned last."""
    for i in range(observation.size):
        observation[i] = outside.observation[i]


@step.register(GymnasiumEnvironment)
def step_outside(
    outside: GymnasiumEnvironment, state: int, action: int, stream: Stream
) -> tuple[int, float, bool, bool]:
    """Take a step."""
    number = outside.number
    with numba.objmode(reward="float64", terminated="boolean", truncated="boolean"):
        reward, terminated, truncated = CONNECTIONS[number].step(action)
    return state, reward, terminated, truncated
