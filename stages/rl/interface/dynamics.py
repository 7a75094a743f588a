"""What kernels ask of an environment, whichever it is.

An environment is a value: a NamedTuple of its constants, or of the arrays of its table. Kernels
take it first, and its class decides, when they are compiled, which equations run:

    state = start(environment, stream)
    for t in range(limit):
        observe(environment, state, observation)
        action = ...
        state, reward, terminated, truncated = step(environment, state, action, stream)
        if terminated or truncated:
            break

Who has reached the limit of steps is truncated as well, which is not the environment's affair.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import by_class
from stages.rl.engine.random_numbers import Stream


@by_class
def start(environment: Any, stream: Stream) -> Any:
    """Draw the state in which an episode starts."""


@by_class
def observation_of(environment: Any, state: Any) -> Any:
    """Return what an agent sees in a state, S numbers: float32, as Gymnasium shows them.

    Where Gymnasium shows a whole number from a range, S is 1.
    """


@by_class
def observe(environment: Any, state: Any, observation: NDArray[np.float64]) -> None:
    """Fill in what an agent sees in a state, [S].

    An environment implements this only if it has no `observation_of`: where S is not known when a
    kernel is compiled.
    """
    seen = observation_of(environment, state)
    for i in range(len(seen)):
        observation[i] = seen[i]


@by_class
def step(environment: Any, state: Any, action: int, stream: Stream) -> Any:
    """Take an action; return the next state, the reward, whether it terminated, was truncated."""


@by_class
def from_column(environment: Any, states: NDArray[Any], k: int) -> Any:
    """Read the state in column k of states [V, K].

    Only environments with a state of numbers and without chance in their steps have it: of these,
    many episodes are played side by side.
    """
