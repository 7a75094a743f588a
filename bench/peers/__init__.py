"""The peers: others' environments and learners, measured in a virtual environment of their own.

`python -m bench.peers MODULE.FUNCTION SEED [CANDIDATES]` prints what the function returns:
environment steps, their seconds, and for some a third number. Candidates come as JSON. Nothing here
imports `stages`. Imports, and what is set up or compiled before the first step, take no part in the
seconds.

A step counts as useful when it advances an episode that somebody wants to know the return of. Where
lanes are refilled, that is every step but those that only reset a lane; episodes that the clock
cuts off count, too. The peers' arithmetic is their own: float32 in EnvPool and gymnax.
"""

import time
from collections.abc import Callable
from typing import NamedTuple

SECONDS = 1.0  # for which a peer is measured, once in every round


class Candidates(NamedTuple):
    """The linear policies that our search draws: see stages/rl/policies/linear.py."""

    id: str  # of the environment
    limit: int  # steps of its longest episode
    actions: int  # A
    scale: list[float]  # [J], weights [A - 1, J] are uniform up to it on either side of zero

    @property
    def weights(self) -> tuple[int, int]:
        """The shape of a candidate's weights; where there is one more than seen, it is a bias."""
        return self.actions - 1, len(self.scale)


def repeat(play: Callable[[], int]) -> tuple[int, float]:
    """Call until the time is up; return the steps of all calls, and their seconds."""
    steps = 0
    start = time.perf_counter()
    while (seconds := time.perf_counter() - start) < SECONDS:
        steps += play()
    return steps, seconds
