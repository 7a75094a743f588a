"""Our agents as they are measured: by params.yaml, from their own seed, without files."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from stages.common import params
from stages.rl.agents import q_learning, random_search, reinforce
from stages.rl.interface.set_up import set_up
from stages.rl.interface.task import Task
from stages.rl.training.all_runs import Training, train
from stages.rl.training.pool import Pool, Threads
from stages.rl.training.runs import Agent

Train = Callable[[int, Pool], Training]  # so many runs, where

SEED = 0


def section(name: str) -> dict[str, Any]:
    """Read an environment's section of params.yaml."""
    found: dict[str, Any] = params.read(params.FILE)[name]
    return found


def environment(name: str) -> Task:
    """Set up an environment as its section has it."""
    return set_up(name, section(name)["env"])


def agents() -> dict[str, Train]:
    """Train each agent on CartPole by params.yaml, which limit.c repeats."""
    found: tuple[Agent, ...] = random_search.AGENT, q_learning.AGENT, reinforce.AGENT
    task, given = environment("cartpole"), section("cartpole")
    settings = {agent: agent.settings(**given[agent.section]) for agent in found}
    return {agent.name: partial(train, agent, settings[agent], task, SEED) for agent in found}


def screening(name: str, candidates: int) -> Train:
    """Search with a final of one episode: drawing, screening and sorting take the time."""
    settings = random_search.Settings(**section(name)[random_search.AGENT.section])
    settings = settings.replace(candidates=candidates, finalists=1, validation_episodes=1)
    return partial(train, random_search.AGENT, settings, environment(name), SEED)


def measure(train: Train, runs: int, cores: int) -> tuple[int, float]:
    """Return the useful steps of some runs, and their seconds."""
    start = time.perf_counter()
    steps = int(train(runs, Threads(cores)).known_after[:, -1].sum())
    return steps, time.perf_counter() - start


def speed(train: Train, runs: int, cores: int) -> float:
    """Return the useful steps a second."""
    steps, seconds = measure(train, runs, cores)
    return steps / seconds


def warm_up(train: Train) -> None:
    """Compile, which is measured with the whole pipeline."""
    train(1, Threads(1))
