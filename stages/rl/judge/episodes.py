"""Recorded episodes: what the agents saw and did, step by step."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.arrays import require
from stages.rl.environments import ACTIONS, STATE_VARIABLES

RUNS = 100  # episodes recorded at most, one of each of the first runs
ENDED = -1  # in place of an action, after an episode's end


class Episode(NamedTuple):
    """One episode; its return is the number of its actions."""

    observations: NDArray[np.float32]  # [T + 1, S]
    actions: NDArray[np.int8]  # [T]
    truncated: bool  # it reached the limit; else it terminated


class Episodes(NamedTuple):
    """One episode of each run, side by side; T is the length of the longest."""

    observations: NDArray[np.float32]  # [R, T + 1, S]; after the end, the last one again
    actions: NDArray[np.int8]  # [R, T]; after the end, ENDED
    truncated: NDArray[np.bool_]  # [R]: it reached the limit; else it terminated

    def of(self, run: int) -> Episode:
        """Return the episode of one run, up to its end."""
        steps = int((self.actions[run] != ENDED).sum())
        return Episode(
            self.observations[run, : steps + 1],
            self.actions[run, :steps],
            bool(self.truncated[run]),
        )


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Episodes:
    """Check the arrays of a file of episodes.

    Raises:
        ValueError: a wrong type or rank, a value not finite, or shapes that do not go together.
    """
    episodes = Episodes(**{name: arrays[name] for name in Episodes._fields})
    require("observations", episodes.observations, np.float32, 3)
    require("actions", episodes.actions, np.int8, 2)
    require("truncated", episodes.truncated, np.bool_, 1)
    runs, steps = episodes.actions.shape
    expected = (runs, steps + 1, STATE_VARIABLES), (runs,)
    if (episodes.observations.shape, episodes.truncated.shape) != expected:
        raise ValueError("observations, actions and truncated of shapes that do not go together")
    if not ((episodes.actions >= ENDED) & (episodes.actions < ACTIONS)).all():
        raise ValueError(f"actions that are not {ENDED} to {ACTIONS - 1}")
    return episodes
