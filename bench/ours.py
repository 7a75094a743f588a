"""Our agents as they are measured: by params.yaml, from their own seed, without files."""

import time
from collections.abc import Callable
from functools import partial

import numpy as np

from stages import params
from stages.rl import q_learning, random_search, reinforce
from stages.rl.environments import ENVIRONMENTS
from stages.rl.parallel import Pool, Threads
from stages.rl.training import Training, train_runs

Train = Callable[[int, Pool], Training]  # so many runs, where

LIMIT, SOLVED = ENVIRONMENTS["CartPole-v1"]


def agents() -> dict[str, Train]:
    """Train each agent by params.yaml, which limit.c repeats."""
    given = params.load("search", "train_policy", "train_q_learning")
    search = random_search.Settings(**given.search.model_dump())
    policy, table = given.train_policy.model_dump(), given.train_q_learning.model_dump()
    hidden_layers = tuple(policy.pop("hidden_layers"))
    bins, limits = np.array(table.pop("bins")), np.array(table.pop("limits"))
    learner = q_learning.Settings(bins=bins, limits=limits, **table)
    network = reinforce.Settings(**policy)

    def train_q_learning(runs: int, pool: Pool) -> Training:
        train = partial(q_learning.train, learner, LIMIT, 0)
        return train_runs(train, runs, learner.episodes, pool, "q_learning")

    def train_policy(runs: int, pool: Pool) -> Training:
        train = partial(reinforce.train, network, hidden_layers, LIMIT, 0)
        return train_runs(train, runs, network.episodes, pool, "policy")

    return {
        "search": partial(random_search.train_runs, search, LIMIT, 0),
        "q_learning": train_q_learning,
        "policy": train_policy,
    }


def screening(candidates: int) -> Train:
    """Search with a final of one episode: drawing, screening and sorting take the time."""
    settings = random_search.Settings(candidates, finalists=1, selection_episodes=1)
    return partial(random_search.train_runs, settings, LIMIT, 0)


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
