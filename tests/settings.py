"""Settings with which the agents learn in a moment, and how all runs of an agent are trained."""

from typing import Any

from stages.rl.agents import q_learning, random_search, reinforce
from stages.rl.interface.task import Task
from stages.rl.learning import training
from stages.rl.learning.parallel import Threads
from stages.rl.learning.runs import Agent
from stages.rl.learning.training import Training

SEARCH = random_search.Settings(
    candidates=500, finalists=10, selection_episodes=100, scale=[], bias=False
)
POLICY = reinforce.Settings(
    hidden_layers=[16],
    scale=[],
    episodes=600,
    batch_episodes=4,
    discount=0.99,
    learning_rate=0.02,
    checkpoint_every=40,
    selection_episodes=20,
)
Q_LEARNING = q_learning.Settings(
    bins=[],
    low=[],
    high=[],
    tilings=1,
    episodes=500,
    initial_value=0.0,
    discount=1.0,
    learning_rate=0.5,
    final_learning_rate=0.01,
    epsilon=0.0,
    final_epsilon=0.0,
    exploration_fraction=1.0,
    checkpoint_every=50,
    selection_episodes=20,
)


def train(agent: Agent, settings: Any, task: Task, runs: int, workers: int = 2) -> Training:
    """Train as `stages.training` does."""
    return training.train(agent, settings, task, 0, runs, Threads(workers))


AGENTS: dict[Agent, Any] = {
    random_search.AGENT: SEARCH,
    reinforce.AGENT: POLICY,
    q_learning.AGENT: Q_LEARNING,
}


def brief(agent: Agent, task: Task) -> Any:
    """Return settings with as little to do as there can be while all of it is done."""
    if agent is random_search.AGENT:
        return SEARCH.replace(candidates=7, finalists=2, selection_episodes=2)
    few = AGENTS[agent].replace(episodes=5, checkpoint_every=2, selection_episodes=2)
    if agent is reinforce.AGENT:
        return few.replace(batch_episodes=2)
    if task.numbers:
        return few
    bins, low, high = ([value] * task.variables for value in (3, -1.0, 1.0))
    return few.replace(bins=bins, low=low, high=high, tilings=3)
