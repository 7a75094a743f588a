"""Our agents as they are measured: by params.yaml, from their own seed, without files."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from stages.common import params
from stages.rl.agents import q_learning, random_search, reinforce
from stages.rl.interface.task import Task, set_up
from stages.rl.learning.parallel import Pool, Threads
from stages.rl.learning.runs import Training, train_runs

Train = Callable[[int, Pool], Training]  # so many runs, where

SEED = 0


def agents() -> dict[str, Train]:
    """Train each agent on CartPole by params.yaml, which limit.c repeats."""
    task = environment("cartpole")
    settings = {
        agent: agent.Settings(**section("cartpole")[agent.SECTION])
        for agent in (random_search, q_learning, reinforce)
    }
    trained: dict[str, Train] = {
        random_search.NAME: partial(random_search.train_runs, settings[random_search], task, SEED)
    }
    for agent in (q_learning, reinforce):
        trained[agent.NAME] = partial(in_turn, agent, settings[agent], task)
    return trained


def in_turn(agent: Any, settings: Any, task: Task, runs: int, pool: Pool) -> Training:
    """Train an agent, a run at a time."""
    train = partial(agent.train, settings, task, SEED)
    return train_runs(train, runs, settings.episodes, pool, agent.NAME)


def screening(name: str, candidates: int) -> Train:
    """Search an environment with a final of one episode: drawing, screening and sorting count."""
    settings = random_search.Settings(**section(name)["search"])
    settings = settings._replace(candidates=candidates, finalists=1, selection_episodes=1)
    return partial(random_search.train_runs, settings, environment(name), SEED)


def section(name: str) -> dict[str, Any]:
    """Read an environment's section of params.yaml."""
    found: dict[str, Any] = params.read(params.FILE)[name]
    return found


def environment(name: str) -> Task:
    """Set up an environment as its section has it."""
    return set_up(name, section(name)["env"])


def measure(train: Train, runs: int, cores: int) -> tuple[int, float]:
    """Return the useful steps of some runs, and their seconds."""
    start = time.perf_counter()
    steps = int(train(runs, Threads(cores)).steps.sum())
    return steps, time.perf_counter() - start


def speed(train: Train, runs: int, cores: int) -> float:
    """Return the useful steps a second."""
    steps, seconds = measure(train, runs, cores)
    return steps / seconds


def warm_up(train: Train) -> None:
    """Compile, which is measured with the whole pipeline."""
    train(1, Threads(1))
