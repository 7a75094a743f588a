"""Training runs of tuning, on random streams that no reported result comes from.

`seed` in params.yaml is below 2^32; the streams of run r of a tuning start from
2^32 (1 + r) + seed. So no run of the pipeline, at any seed, shares a stream with them.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from stages.evaluation.history import History
from stages.evaluation.summary import possible_returns
from stages.rl.engine.random_numbers import SHARED, Purpose, stream
from stages.rl.interface.set_up import dynamics
from stages.rl.interface.task import Task
from stages.rl.training.all_runs import gather, train_run
from stages.rl.training.greedy_episodes import mean_return, world_of
from stages.rl.training.pool import Pool
from stages.rl.training.runs import Agent

SEEDS = 2**32  # that params.yaml can hold
SEARCH = 2, 4, 8, 16  # runs after which the worse trials are pruned; the last ends a trial
CHOOSING = range(SEARCH[-1], SEARCH[-1] + 20)  # runs that choose among the best trials
TEST = range(CHOOSING.stop, CHOOSING.stop + 30)  # runs that compare the chosen one

# Optuna minimises one number. So that runs solved count first, then returns, then steps, an
# unsolved run costs more than the steps of fifty runs, and 0.01 less of its return likewise.
UNSOLVED = 1e17
LOST_RETURN = 1e9
HIGHEST_RETURN = 1e6


class Outcome(NamedTuple):
    """What one training run led to."""

    solved: bool
    mean_return: float  # over its test episodes
    steps: int  # to solve; all steps of a run that did not

    @property
    def cost(self) -> float:
        """Return the steps if the run solved the environment, and a far higher number if not."""
        if self.solved:
            return float(self.steps)
        return UNSOLVED + LOST_RETURN * (HIGHEST_RETURN - self.mean_return) + self.steps


class Trainer(NamedTuple):
    """What all runs of a tuning have in common."""

    agent: Agent
    task: Task
    seed: int
    episodes: int  # test episodes of a run

    def outcome(self, work: tuple[Any, int]) -> Outcome:
        """Train with some settings in the run of this number, and test the chosen policy."""
        settings, run = work
        seed = root(self.seed, run)
        trained = train_run(self.agent, settings, self.task, seed, 0)
        policies = self.agent.policies(settings, self.task, trained.policy[np.newaxis])
        policy = policies.of_run(0, self.task.observation_size)
        test = stream(seed, SHARED, Purpose.TEST, 0)
        world = world_of(self.task, dynamics(self.task))
        gained, _, _ = mean_return(world, policy, test, self.episodes)
        history = History(**gather([trained]).history())
        (to_solve,), (all_steps,) = history.steps_to_solve(self.task.threshold), history.steps
        solved = self.task.threshold is not None and gained >= self.task.threshold
        return Outcome(solved, gained, int(to_solve if math.isfinite(to_solve) else all_steps))

    def outcomes(
        self, pool: Pool, some: Sequence[Any], runs: range, title: str = ""
    ) -> list[list[Outcome]]:
        """Train with each of some settings [N] in some runs [R]; return the outcomes [N, R]."""
        work = [(settings, run) for settings in some for run in runs]
        done = list(pool.map(self.outcome, work, title))
        return [done[i : i + len(runs)] for i in range(0, len(done), len(runs))]


def root(seed: int, run: int) -> int:
    """Return the root of all random streams of a run of tuning."""
    return SEEDS * (1 + run) + seed


def mean_cost(outcomes: Sequence[Outcome]) -> float:
    """Return the mean cost of runs: settings are the better, the lower it is."""
    return sum(one.cost for one in outcomes) / len(outcomes)


def attainable(task: Task) -> Task:
    """Drop a threshold above the best possible return: only luck reaches it."""
    _, _, optimum = possible_returns(task)
    above = task.threshold is not None and task.threshold > optimum
    return task._replace(threshold=None) if above else task
