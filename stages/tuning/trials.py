"""Settings tried: they are trained with in runs that no reported number comes from.

Each run of tuning has a root of its own for its random streams, above all that `seed` can be: so
none of them is a stream of the pipeline, whichever seed that is given.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from stages.evaluation.history import History
from stages.evaluation.summary import possible_returns
from stages.rl.engine.random_numbers import NOBODY, Purpose, stream
from stages.rl.interface.setting_up import dynamics
from stages.rl.interface.task import Task
from stages.rl.learning.parallel import Pool
from stages.rl.learning.playing import mean_return, world_of
from stages.rl.learning.runs import Agent
from stages.rl.learning.training import gather, train_run

SEEDS = 2**32  # that params.yaml can hold


class Outcome(NamedTuple):
    """What came of a run."""

    solved: bool
    mean_return: float  # over test episodes
    steps: int  # until it knew that it solves; all that it took, where it never did


# What costs are measured in is steps. In up to fifty runs each weighs more than all that follows:
UNSOLVED = 1e17  # a run that does not solve,
LOST = 1e9  # one less of its return,
HIGHEST = 1e6  # which is within a million; its steps


def cost(outcome: Outcome) -> float:
    """Say what a run costs; settings are the better, the less their runs cost in the mean.

    A run that solves costs its steps. One that does not costs more than all the steps of all runs,
    and the more, the lower its return; the steps decide where returns are equal. So it is runs
    solved first, then steps; and where none solves, or nothing counts as solved, the mean return.
    """
    if outcome.solved:
        return float(outcome.steps)
    return UNSOLVED + LOST * (HIGHEST - outcome.mean_return) + outcome.steps


def attainable(task: Task) -> Task:
    """Drop a threshold that lies above the best possible: who reaches it had luck."""
    _, _, optimum = possible_returns(task)
    above = task.threshold is not None and task.threshold > optimum
    return task._replace(threshold=None) if above else task


def root(seed: int, run: int) -> int:
    """Return the root of all streams of a run of tuning."""
    return SEEDS * (1 + run) + seed


class Trainer(NamedTuple):
    """What all runs of a tuning have in common."""

    agent: Agent
    task: Task
    seed: int
    episodes: int  # of a run's test

    def run(self, work: tuple[Any, int]) -> Outcome:
        """Train with some settings in a run, and test what it has learned."""
        settings, run = work
        seed = root(self.seed, run)
        trained = train_run(self.agent, settings, self.task, seed, 0)
        policies = self.agent.policies(settings, self.task, trained.policy[np.newaxis])
        policy = policies.of_run(0, self.task.variables)
        test = stream(seed, NOBODY, Purpose.TEST, 0)
        gained, _, _ = mean_return(
            world_of(self.task, dynamics(self.task)), policy, test, self.episodes
        )
        history = History(**gather([trained]).history())
        (steps,) = history.steps_to_solve(self.task.threshold)
        (all_steps,) = history.steps
        solved = self.task.threshold is not None and gained >= self.task.threshold
        return Outcome(solved, gained, int(steps if math.isfinite(steps) else all_steps))


class Runs:
    """Runs that were trained already, and where others are trained."""

    def __init__(self, trainer: Trainer, pool: Pool) -> None:
        self.trainer, self.pool = trainer, pool
        self.known: dict[tuple[str, int], Outcome] = {}

    def outcomes(
        self, some: Sequence[Any], runs: Sequence[int], title: str = ""
    ) -> list[list[Outcome]]:
        """Train with each of some settings in each of some runs.

        Args:
            some: the settings, N.
            runs: the numbers of the runs, R.
            title: of a progress bar; without it there is none.

        Returns:
            What came of them, [N, R].
        """
        wanted = {
            (repr(settings), run): (settings, run)
            for settings in some
            for run in runs
            if (repr(settings), run) not in self.known
        }
        done = self.pool.map(self.trainer.run, list(wanted.values()), title)
        self.known.update(zip(wanted, done, strict=True))
        return [[self.known[repr(settings), run] for run in runs] for settings in some]


def mean_cost(outcomes: Sequence[Outcome]) -> float:
    """Return what runs cost in the mean."""
    return sum(map(cost, outcomes)) / len(outcomes)
