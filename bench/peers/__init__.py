"""The peers: others' CartPole, measured in an environment of their own (bench/requirements.txt).

`python -m bench.peers MODULE.FUNCTION SEED` prints what the function returns: environment steps,
their seconds, and for some a third number. Nothing here imports `stages`. Imports, and what is set
up or compiled before the first step, take no part in the seconds.

A step counts as useful when it advances an episode that somebody wants to know the return of. Where
lanes are refilled, that is every step but those that only reset a lane; episodes that the clock
cuts off count, too. The peers' arithmetic is their own: float32 in EnvPool and gymnax.
"""

import time
from collections.abc import Callable

WEIGHT_BOUND = 1.0  # weights of linear policies are drawn uniformly within it, as in our search
SECONDS = 1.0  # for which a peer is measured, once in every round


def repeat(play: Callable[[], int]) -> tuple[int, float]:
    """Call until the time is up; return the steps of all calls, and their seconds."""
    steps = 0
    start = time.perf_counter()
    while (seconds := time.perf_counter() - start) < SECONDS:
        steps += play()
    return steps, seconds
