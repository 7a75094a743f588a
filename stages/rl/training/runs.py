"""What an agent is, what one of its training runs leaves behind, and a learner's checkpoints."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.interface.problem import Problem
from stages.rl.interface.settings import Section
from stages.rl.policies.policy import Floats, Policies
from stages.rl.training.greedy_episodes import World


class Curve(NamedTuple):
    """How the training episodes of a run went; kernels fill it in."""

    returns: Floats  # [E]
    lengths: NDArray[np.int64]  # [E], their steps


class Snapshots(NamedTuple):
    """A run's weights in the course of its training: the first, some between, the chosen ones."""

    episodes: NDArray[np.int64]  # [C], training episodes that had led to each, ascending from 0
    weights: Floats  # [C, ...]


class Run(NamedTuple):
    """One training run.

    A policy that is scored (a finalist of the search, a checkpoint of a learner) plays episodes
    from the validation stream, the same stream for all policies of the run.
    """

    policy: Floats  # the weights of the policy that was chosen
    untrained: Floats  # the weights with which the run began
    returns: Floats  # [E], of the training episodes
    lengths: NDArray[np.int64]  # [E], their steps
    scored_after: NDArray[np.int32]  # [K], training episodes that had led to each scored policy
    scores: Floats  # [K], mean return of each over the validation episodes
    score_errors: Floats  # [K], standard error of each; 0 where no other score comes later
    validation_episodes: int  # of each score
    known_after: NDArray[np.int64]  # [K], all steps that had led to each score, validation's too
    checkpoints: Snapshots


def none_of_it(settings: Any, task: Problem) -> tuple[()]:
    """Stand in for what an agent need not check."""
    del settings, task
    return ()


@dataclass(frozen=True, eq=False)
class Agent:
    """What a module of stages/rl/agents defines, as AGENT.

    All functions take the settings, of the agent's own class, and the environment first.
    """

    name: str  # of its module, of its folders in data/, and in dvc.yaml
    section: str  # of its stage, and of its section in params.yaml
    settings: type[Section]  # the section's keys, with types, ranges and defaults
    # ..., the world for this run, the seed and the number of the run
    train: Callable[[Any, Problem, World, int, int], Run]
    policies: Callable[[Any, Problem, Floats], Policies]  # ..., weights [R, ...] of runs
    # Keys whose values do not fit one another or the environment, and what is wrong with each.
    faults: Callable[[Any, Problem], Iterable[tuple[str, str]]] = none_of_it
    # For tuning: new values by key, as an `optuna.Trial`, the third argument, suggests them by key;
    # those of a list as multiples (`stages.rl.interface.suggestions.multiples`).
    suggest: Callable[[Any, Problem, Any], dict[str, Any]] | None = None


class Record:
    """What is kept of a run that learns from one training episode after the other.

        for first, last in record.stretches():
            for episode in range(first, last):
                record.curve.returns[episode], record.curve.lengths[episode] = ...
            record.score(...)
        return record.run()

    The policy with the best score is chosen, of equal ones the later.
    """

    def __init__(
        self, weights: Floats, episodes: int, checkpoint_every: int, validation_episodes: int
    ) -> None:
        """Begin, with weights that learning changes in place; the last checkpoint is at the end."""
        self.validation_episodes = validation_episodes
        self.weights = weights
        self.curve = Curve(np.empty(episodes), np.empty(episodes, np.int64))
        self.scored_after = [*range(checkpoint_every, episodes, checkpoint_every), episodes]
        self.scores: list[float] = []
        self.errors: list[float] = []
        self.validation_steps: list[int] = []  # that each score took
        self.chosen, self.chosen_after, self.best = weights.copy(), 0, -math.inf
        self.kept = {0: self.chosen}  # weights by the episodes that had led to them
        self.landmarks = landmarks(len(self.scored_after))

    def stretches(self) -> Iterator[tuple[int, int]]:
        """Yield the episodes between two scores: the first, and the one after the last."""
        return pairwise([0, *self.scored_after])

    def score(self, mean: float, error: float, steps: int) -> None:
        """Note the policy's mean return over the validation episodes, its error and their steps."""
        self.scores.append(mean)
        self.errors.append(error)
        self.validation_steps.append(steps)
        after = self.scored_after[len(self.scores) - 1]
        if mean >= self.best:
            self.chosen, self.chosen_after, self.best = self.weights.copy(), after, mean
        if len(self.scores) in self.landmarks:
            self.kept[after] = self.weights.copy()

    def run(self) -> Run:
        """Return what is left of the run."""
        shown = {after: kept for after, kept in self.kept.items() if after < self.chosen_after}
        shown[self.chosen_after] = self.chosen
        trained = np.cumsum(self.curve.lengths)[np.array(self.scored_after) - 1]
        return Run(
            self.chosen,
            self.kept[0],
            *self.curve,
            np.array(self.scored_after, np.int32),
            np.array(self.scores),
            np.array(self.errors),
            self.validation_episodes,
            trained + np.cumsum(self.validation_steps),
            Snapshots(np.array([*shown]), np.stack([*shown.values()])),
        )


def landmarks(count: int) -> list[int]:
    """List 1, 2, 3, 4, 6, 8, 12, 16, ... up to a count: few, however large it is."""
    powers = [2**k for k in range(count.bit_length())]
    return sorted(n for n in {*powers, *(3 * power for power in powers)} if n <= count)
