"""Recorded episodes: what the agents saw and did, step by step."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.interface.task import Task
from stages.rl.judge.arrays import require

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


class OfCheckpoints(NamedTuple):
    """The same episode, played by a run's policies in the course of its training."""

    trained: NDArray[np.int64]  # [C], training episodes that had led to each policy
    played: Episodes  # of C runs, as it were


def of_checkpoints(arrays: Mapping[str, NDArray[Any]], task: Task) -> OfCheckpoints:
    """Check the arrays of such a file: `episodes`, and those below.

    Raises:
        ValueError: likewise, or other than one number of training episodes for each.
    """
    trained, played = arrays["episodes"], from_arrays(arrays, task)
    require("episodes", trained, np.int64, 1)
    if len(trained) != len(played.actions):
        raise ValueError("episodes and actions of different lengths")
    return OfCheckpoints(trained, played)


def from_arrays(arrays: Mapping[str, NDArray[Any]], task: Task) -> Episodes:
    """Check the arrays of a file of episodes.

    Raises:
        ValueError: a wrong type or rank, a value not finite, or shapes that do not go together.
    """
    episodes = Episodes(**{name: arrays[name] for name in Episodes._fields})
    require("observations", episodes.observations, np.float32, 3)
    require("actions", episodes.actions, np.int16, 2)
    require("rewards", episodes.rewards, np.float32, 2)
    require("truncated", episodes.truncated, np.bool_, 1)
    runs, steps = episodes.actions.shape
    shapes = tuple(array.shape for array in episodes)
    if shapes != ((runs, steps + 1, task.variables), (runs, steps), (runs, steps), (runs,)):
        raise ValueError("arrays of shapes that do not go together")
    if not ((episodes.actions >= ENDED) & (episodes.actions < task.actions)).all():
        raise ValueError(f"actions that are not {ENDED} to {task.actions - 1}")
    return episodes
