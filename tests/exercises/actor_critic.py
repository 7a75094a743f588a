"""An actor-critic of one step, but for its update: the beginning of exercise 8.

Sutton and Barto, "Reinforcement learning", 2nd edition, 2018, section 13.5, without the factor
gamma^t. The critic learns what a state is worth, the actor which action to prefer there:

    delta        =  r + gamma v(s') - v(s),  where after the end of an episode v(s') is 0
    v(s)        <-  v(s) + alpha_v delta
    theta(s, b) <-  theta(s, b) + alpha_theta delta (1[b = a] - pi(b | s)),  for every action b

pi(. | s) is the softmax of theta(s, .). States are numbers, as CliffWalking shows them.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.engine.exponential import exp
from stages.rl.engine.random_numbers import Purpose, Stream, stream, uniform
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.interface.problem import Problem
from stages.rl.interface.settings import Count, Probability, Rate, Section
from stages.rl.policies.tile_coding import TileCoding, TilePolicy, tile_policy, tiling_of
from stages.rl.training.greedy_episodes import World, mean_return
from stages.rl.training.runs import Agent, Record, Run

STREAM = "actor_critic"  # the key of its random streams


class Settings(Section):
    """What one run does."""

    episodes: Count
    discount: Probability  # gamma
    actor_rate: Rate  # alpha_theta
    critic_rate: Rate  # alpha_v
    checkpoint_every: Count
    validation_episodes: Count


class Rates(NamedTuple):
    """Those of an update."""

    discount: float
    actor: float
    critic: float


def policies(settings: Settings, task: Problem, preferences: NDArray[np.float64]) -> TileCoding:
    """Say what the preferences [R, N, A] of all runs are: played greedily, as a table is."""
    del settings
    return TileCoding.of(preferences, task.state_count, [], [], [], 1)


def train(settings: Settings, task: Problem, world: World, seed: int, run: int) -> Run:
    """Learn once; the policy is the preferences [N, A] of the best checkpoint."""
    tiling = tiling_of(task.state_count, [], [], [], 1)
    policy = tile_policy(tiling, np.zeros((task.state_count, task.actions)))
    values, probabilities = np.zeros(task.state_count), np.zeros(task.actions)
    rates = Rates(settings.discount, settings.actor_rate, settings.critic_rate)
    training = stream(seed, STREAM, Purpose.TRAINING, run)
    validation, count = stream(seed, STREAM, Purpose.VALIDATION, run), settings.validation_episodes
    record = Record(policy.weights, settings.episodes, settings.checkpoint_every, count)
    for first, last in record.stretches():
        for episode in range(first, last):
            gained, steps = train_episode(world, policy, rates, values, probabilities, training)
            record.curve.returns[episode], record.curve.lengths[episode] = gained, steps
        record.score(*mean_return(world, policy, validation.copy(), count))
    return record.run()


AGENT = Agent("actor_critic", "train_actor_critic", Settings, train, policies)


@kernel
def train_episode(
    world: World,
    policy: TilePolicy,
    rates: Rates,
    values: NDArray[np.float64],
    probabilities: NDArray[np.float64],
    stream: Stream,
) -> tuple[float, int]:
    """Play one episode, learning at every step; return its return and steps."""
    environment, observation, limit, _ = world
    preferences, total = policy.weights, 0.0
    state = start(environment, stream)
    observe(environment, state, observation)
    for t in range(limit):
        seen = np.uint64(observation[0])
        softmax(preferences[seen], probabilities)
        action = draw(probabilities, stream)
        state, reward, terminated, truncated = step(environment, state, action, stream)
        observe(environment, state, observation)
        following = np.uint64(observation[0])
        update(
            rates, preferences, values, probabilities, seen, action, reward, following, terminated
        )
        total += reward
        if terminated or truncated:
            return total, t + 1
    return total, limit


@kernel
def softmax(preferences: NDArray[np.float64], probabilities: NDArray[np.float64]) -> None:
    """Fill in the probabilities [A] of the actions."""
    highest, total = preferences[0], 0.0
    for a in range(1, preferences.size):
        highest = max(highest, preferences[a])
    for a in range(preferences.size):
        probabilities[a] = exp(preferences[a] - highest)
        total += probabilities[a]
    for a in range(preferences.size):
        probabilities[a] /= total


@kernel
def draw(probabilities: NDArray[np.float64], stream: Stream) -> int:
    """Draw an action."""
    left, action = uniform(stream), 0
    while action < probabilities.size - 1 and left >= probabilities[action]:
        left -= probabilities[action]
        action += 1
    return action


@kernel
def update(
    rates: Rates,
    preferences: NDArray[np.float64],
    values: NDArray[np.float64],
    probabilities: NDArray[np.float64],
    state: Any,
    action: int,
    reward: float,
    following: Any,
    terminated: bool,
) -> None:
    """Change the value and the preferences [A] of a state, theta(s, .) = preferences[state]."""
    # Yours: the three equations above.
