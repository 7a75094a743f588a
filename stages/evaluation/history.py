"""The history of an agent's training, as its file holds it, and what follows from it."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.evaluation.statistics import student_quantile

LEVEL = 0.05  # of significance


class History(NamedTuple):
    """How the training of all runs of an agent went."""

    episodes: NDArray[np.int64]  # [N], training episodes up to the end of each stretch
    returns: NDArray[np.float32]  # [R, N], mean return in each stretch
    lengths: NDArray[np.float32]  # [R, N], mean steps of an episode in each stretch
    scored_after: NDArray[np.int32]  # [R, K], training episodes that had led to each scored policy
    scores: NDArray[np.float64]  # [R, K], mean return of each over the validation episodes
    score_errors: NDArray[np.float64]  # [R, K], standard error of each
    validation_episodes: NDArray[np.int64]  # [], of each score
    known_after: NDArray[np.int64]  # [R, K], steps of training and validation that had led to each

    @property
    def steps(self) -> NDArray[np.int64]:
        """Count all environment steps of each run, [R], those of the validation included."""
        return self.known_after[:, -1]

    @property
    def validation_steps(self) -> NDArray[np.int64]:
        """Count the environment steps of each run's validation episodes, [R]."""
        return self.steps - self.training_steps()[:, -1].astype(np.int64)

    def training_steps(self) -> NDArray[np.float64]:
        """Count the environment steps of the training episodes, up to the end of each stretch.

        Returns:
            Whole numbers [R, N]; exact where a stretch is one episode.
        """
        counts = np.diff(self.episodes, prepend=0)
        return np.cumsum(np.rint(self.lengths.astype(np.float64) * counts), axis=1)

    def steps_to_first_solve(self, threshold: float | None) -> NDArray[np.float64]:
        """Count each run's environment steps until a validation score first reached the threshold.

        They are those of training and of validation, up to and with that score: a policy without
        a score is not known to be good.

        Args:
            threshold: mean return that counts as solved; None where nothing does.

        Returns:
            [R], infinite for a run none of whose policies reached it.
        """
        return first(self.known_after, self._reached(threshold))

    def steps_to_solve(self, threshold: float | None) -> NDArray[np.float64]:
        """Count likewise to where the threshold is reached to stay.

        That is the first score at the threshold or above after which no score lies significantly
        below it (`fallen`). Of scores that are known at the same time, as a search's, the best
        counts.
        """
        return first(self.known_after, self._stays(threshold))

    def episodes_to_solve(self, threshold: float | None) -> NDArray[np.float64]:
        """Count the training episodes that had led to the policy that got there to stay."""
        return first(self.scored_after, self._stays(threshold))

    def _reached(self, threshold: float | None) -> NDArray[np.bool_]:
        """Tell which scores [R, K] are at the threshold or above."""
        return self.scores >= (np.inf if threshold is None else threshold)

    def fallen(self, threshold: float) -> NDArray[np.bool_]:
        """Tell which scores [R, K] lie significantly below the threshold.

        One-sided t tests by each score's own validation episodes, at 5 % for all K scores of a run
        together (Bonferroni): a policy whose true mean is the threshold is said to have fallen in
        at most one run of twenty. One episode has no spread to test with.
        """
        episodes, scores = int(self.validation_episodes), self.scores.shape[1]
        if episodes == 1:
            return np.zeros(self.scores.shape, np.bool_)
        return self.scores + fall_margin(scores, episodes) * self.score_errors < threshold

    def _stays(self, threshold: float | None) -> NDArray[np.bool_]:
        """Tell which scores [R, K] reach the threshold, and none falls below it later."""
        reached = self._reached(threshold)
        if threshold is None:
            return reached
        last_fall = np.where(self.fallen(threshold), self.known_after, 0).max(axis=1)
        return reached & (self.known_after >= last_fall[:, np.newaxis])


def fall_margin(scores: int, episodes: int) -> float:
    """Return by how many of its standard errors a score lies significantly below a threshold.

    Args:
        scores: of a run, which are tested together.
        episodes: of each score, at least two.
    """
    return student_quantile(1.0 - LEVEL / scores, episodes - 1)


def first(counts: NDArray[Any], where: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return each run's lowest count [R] of those [R, K] that are marked, infinite without one."""
    return np.where(where, counts, np.inf).min(axis=1)
