"""Robustness: trained policies, greedy as in the test, under perturbations.

The environments are those of training (`stages.rl.interface.dynamics`) with other constants,
played by kernels. A test compares them with Gymnasium's.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.evaluation.perturbations import Perturbation
from stages.evaluation.statistics import BOOTSTRAP_RUNS, bootstrap_interval, mean_interval
from stages.evaluation.summary import possible_returns, rounded
from stages.rl.engine.random_numbers import SHARED, Purpose, stream
from stages.rl.interface.environment_spec import Dynamics
from stages.rl.interface.set_up import dynamics
from stages.rl.interface.task import Task
from stages.rl.policies.policy import Policies
from stages.rl.training.greedy_episodes import Disturbance, mean_return, world_of

DECIMALS = 3  # of a number
RESAMPLES = 1000  # behind an interval: there are many
COLUMNS = ("change", "level", "as_trained")  # of a perturbation


class Play:
    """Episodes under several perturbations, the same ones for every policy."""

    def __init__(
        self,
        task: Task,
        seed: int,
        episodes: int,
        some: Sequence[Perturbation],
        spread: NDArray[np.float64],
    ) -> None:
        """Make the environments.

        Args:
            task: the environment as trained.
            seed: root of the streams of starts and of disturbances.
            episodes: of each run under each perturbation.
            some: the perturbations, W.
            spread: of each number of an observation, [S]: what noise is measured in.
        """
        self.task, self.seed, self.episodes, self.perturbations = task, seed, episodes, some
        self.spread = spread
        self.environments = None
        if task.spec.dynamics is not Dynamics.GYMNASIUM:  # which plays for one thread at a time
            self.environments = [dynamics(task._replace(options=one.options)) for one in some]

    def mean_returns(self, policy: Policies, run: int) -> NDArray[np.float64]:
        """Play with a run's policy; return its mean return under each perturbation, [W].

        All have the same starts; noise and random actions are drawn from another stream.
        """
        trained = policy.of_run(run, self.task.observation_size)
        unchanged = world_of(self.task, dynamics(self.task))
        environments = self.environments or [unchanged.environment] * len(self.perturbations)
        returns = np.empty(len(self.perturbations))
        for place, (one, environment) in enumerate(
            zip(self.perturbations, environments, strict=True)
        ):
            disturbance = Disturbance(
                one.noise * math.sqrt(3.0) * self.spread,  # the reach of uniform noise
                one.random_actions,
                self.task.actions,
                stream(self.seed, SHARED, Purpose.ROBUSTNESS, run, 1),
            )
            changed = unchanged._replace(environment=environment, disturbance=disturbance)
            starts = stream(self.seed, SHARED, Purpose.ROBUSTNESS, run)
            returns[place], _, _ = mean_return(changed, trained, starts, self.episodes)
        return returns


def rows(
    agent: str,
    returns: NDArray[np.float64],
    some: Sequence[Perturbation],
    task: Task,
    generator: np.random.Generator,
) -> list[dict[str, Any]]:
    """Report how an agent did under each perturbation.

    Args:
        agent: its name.
        returns: mean return of each of its runs under each, [R, W].
        some: the perturbations.
        task: the environment as trained.
        generator: where the draws behind the intervals come from.

    Returns:
        For each its change and level, the mean return over runs with its 95% interval, and
        the share of the runs that solve it. None where there is none of it.
    """
    if not some:  # params.yaml asks for none
        return []
    lowest, highest, _ = possible_returns(task)
    if len(returns) < BOOTSTRAP_RUNS:
        bounds = np.array(
            [mean_interval(one, lowest, highest, RESAMPLES, generator) for one in returns.T]
        ).T
    else:
        bounds = np.array(bootstrap_interval(returns, RESAMPLES, generator))
    found = []
    for place, one in enumerate(some):
        of = returns[:, place]
        solved = math.nan if task.threshold is None else (of >= task.threshold).mean()
        low, high = bounds[:, place]
        numbers = {"return": of.mean(), "low": low, "high": high, "solved": solved}
        found.append(
            {"agent": agent, **{name: getattr(one, name) for name in COLUMNS}}
            | {name: rounded(value, DECIMALS) for name, value in numbers.items()}
        )
    return found
