"""Any environment of Gymnasium, one's own too, played by Gymnasium itself, at its speed.

Kernels go back into Python to reset it and to take a step, which leaves the observation in an
array. What the environment raises, or returns against its spaces, ends the training.
"""

import itertools
import weakref
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.random_numbers import Stream, next_word
from stages.rl.interface.checked import Checked
from stages.rl.interface.dynamics import observe, start, step

SEED_BITS = np.uint64(33)  # that are left out of 64: a seed is below 2**31


class GymnasiumEnvironment(NamedTuple):
    """An environment of Gymnasium, as kernels reach it."""

    number: int  # of the connection in CONNECTIONS: kernels hold no objects of Python
    observation: NDArray[np.float64]  # [S], the last one


CONNECTIONS: dict[int, Checked] = {}
_numbers = itertools.count()


def connect(environment: Any) -> GymnasiumEnvironment:
    """Make an environment of Gymnasium reachable for kernels of one thread.

    It is closed when what is returned is gone, as kernels know no more of it than a number.
    """
    number, connection = next(_numbers), Checked(environment)
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
