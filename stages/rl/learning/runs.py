"""What an agent is, what one of its training runs leaves behind, and a learner's checkpoints."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.interface.task import Task
from stages.rl.policies.policy import Floats, Policies


class Run(NamedTuple):
    """One training run.

    A policy that is scored (a finalist of the search, a checkpoint of a learner) plays episodes
    from the selection stream, the same stream for all policies of the run.
    """

    policy: Floats  # the weights of the policy that was chosen
    untrained: Floats  # the weights with which the run began
    returns: Floats  # [E], of the training episodes
    lengths: NDArray[np.int64]  # [E], their steps
    scored_after: NDArray[np.int32]  # [K], training episodes that had led to each scored policy
    scores: Floats  # [K], mean return of each over the selection episodes
    known_after: NDArray[np.int64]  # [K], all steps that had led to each score, selection's too
    checkpoints: "Checkpoints"


class Checkpoints(NamedTuple):
    """A run's policies in the course of its training: the first, some between, the chosen one."""

    episodes: NDArray[np.int64]  # [C], training episodes that had led to each, ascending from 0
    policies: Floats  # [C, ...]


def none_of_it(settings: Any, task: Task) -> tuple[()]:
    """Stand in for what an agent need not check."""
    del settings, task
    return ()


@dataclass(frozen=True, eq=False)
class Agent:
    """What a module of stages/rl/agents defines, as AGENT.

    All functions take the settings, of the agent's own class, and the environment first.
    """

    name: str  # of its folder in data/, in dvc.yaml, and of its random streams
    section: str  # of its stage, and of its section in params.yaml
    settings: Any  # a class of NamedTuples: the section's keys, with types, ranges and defaults
    train: Callable[[Any, Task, int, int], Run]  # ..., the seed and the number of the run
    policies: Callable[[Any, Task, Floats], Policies]  # ..., weights [R, ...] of runs
    # Keys whose values do not fit one another or the environment, and what is wrong with each.
    faults: Callable[[Any, Task], Iterable[tuple[str, str]]] = none_of_it
    # How many numbers a run leaves behind, by the key that decides on it: all runs have to fit.
    sizes: Callable[[Any, Task], Iterable[tuple[str, int]]] = none_of_it
    # For tuning: new values by key, as an `optuna.Trial`, the third argument, suggests them by key;
    # those of a list as multiples (`stages.rl.interface.options.multiples`).
    suggest: Callable[[Any, Task, Any], dict[str, Any]] | None = None


class Record:
    """What is kept of a run that learns from one training episode after the other.

        for episodes in record.stretches():
            for episode in episodes:
                record.returns[episode], record.lengths[episode] = ...
            record.score(...)
        return record.run()

    The policy with the best score is chosen, of equal ones the later.
    """

    def __init__(self, weights: Floats, episodes: int, checkpoint_every: int) -> None:
        """Begin.

        Args:
            weights: of the policy, which learning changes in place.
            episodes: all training episodes.
            checkpoint_every: episodes between two scores; the last comes at the end.
        """
        self.weights = weights
        self.returns, self.lengths = np.empty(episodes), np.empty(episodes, np.int64)
        self.scored_after = [*range(checkpoint_every, episodes, checkpoint_every), episodes]
        self.scores: list[float] = []
        self.selection_steps: list[int] = []  # that each score took
        self.chosen, self.chosen_after, self.best = weights.copy(), 0, -math.inf
        self.kept = {0: self.chosen}  # policies by the episodes that had led to them
        self.landmarks = set(landmarks(len(self.scored_after)))

    def stretches(self) -> Iterator[range]:
        """Yield the numbers of the episodes up to each score."""
        yield from map(range, [0, *self.scored_after], self.scored_after)

    def score(self, mean: float, steps: int) -> None:
        """Note the policy's mean return over the selection episodes, and their steps."""
        self.scores.append(mean)
        self.selection_steps.append(steps)
        after = self.scored_after[len(self.scores) - 1]
        if mean >= self.best:
            self.chosen, self.chosen_after, self.best = self.weights.copy(), after, mean
        if len(self.scores) in self.landmarks:
            self.kept[after] = self.weights.copy()

    def run(self) -> Run:
        """Return what is left of the run."""
        shown = [after for after in self.kept if after < self.chosen_after]
        policies = [*(self.kept[after] for after in shown), self.chosen]
        trained = np.cumsum(self.lengths)[np.array(self.scored_after) - 1]
        return Run(
            self.chosen,
            self.kept[0],
            self.returns,
            self.lengths,
            np.array(self.scored_after, np.int32),
            np.array(self.scores),
            trained + np.cumsum(self.selection_steps),
            Checkpoints(np.array([*shown, self.chosen_after]), np.stack(policies)),
        )


def landmarks(count: int) -> list[int]:
    """List 1, 2, 3, 4, 6, 8, 12, 16, ... up to a count: few, however large it is."""
    powers = [2**k for k in range(count.bit_length())]
    return sorted(n for n in {*powers, *(3 * power for power in powers)} if n <= count)
