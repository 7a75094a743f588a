"""Our agents as they are measured: by params.yaml, from their own seed, without files."""

import os
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from stages import params
from stages.rl import q_learning, random_search, reinforce
from stages.rl.environments import ENVIRONMENTS
from stages.rl.training import Run, train_runs

Train = Callable[[int], Run]

LIMIT, SOLVED = ENVIRONMENTS["CartPole-v1"]
CORES = len(os.sched_getaffinity(0))


def agents() -> dict[str, Train]:
    """Train a run of each agent by params.yaml, which limit.c repeats."""
    given = params.load("search", "train_policy", "train_q_learning")
    policy, table = given.train_policy.model_dump(), given.train_q_learning.model_dump()
    hidden_layers = tuple(policy.pop("hidden_layers"))
    bins, limits = np.array(table.pop("bins")), np.array(table.pop("limits"))
    search = random_search.Settings(**given.search.model_dump())
    learner = q_learning.Settings(bins=bins, limits=limits, **table)
    return {
        "search": partial(random_search.train, search, LIMIT, 0),
        "q_learning": partial(q_learning.train, learner, LIMIT, 0),
        "policy": partial(reinforce.train, reinforce.Settings(**policy), hidden_layers, LIMIT, 0),
    }


def screening(candidates: int) -> Train:
    """Screen candidates by an episode each, and do next to nothing else."""
    settings = random_search.Settings(candidates, finalists=1, selection_episodes=1)
    return partial(random_search.train, settings, LIMIT, 0)


def measure(train: Train, runs: int, cores: int) -> tuple[int, float]:
    """Return the useful steps of some runs, and their seconds."""
    start = time.perf_counter()
    steps = int(train_runs(train, runs, cores, "").steps.sum())
    return steps, time.perf_counter() - start


def speed(train: Train, runs: int, cores: int) -> float:
    """Return the useful steps a second."""
    steps, seconds = measure(train, runs, cores)
    return steps / seconds
