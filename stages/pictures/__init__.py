"""The figures of the stage `plot`; what each of them shows of an agent."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.episodes import Episodes
from stages.rl.history import History
from stages.rl.policies import Policy


class Agent(NamedTuple):
    """What the figures show of an agent."""

    history: History  # of its training
    returns: NDArray[np.int32]  # [R, E], of the test episodes
    policy: Policy  # of all runs
    episodes: Episodes  # one test episode of each of the first runs
    random_return: float  # mean return of random actions on the test's starts


def of_runs(count: int) -> str:
    """Say how many runs there are."""
    return f"{count} run" if count == 1 else f"{count} runs"
