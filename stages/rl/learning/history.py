"""The history of an agent's training, as its file holds it, and what can be told from it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class History(NamedTuple):
    """How the training of all runs of an agent went."""

    episodes: NDArray[np.int64]  # [N], training episodes up to the end of each stretch
    returns: NDArray[np.float32]  # [R, N], mean return in each stretch
    lengths: NDArray[np.float32]  # [R, N], mean steps of an episode in each stretch
    scored_after: NDArray[np.int32]  # [R, K], training episodes that had led to each scored policy
    scores: NDArray[np.float64]  # [R, K], mean return of each over the selection episodes
    known_after: NDArray[np.int64]  # [R, K], steps of training and selection that had led to each

    @property
    def steps(self) -> NDArray[np.int64]:
        """Count all environment steps of each run, [R], those of the selection included."""
        return self.known_after[:, -1]

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

    def steps_to_first_solve(self, threshold: float | None) -> NDArray[np.float64]:
        """Count each run's environment steps until the agent itself could know that it solves.

        They are those of training and of selection, up to and with the score that reaches the
        threshold: a policy that nobody has scored yet is not known to be good. Shapes as above.
        """
        if threshold is None:
            return np.full(len(self.scores), np.inf)
        return np.where(self.scores >= threshold, self.known_after, np.inf).min(axis=1)

    def steps_to_solve(self, threshold: float | None) -> NDArray[np.float64]:
        """Count likewise."""
        return self.steps_to_first_solve(threshold)
