"""The figures of the stage `plot`; what each of them shows of an agent."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.evaluation.episodes import Episodes
from stages.evaluation.history import History
from stages.pictures.agent_style import AgentStyle
from stages.rl.policies.policy import Policies


class Agent(NamedTuple):
    """What the figures show of an agent."""

    look: AgentStyle
    history: History  # of its training
    returns: NDArray[np.float64]  # [R, E], of the test episodes
    interval: tuple[float, float]  # 95%, of the mean return over runs; NaN where there is none
    policy: Policies  # of all runs
    episodes: Episodes  # one test episode of each of the first runs


def of_runs(count: int) -> str:
    """Say how many runs there are."""
    return f"{count} run" if count == 1 else f"{count} runs"
