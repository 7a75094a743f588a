"""The page of the report; what it shows of an agent."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.evaluation.history import History


class Animation(NamedTuple):
    """A GIF, and its last frame alone."""

    moving: bytes
    still: bytes


class Agent(NamedTuple):
    """What the page shows of an agent."""

    name: str  # as it is shown
    metrics: Mapping[str, float]  # by their names in metrics.json; NaN where there is none
    means: NDArray[np.float64]  # [R], mean test return of each run
    episodes_to_solve: NDArray[np.float64]  # [R], infinite where a run never did
    steps_to_first_solve: NDArray[np.float64]  # [R], likewise
    steps_to_solve: NDArray[np.float64]  # [R], likewise: to stay
    training: History
    animation: Animation

    @property
    def solved(self) -> int:
        """Count the runs that solve the environment in the test, where one can."""
        return round(self.metrics["fraction.solved"] * len(self.means))
