"""Dyna-Q, but for its planning: the beginning of exercise 8.

Sutton and Barto, "Reinforcement learning", 2nd edition, 2018, section 8.2. It learns from each step
as Q-learning does, and keeps the step in a model. Then it plans: n times it takes up a step that it
has kept, any of them alike, and learns from it as if it had just been taken:

    Q(s, a)      <-  Q(s, a) + alpha [ r + gamma max_a' Q(s', a') - Q(s, a) ]
    model(s, a)  <-  r, s'
    n times:  s, a  a pair that was tried;  r, s' = model(s, a);  the first line again

After the end of an episode max_a' Q(s', a') is 0. States are numbers, as CliffWalking shows them.
"""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from stages.rl.engine.compiling import kernel
from stages.rl.engine.random_numbers import Purpose, Stream, stream
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.interface.problem import Problem
from stages.rl.interface.settings import Count, Probability, Rate, Section
from stages.rl.policies.policy import Floats
from stages.rl.policies.tile_coding import TileCoding, tile_policy, tiling_of
from stages.rl.training.epsilon_greedy import epsilon_greedy
from stages.rl.training.greedy_episodes import World, mean_return
from stages.rl.training.runs import Agent, Record, Run

STREAM = "dyna_q"  # the key of its random streams
END = -1  # stands in a model for what follows the last step of an episode


class Settings(Section):
    """What one run does."""

    episodes: Count
    planning_steps: Annotated[int, Field(ge=0, le=1000)]  # n, after each step
    discount: Probability  # gamma
    learning_rate: Rate  # alpha
    epsilon: Probability
    checkpoint_every: Count
    validation_episodes: Count


class Rates(NamedTuple):
    """Those of an update, and of exploration."""

    discount: float
    learning_rate: float
    epsilon: float


class Model(NamedTuple):
    """What followed each pair of a state and an action, when it was last tried."""

    rewards: Floats  # [N, A]
    following: NDArray[np.int64]  # [N, A], numbers of states, or END
    tried: NDArray[np.int64]  # [N A], the pairs s A + a, as they were first tried
    pairs: NDArray[np.int64]  # [1], how many pairs were tried


def model_of(states: int, actions: int) -> Model:
    """Begin without a step."""
    pairs = np.zeros((2, states, actions), np.int64)
    return Model(np.zeros((states, actions)), pairs[0], pairs[1].ravel(), np.zeros(1, np.int64))


def policies(settings: Settings, task: Problem, values: Floats) -> TileCoding:
    """Say what the action values [R, N, A] of all runs are."""
    del settings
    return TileCoding.of(values, task.state_count, [], [], [], 1)


def train(settings: Settings, task: Problem, world: World, seed: int, run: int) -> Run:
    """Learn once; the policy is the action values [N, A] of the best checkpoint."""
    values = np.zeros((task.state_count, task.actions))
    policy = tile_policy(tiling_of(task.state_count, [], [], [], 1), values)
    model = model_of(task.state_count, task.actions)
    rates = Rates(settings.discount, settings.learning_rate, settings.epsilon)
    training = stream(seed, STREAM, Purpose.TRAINING, run)
    validation, count = stream(seed, STREAM, Purpose.VALIDATION, run), settings.validation_episodes
    record = Record(values, settings.episodes, settings.checkpoint_every, count)
    for first, last in record.stretches():
        for episode in range(first, last):
            gained, steps = train_episode(
                world, values, model, rates, settings.planning_steps, policy.tiles, training
            )
            record.curve.returns[episode], record.curve.lengths[episode] = gained, steps
        record.score(*mean_return(world, policy, validation.copy(), count))
    return record.run()


AGENT = Agent("dyna_q", "train_dyna_q", Settings, train, policies)


@kernel
def train_episode(
    world: World,
    values: Floats,
    model: Model,
    rates: Rates,
    planning_steps: int,
    tiles: NDArray[np.uint64],
    stream: Stream,
) -> tuple[float, int]:
    """Play one episode, learning and planning at every step; return its return and steps."""
    environment, observation, limit, _ = world
    total = 0.0
    state = start(environment, stream)
    observe(environment, state, observation)
    for t in range(limit):
        seen = int(observation[0])
        tiles[0] = np.uint64(seen)
        action = epsilon_greedy(values, tiles, rates.epsilon, stream)
        state, reward, terminated, truncated = step(environment, state, action, stream)
        observe(environment, state, observation)
        following = END if terminated else int(observation[0])
        update(values, rates, seen, action, reward, following)
        keep(model, seen, action, reward, following)
        plan(values, model, rates, planning_steps, stream)
        total += reward
        if terminated or truncated:
            return total, t + 1
    return total, limit


@kernel
def update(
    values: Floats, rates: Rates, state: int, action: int, reward: float, following: int
) -> None:
    """Move Q(s, a) towards what was seen, or remembered."""
    target = reward
    if following != END:
        highest = values[following, 0]
        for a in range(1, values.shape[1]):
            highest = max(highest, values[following, a])
        target += rates.discount * highest
    values[state, action] += rates.learning_rate * (target - values[state, action])


@kernel
def keep(model: Model, state: int, action: int, reward: float, following: int) -> None:
    """Keep what followed; the last time counts."""
    pair, known = state * model.rewards.shape[1] + action, False
    for k in range(model.pairs[0]):
        known = known or model.tried[k] == pair
    if not known:
        model.tried[model.pairs[0]] = pair
        model.pairs[0] += 1
    model.rewards[state, action], model.following[state, action] = reward, following


@kernel
def plan(values: Floats, model: Model, rates: Rates, steps: int, stream: Stream) -> None:
    """Learn from so many steps that were kept, drawn by `below(n, stream)`: 0 to n - 1."""
    # Yours: the last line above, with `update`.
