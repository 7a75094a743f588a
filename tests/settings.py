"""Settings with which the agents learn in a moment, and how all runs of an agent are trained."""

from typing import Any

from stages.rl.agents import actor_critic, q_learning, random_search, reinforce
from stages.rl.interface.task import Task
from stages.rl.training import all_runs
from stages.rl.training.all_runs import Training
from stages.rl.training.pool import Threads
from stages.rl.training.runs import Agent

SEARCH = random_search.Settings(
    candidates=500, finalists=10, validation_episodes=100, scale=[], bias=False
)
POLICY = reinforce.Settings(
    hidden_layers=[16],
    scale=[],
    episodes=600,
    batch_episodes=4,
    discount=0.99,
    learning_rate=0.02,
    checkpoint_every=40,
    validation_episodes=20,
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
    validation_episodes=20,
)
ACTOR_CRITIC = actor_critic.Settings(
    episodes=500, discount=1.0, actor_rate=0.5, critic_rate=0.1, validation_episodes=100
)


def train(agent: Agent, settings: Any, task: Task, runs: int, workers: int = 2) -> Training:
    """Train as `stages.training` does."""
    return all_runs.train(agent, settings, task, 0, runs, Threads(workers))


AGENTS: dict[Agent, Any] = {
    random_search.AGENT: SEARCH,
    reinforce.AGENT: POLICY,
    q_learning.AGENT: Q_LEARNING,
    actor_critic.AGENT: ACTOR_CRITIC,
}


def brief(agent: Agent, task: Task) -> Any:
    """Return settings with as little to do as there can be while all of it is done."""
    if agent is random_search.AGENT:
        return SEARCH.replace(candidates=7, finalists=2, validation_episodes=2)
    few = AGENTS[agent].replace(episodes=5, checkpoint_every=2, validation_episodes=2)
    if agent is reinforce.AGENT:
        return few.replace(batch_episodes=2)
    if task.state_count:
        return few
    bins, low, high = ([value] * task.observation_size for value in (3, -1.0, 1.0))
    return few.replace(bins=bins, low=low, high=high, tilings=3)
