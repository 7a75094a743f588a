"""Robustness: trained policies, greedy as in the test, in worlds that they never saw.

The worlds are those of training (`stages.rl.interface.dynamics`) with other constants, played by
kernels. A test compares them with Gymnasium's.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.kernels import kernel
from stages.rl.engine.seeding import NOBODY, Purpose, Stream, stream
from stages.rl.engine.xoshiro import below, uniform, uniform_between
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.interface.task import Task, dynamics
from stages.rl.judge.episodes import ENDED, Episodes
from stages.rl.judge.statistics import BOOTSTRAP_RUNS, bootstrap_interval, mean_interval
from stages.rl.judge.summary import possible_returns
from stages.rl.judge.worlds import World
from stages.rl.policies.kind import Policy, greedy_action

DECIMALS = 3  # of what is told
TOLD = ("change", "level", "as_trained")  # of a world


def spread(recorded: Sequence[Episodes]) -> NDArray[np.float64]:
    """Return the standard deviation of each variable [S] over all steps of recorded episodes."""
    seen = [one.observations[:, :-1][one.actions != ENDED] for one in recorded]
    return np.concatenate(seen).astype(np.float64).std(axis=0)


class Play:
    """Episodes in several worlds, the same ones for every policy."""

    def __init__(
        self,
        task: Task,
        seed: int,
        episodes: int,
        some: Sequence[World],
        spread: NDArray[np.float64],
    ) -> None:
        """Make the worlds.

        Args:
            task: the environment as trained.
            seed: root of the streams of starts and of disturbances.
            episodes: of each run in each world.
            some: the worlds, W.
            spread: of each variable, [S]: what noise is measured in.
        """
        self.task, self.seed, self.episodes, self.worlds = task, seed, episodes, some
        self.spread = spread
        self.environments = None
        if hasattr(task.module, "Environment"):  # else Gymnasium plays, for one thread at a time
            self.environments = [dynamics(task._replace(options=world.options)) for world in some]

    def mean_returns(self, policy: Policy, run: int) -> NDArray[np.float64]:
        """Play with a run's policy; return its mean return in each world, [W].

        All worlds and all agents have the same starts; noise and pushes are drawn apart from them.
        """
        player, seen = policy.player(run, self.task.variables), np.zeros(self.task.variables)
        environments = self.environments or [dynamics(self.task)] * len(self.worlds)
        returns = np.empty(len(self.worlds))
        for place, (world, environment) in enumerate(zip(self.worlds, environments, strict=True)):
            disturbance = Disturbance(
                world.noise * math.sqrt(3.0) * self.spread,  # the reach of uniform noise
                world.random_actions,
                self.task.actions,
                stream(self.seed, NOBODY, Purpose.ROBUSTNESS, run, 1),
            )
            starts = stream(self.seed, NOBODY, Purpose.ROBUSTNESS, run)
            returns[place] = mean_return(
                environment, player, seen, disturbance, self.task.limit, starts, self.episodes
            )
        return returns


def rows(
    agent: str,
    returns: NDArray[np.float64],
    some: Sequence[World],
    task: Task,
    resamples: int,
    generator: np.random.Generator,
) -> list[dict[str, Any]]:
    """Tell how an agent did in each world.

    Args:
        agent: its name.
        returns: mean return of each of its runs in each world, [R, W].
        some: the worlds.
        task: the environment as trained.
        resamples: of the draws behind the intervals.
        generator: where they come from.

    Returns:
        For each world its change and level, the mean return over runs with its 95% interval, and
        the share of the runs that solve it. None where there is none of it.
    """
    lowest, highest, _ = possible_returns(task)
    if len(returns) < BOOTSTRAP_RUNS:
        bounds = np.array(
            [mean_interval(one, lowest, highest, resamples, generator) for one in returns.T]
        ).T
    else:
        bounds = np.array(bootstrap_interval(returns, resamples, generator))
    told = []
    for place, world in enumerate(some):
        of = returns[:, place]
        solved = None if task.threshold is None else float((of >= task.threshold).mean())
        numbers = {"return": of.mean(), "low": bounds[0, place], "high": bounds[1, place]}
        told.append(
            {"agent": agent, **{name: getattr(world, name) for name in TOLD}}
            | {name: rounded(value) for name, value in numbers.items()}
            | {"solved": rounded(solved)}
        )
    return told


def rounded(value: float | None) -> float | None:
    """Round a number; None where there is none."""
    return None if value is None or math.isnan(value) else round(float(value), DECIMALS)


class Disturbance(NamedTuple):
    """What comes between a policy and the world."""

    noise: NDArray[np.float64]  # [S], the most that is added to or taken from what is seen
    random_actions: float  # probability that an action is a random one
    actions: int  # A
    stream: Stream  # of both


@kernel
def mean_return(
    environment: Any,
    player: Any,
    seen: NDArray[np.float64],
    disturbance: Disturbance,
    limit: int,
    starts: Stream,
    episodes: int,
) -> float:
    """Play greedy episodes that are disturbed, one after the other; return their mean return.

    Args:
        environment: see `stages.rl.interface.dynamics`.
        player: see `stages.rl.policies.kind`.
        seen: room for an observation, [S].
        disturbance: of each step.
        limit: steps after which an episode is truncated.
        starts: stream of start states, and of chance in the environment.
        episodes: how many.
    """
    total = 0.0
    for _ in range(episodes):
        total += disturbed_return(environment, player, seen, disturbance, limit, starts)
    return total / episodes


@kernel
def disturbed_return(
    environment: Any,
    player: Any,
    seen: NDArray[np.float64],
    disturbance: Disturbance,
    limit: int,
    starts: Stream,
) -> float:
    """Play one of them; return its return."""
    noise, chance, actions, draws = disturbance
    total = 0.0
    state = start(environment, starts)
    for _ in range(limit):
        observe(environment, state, seen)
        for i in range(seen.size):
            if noise[i] > 0.0:
                seen[i] += uniform_between(-noise[i], noise[i], draws)
        action = greedy_action(player, seen)
        if chance > 0.0 and uniform(draws) < chance:
            action = below(actions, draws)
        state, reward, terminated, truncated = step(environment, state, action, starts)
        total += reward
        if terminated or truncated:
            return total
    return total
