"""Q-learning: learn what each action is worth in each state, with an epsilon-greedy behaviour.

Watkins, "Learning from delayed rewards", PhD thesis, Cambridge, 1989; the update as in Sutton and
Barto, "Reinforcement learning", 2nd edition, 2018, equation 6.8:

    Q(s, a) <- Q(s, a) + alpha [ r + gamma max_a' Q(s', a') - Q(s, a) ]

Where an episode terminates nothing follows, and the bracket is r - Q(s, a). Where it is truncated
we only stop watching: that step is updated like any other. With several tilings Q is the sum of one
weight from each, and alpha is divided by their number.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.engine.random_numbers import Purpose, Stream, stream
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.interface.problem import Problem
from stages.rl.interface.settings import Count, Number, Probability, Rate
from stages.rl.interface.suggestions import DISCOUNTS
from stages.rl.policies.policy import Floats
from stages.rl.policies.tile_coding import (
    TileCoding,
    TilePolicy,
    find_tiles,
    greedy,
    tile_count,
    tile_policy,
    tiling_of,
    value,
)
from stages.rl.policies.tile_settings import (
    TileSettings,
    cut,
    faults,
    suggest_bins,
    suggest_tilings,
)
from stages.rl.training.epsilon_greedy import epsilon_greedy, linear
from stages.rl.training.greedy_episodes import World, mean_return
from stages.rl.training.runs import Agent, Curve, Record, Run

STREAM = "q_learning"  # the key of its random streams


class Settings(TileSettings):
    """What one run of Q-learning does."""

    episodes: Count = 1000  # training episodes
    initial_value: Number = 0.0  # of Q everywhere; above what is possible, what is new attracts
    discount: Probability = 0.99  # gamma, per step
    learning_rate: Rate = 0.2  # alpha at the first episode, ...
    final_learning_rate: Probability = 0.01  # ... linearly to this at the last
    epsilon: Probability = 1.0  # probability of a random action at the first episode, ...
    final_epsilon: Probability = 0.0  # ... linearly to this ...
    exploration_fraction: Rate = 0.8  # ... over this share of the episodes, and constant after
    checkpoint_every: Count = 50  # episodes between two checkpoints
    validation_episodes: Count = 20  # greedy episodes that score a checkpoint


class Rates(NamedTuple):
    """How an episode is learned from."""

    discount: float  # gamma
    learning_rate: float  # alpha
    epsilon: float


class Schedule(NamedTuple):
    """The rates of all training episodes."""

    discount: float
    learning_rates: Floats  # [E]
    epsilons: Floats  # [E]


def schedule_of(settings: Settings) -> Schedule:
    """Let the rates run linearly to their ends."""
    progress = np.arange(settings.episodes) / settings.episodes
    explored = np.minimum(progress, settings.exploration_fraction) / settings.exploration_fraction
    return Schedule(
        settings.discount,
        linear(settings.learning_rate, settings.final_learning_rate, progress),
        linear(settings.epsilon, settings.final_epsilon, explored),
    )


def train(settings: Settings, task: Problem, world: World, seed: int, run: int) -> Run:
    """Learn once; the policy is the weights [tiles, A] of the best checkpoint."""
    tiling, schedule = tiling_of(*cut(settings, task)), schedule_of(settings)
    weights = np.full((tile_count(tiling), task.actions), settings.initial_value / settings.tilings)
    policy = tile_policy(tiling, weights)
    training = stream(seed, STREAM, Purpose.TRAINING, run)
    validation = stream(seed, STREAM, Purpose.VALIDATION, run)
    episodes = settings.validation_episodes
    record = Record(weights, settings.episodes, settings.checkpoint_every, episodes)
    for first, last in record.stretches():
        train_episodes(world, policy, schedule, first, last, training, record.curve)
        record.score(*mean_return(world, policy, validation.copy(), episodes))
    return record.run()


def policies(settings: Settings, task: Problem, weights: Floats) -> TileCoding:
    """Say what the weights [R, tiles, A] of all runs are."""
    return TileCoding.of(weights, *cut(settings, task))


@kernel
def train_episodes(
    world: World,
    policy: TilePolicy,
    schedule: Schedule,
    first: int,
    last: int,
    stream: Stream,
    curve: Curve,
) -> None:
    """Learn from episodes `first` to `last` - 1, one after the other.

    All of them in one kernel: one call from Python costs as much as many steps.
    """
    for e in range(first, last):
        rates = Rates(schedule.discount, schedule.learning_rates[e], schedule.epsilons[e])
        curve.returns[e], curve.lengths[e] = train_episode(world, policy, rates, stream)


@kernel
def train_episode(
    world: World, policy: TilePolicy, rates: Rates, stream: Stream
) -> tuple[float, int]:
    """Play one episode epsilon-greedily, learning at every step; return its return and steps."""
    environment, observation, max_steps, _ = world
    tiling, weights, tiles, next_tiles = policy
    total = 0.0
    state = start(environment, stream)
    observe(environment, state, observation)
    find_tiles(tiling, observation, tiles)
    for t in range(max_steps):
        action = epsilon_greedy(weights, tiles, rates.epsilon, stream)
        state, reward, terminated, truncated = step(environment, state, action, stream)
        observe(environment, state, observation)
        find_tiles(tiling, observation, next_tiles)
        update(rates, weights, tiles, action, reward, next_tiles, terminated)
        total += reward
        if terminated or truncated:
            return total, t + 1
        tiles, next_tiles = next_tiles, tiles
    return total, max_steps


@kernel
def update(
    rates: Rates,
    weights: Floats,
    tiles: NDArray[np.uint64],
    action: int,
    reward: float,
    next_tiles: NDArray[np.uint64],
    terminated: bool,
) -> None:
    """Move Q(s, a) towards what was seen (equation 6.8, above); the weights are changed."""
    target = reward
    if not terminated:
        _, highest = greedy(weights, next_tiles)
        target += rates.discount * highest
    change = rates.learning_rate / tiles.size * (target - value(weights, tiles, action))
    for k in range(tiles.size):
        weights[tiles[k], action] += change


def suggest(settings: Settings, task: Problem, trial: Any) -> dict[str, Any]:
    """Propose values for tuning; all learn for as many episodes as now, to be comparable."""
    bounds = sorted((0.0, 2.0 * settings.initial_value))
    values = {
        "bins": suggest_bins(settings, trial),
        "initial_value": trial.suggest_float("initial_value", *bounds),
        "discount": trial.suggest_categorical("discount", sorted({*DISCOUNTS, settings.discount})),
        "learning_rate": trial.suggest_float("learning_rate", 0.01, 1.0, log=True),
        "final_learning_rate": trial.suggest_float("final_learning_rate", 0.001, 1.0, log=True),
        "epsilon": trial.suggest_float("epsilon", 0.0, 1.0),
        "final_epsilon": trial.suggest_float("final_epsilon", 0.0, 0.2),
        "exploration_fraction": trial.suggest_float("exploration_fraction", 0.1, 1.0),
    }
    return values | suggest_tilings(settings, task, trial)


AGENT = Agent("q_learning", "train_q_learning", Settings, train, policies, faults, suggest)
