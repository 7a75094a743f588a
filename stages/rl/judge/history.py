"""The history of an agent's training, as its file holds it, and what can be told from it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.judge.arrays import require


class History(NamedTuple):
    """How the training of all runs of an agent went."""

    episodes: NDArray[np.int64]  # [N], training episodes up to the end of each stretch
    returns: NDArray[np.float32]  # [R, N], mean return in each stretch
    lengths: NDArray[np.float32]  # [R, N], mean steps of an episode in each stretch
    scored_after: NDArray[np.int32]  # [R, K], training episodes that had led to each scored policy
    scores: NDArray[np.float64]  # [R, K], mean return of each over the selection episodes
    steps: NDArray[np.int64]  # [R], all environment steps, those of the selection included

    def training_steps(self) -> NDArray[np.float64]:
        """Count the environment steps of the training episodes, up to the end of each stretch.

        Returns:
            Whole numbers [R, N]; exact where a stretch is one episode.
        """
        counts = np.diff(self.episodes, prepend=0)
        return np.cumsum(np.rint(self.lengths.astype(np.float64) * counts), axis=1)

    def episodes_to_solve(self, threshold: float | None) -> NDArray[np.float64]:
        """Count each run's training episodes up to the first policy that solves the environment.

        Args:
            threshold: mean return over the selection episodes that counts as solved; None where
                nothing does.

        Returns:
            [R], infinite for a run none of whose policies reached the threshold.
        """
        if threshold is None:
            return np.full(len(self.scores), np.inf)
        return np.where(self.scores >= threshold, self.scored_after, np.inf).min(axis=1)

    def steps_to_solve(self, threshold: float | None) -> NDArray[np.float64]:
        """Count the environment steps of those training episodes; shapes as above.

        The steps of the selection episodes are not among them: how often a policy is scored is a
        choice of the protocol, not a property of the agent.
        """
        to_solve, taken = self.episodes_to_solve(threshold), self.training_steps()
        known = np.concatenate(([0], self.episodes))
        steps = np.full(len(to_solve), np.inf)
        for run in np.flatnonzero(np.isfinite(to_solve)):
            steps[run] = np.rint(np.interp(to_solve[run], known, [0.0, *taken[run]]))
        return steps


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> History:
    """Check the arrays of a history's file.

    Raises:
        ValueError: a wrong type or rank, a value not finite, or shapes that do not go together.
    """
    history = History(**{name: arrays[name] for name in History._fields})
    require("episodes", history.episodes, np.int64, 1)
    require("returns", history.returns, np.float32, 2)
    require("lengths", history.lengths, np.float32, 2)
    require("scored_after", history.scored_after, np.int32, 2)
    require("scores", history.scores, np.float64, 2)
    require("steps", history.steps, np.int64, 1)
    if history.returns.shape[1:] != history.episodes.shape:
        raise ValueError("returns and episodes of different lengths")
    if history.lengths.shape != history.returns.shape:
        raise ValueError("returns and lengths of different shapes")
    if history.scores.shape != history.scored_after.shape:
        raise ValueError("scored_after and scores of different shapes")
    if not len(history.returns) == len(history.scores) == len(history.steps):
        raise ValueError("returns, scores and steps of different numbers of runs")
    return history
