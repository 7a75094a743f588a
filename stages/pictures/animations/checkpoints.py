"""Which checkpoints of run 0 an animation shows."""

from collections.abc import Sequence
from typing import NamedTuple

from stages.common.script import InputError
from stages.evaluation import files
from stages.evaluation.episodes import Episode
from stages.rl.interface.task import Task

SHOWN = 4


class Checkpoint(NamedTuple):
    """How a policy played in the course of its training."""

    trained: int  # episodes
    episode: Episode


def checkpoints_of(folder: str, task: Task) -> list[Checkpoint]:
    """Read the episodes of an agent's checkpoints, from the untrained policy to the chosen one.

    Raises:
        InputError: they cannot be of this environment, as after a switch without `dvc repro`.
    """
    trained, played = files.checkpoint_episodes(folder)
    if (
        played.observations.shape[2] != task.observation_size
        or played.actions.max() >= task.actions
    ):
        raise InputError(f"{folder}: is not for {task.id}; `dvc repro` makes it anew")
    return [Checkpoint(after, played.of(c)) for c, after in enumerate(trained.tolist())]


def choose(checkpoints: Sequence[Checkpoint]) -> list[Checkpoint]:
    """Choose the first checkpoint, the last, and two between: a third and two thirds of the way.

    The way is that from the first return to the last. Of checkpoints with equally near returns it
    is the one nearest to a third, or to two thirds, of the list. Up to four are all shown.
    """
    if len(checkpoints) <= SHOWN:
        return list(checkpoints)
    returns = [sum(one.episode.rewards.tolist()) for one in checkpoints]
    last = len(checkpoints) - 1
    chosen = [0]
    for third in (1, 2):
        aim = returns[0] + third / 3 * (returns[-1] - returns[0])
        distances = [
            (abs(returns[c] - aim), abs(3 * c - third * last), c)
            for c in range(chosen[-1] + 1, last - 2 + third)
        ]
        chosen.append(min(distances)[-1])
    return [checkpoints[c] for c in (*chosen, last)]
