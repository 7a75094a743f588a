"""The figures of the stage `plot`, a module for each; what they show of an agent."""

from typing import NamedTuple

from numpy import float64
from numpy.typing import NDArray

from stages.evaluation.episodes import Episodes
from stages.evaluation.history import History
from stages.pictures.agent_style import AgentStyle
from stages.rl.policies.policy import Policies


class Agent(NamedTuple):
    """What the figures show of an agent."""

    style: AgentStyle
    history: History  # of its training
    returns: NDArray[float64]  # [R, E], of the test episodes
    interval: tuple[float, float]  # 95%, of the mean return over runs; NaN where there is none
    policy: Policies  # of all runs
    episodes: Episodes  # one test episode of each of the first runs
