"""Any environment of Gymnasium, one's own too, played by Gymnasium itself, at its speed.

Kernels call back into Python through two addresses: one function resets, the other takes a step,
and both leave the observation in an array. An exception cannot cross a kernel: it is kept, the
episode ends, and `reraise` raises it when the kernel is done.
"""

import ctypes
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.call import call
from stages.rl.engine.seeding import Stream
from stages.rl.engine.xoshiro import next_word
from stages.rl.interface.dynamics import observation_of, start, step

SEED_BITS = np.uint64(33)  # that are left out of 64: a seed is below 2**31


class Outside(NamedTuple):
    """An environment of Gymnasium, as kernels reach it."""

    reset: int  # address of a function of the seed
    step: int  # address of a function of the action
    observation: NDArray[np.float64]  # [S], the last one
    outcome: NDArray[np.float64]  # [3], of the last step: reward; 1 where terminated; truncated
    number: int  # by which Python finds the environment


class Connection:
    """An environment of Gymnasium and the functions that kernels call."""

    def __init__(self, environment: Any) -> None:
        self.environment = environment
        self.first_action = int(environment.action_space.start)
        space = environment.observation_space
        self.first_number = int(getattr(space, "start", 0))
        self.observation = np.zeros(space.shape[0] if space.shape else 1)
        self.outcome = np.zeros(3)
        self.error: BaseException | None = None
        signature = ctypes.CFUNCTYPE(None, ctypes.c_int64)
        self.functions = signature(self.reset), signature(self.step)

    def reset(self, seed: int) -> None:
        """Begin an episode."""
        try:
            observation, _ = self.environment.reset(seed=seed)
            self.observation[:] = np.float32(observation) - self.first_number
        except BaseException as error:  # noqa: BLE001 # Ctrl-C as well; raised again by `reraise`
            self.fail(error)

    def step(self, action: int) -> None:
        """Take a step."""
        try:
            observation, reward, terminated, truncated, _ = self.environment.step(
                action + self.first_action
            )
            self.observation[:] = np.float32(observation) - self.first_number
            self.outcome[:] = reward, terminated, truncated
        except BaseException as error:  # noqa: BLE001 # the same
            self.fail(error)

    def fail(self, error: BaseException) -> None:
        """Keep the first error, and end the episode."""
        self.error = self.error or error
        self.outcome[:] = 0.0, 1.0, 0.0


CONNECTIONS: list[Connection] = []  # kept, as kernels know no more than addresses


def connect(environment: Any) -> Outside:
    """Make an environment of Gymnasium reachable for kernels of one thread."""
    connection = Connection(environment)
    CONNECTIONS.append(connection)
    reset, step = (
        int(ctypes.cast(function, ctypes.c_void_p).value or 0) for function in connection.functions
    )
    number = len(CONNECTIONS) - 1
    return Outside(reset, step, connection.observation, connection.outcome, number)


def reraise(environment: Any) -> None:
    """Raise what an environment of Gymnasium has raised while a kernel played it."""
    if isinstance(environment, Outside):
        error = CONNECTIONS[environment.number].error
        if error is not None:
            raise error


@start.implement(Outside)
def _(outside: Outside, stream: Stream) -> int:
    call(outside.reset, next_word(stream) >> SEED_BITS)
    return 0


@observation_of.implement(Outside)
def _(outside: Outside, state: int) -> NDArray[np.float64]:
    return outside.observation


@step.implement(Outside)
def _(
    outside: Outside, state: int, action: int, stream: Stream
) -> tuple[int, float, bool, bool]:
    call(outside.step, action)
    outcome = outside.outcome
    return state, outcome[0], outcome[1] > 0.0, outcome[2] > 0.0
