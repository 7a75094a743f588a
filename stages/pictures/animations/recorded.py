"""Reading the recorded episodes that are to be shown, all of run 0."""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from stages.evaluation import episodes, files


class Checkpoint(NamedTuple):
    """How a policy played in the course of its training."""

    after: int  # training episodes
    episode: episodes.Episode


def checkpoints_of(folder: str) -> list[Checkpoint]:
    """Read the episodes of an agent's checkpoints, from the untrained policy to the chosen one."""
    trained, played = files.checkpoint_episodes(folder)
    return [Checkpoint(after, played.of(c)) for c, after in enumerate(trained.tolist())]


def telling(checkpoints: Sequence[Checkpoint]) -> list[Checkpoint]:
    """Choose the checkpoints that a film of learning shows: first, last, and two in between.

    Those in between are the two, in the order of training, whose returns come nearest to a third
    and two thirds of the way from the first return to the last: by the sum of what they are off.
    Where several pairs come equally near, as all do when nothing was learned, it is the pair
    nearest to a third and two thirds of the checkpoints. Where there are fewer, all are shown.
    """
    if len(checkpoints) <= 4:
        return list(checkpoints)
    returns = [float(one.episode.rewards.sum(dtype=np.float64)) for one in checkpoints]
    last = len(checkpoints) - 1

    def off(pair: tuple[int, ...]) -> tuple[float, int]:
        thirds = [
            (3 * (returns[c] - returns[0]) - part * (returns[-1] - returns[0]), 3 * c - part * last)
            for part, c in enumerate(pair, 1)
        ]
        return sum(abs(gain) for gain, _ in thirds), sum(abs(place) for _, place in thirds)

    between = min(combinations(range(1, last), 2), key=off)
    return [checkpoints[c] for c in (0, *between, last)]
