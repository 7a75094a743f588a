"""The page of the report; what it shows of an agent."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.evaluation.history import History
from stages.pictures.agent_style import AgentStyle

Row = Mapping[str, Any]  # see `stages.evaluation.perturbed_returns.rows`


class Animation(NamedTuple):
    """A GIF, and its last frame alone."""

    moving: bytes
    still: bytes


class Agent(NamedTuple):
    """What the page shows of an agent."""

    style: AgentStyle
    about: str  # a sentence
    summary: Mapping[str, Any]  # see `stages.evaluation.summary`
    means: NDArray[np.float64]  # [R], mean test return of each run
    training: History
    threshold: float | None  # that counts as solved
    perturbed: Sequence[Row]  # its part of robustness.json
    animation: Animation

    @property
    def name(self) -> str:
        """Return its name as people read it."""
        return self.style.name

    @property
    def solved(self) -> int:
        """Count the runs that solve the environment in the test."""
        return 0 if self.threshold is None else int((self.means >= self.threshold).sum())

    @property
    def steps_to_first_solve(self) -> NDArray[np.float64]:
        """Count each run's steps until a validation score first reaches the threshold, [R]."""
        return self.training.steps_to_first_solve(self.threshold)

    @property
    def steps_to_solve(self) -> NDArray[np.float64]:
        """Count each run's steps until its validation scores stay there, [R]; see `History`."""
        return self.training.steps_to_solve(self.threshold)


def ranked(agents: Iterable[Agent]) -> list[Agent]:
    """Order agents by runs solved in the test, then by median steps to solve, then by return."""

    def key(agent: Agent) -> tuple[int, float, float]:
        return -agent.solved, float(np.median(agent.steps_to_solve)), -float(agent.means.mean())

    return sorted(agents, key=key)
