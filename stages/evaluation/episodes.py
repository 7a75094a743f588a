"""Recorded episodes: what the agents saw and did, step by step."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RUNS = 100  # episodes recorded at most, one of each of the first runs
ENDED = -1  # in place of an action, after an episode's end


class Episode(NamedTuple):
    """One episode."""

    observations: NDArray[np.float32]  # [T + 1, S]
    actions: NDArray[np.int16]  # [T]
    rewards: NDArray[np.float32]  # [T]
    truncated: bool  # else it terminated


class Episodes(NamedTuple):
    """One episode of each run, side by side; T is the length of the longest."""

    observations: NDArray[np.float32]  # [R, T + 1, S]; after the end, the last one again
    actions: NDArray[np.int16]  # [R, T]; after the end, ENDED
    rewards: NDArray[np.float32]  # [R, T]; after the end, 0
    truncated: NDArray[np.bool_]  # [R]: it was truncated; else it terminated

    def of(self, run: int) -> Episode:
        """Return the episode of one run, up to its end."""
        steps = int((self.actions[run] != ENDED).sum())
        return Episode(
            self.observations[run, : steps + 1],
            self.actions[run, :steps],
            self.rewards[run, :steps],
            bool(self.truncated[run]),
        )

    def padded(self, steps: int) -> "Episodes":
        """Return the same with room for so many steps, which is enough for all."""
        more = ((0, 0), (0, max(0, steps - self.actions.shape[1])))
        return Episodes(
            np.pad(self.observations, (*more, (0, 0)), mode="edge")[:, : steps + 1],
            np.pad(self.actions, more, constant_values=ENDED)[:, :steps],
            np.pad(self.rewards, more)[:, :steps],
            self.truncated,
        )
