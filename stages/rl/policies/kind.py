"""What every kind of policy offers to whoever plays or draws it, all runs of an agent at once.

All of it is NumPy, for nothing that judges the agents should wait for a compiler; sums run in the
kernels' order, so the actions are theirs to the last bit.
"""

from typing import Any, ClassVar, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import ByClass

Observations: TypeAlias = NDArray[Any]  # [R, E, S]
Layout: TypeAlias = dict[str, tuple[type[np.generic], int]]  # of each array: dtype, rank


@ByClass
def greedy_action(player: Any, observation: NDArray[np.float64]) -> int:
    """Choose, in a kernel, the action that a policy likes best in an observation [S].

    A player is a NamedTuple of one run's policy and of room to compute in; its class decides, when
    a kernel is compiled, how the action is chosen.
    """
    raise NotImplementedError


class Policy(Protocol):
    """Greedy policies, one for each run."""

    kind: ClassVar[str]
    layout: ClassVar[Layout]

    @property
    def runs(self) -> int:
        """Count the runs, R."""

    def select(self, runs: slice) -> "Policy":
        """Return the policies of some of the runs."""

    def preferences(self, observations: Observations) -> NDArray[np.float64]:
        """Tell how much run r likes each action in each observation [r, e]: [R, E, A]."""

    def act(self, observations: Observations) -> NDArray[np.int64]:
        """Choose run r's action for each observation [r, e]."""

    def player(self, run: int, variables: int) -> Any:
        """Make the player of a run, for kernels, where so many variables are seen, S."""

    def misshapen(self, variables: int, numbers: int, actions: int) -> str:
        """Say what does not fit an environment; nothing where all does."""
