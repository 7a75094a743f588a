"""Actor-critic: at every step the critic's error says whether the action was better than expected.

Sutton and Barto, "Reinforcement learning", 2nd edition, 2018, section 13.5, "One-step Actor-Critic
(episodic)", without the factor gamma^t:

    pi(a | s)   = softmax(theta(s, .))_a
    delta       = r + gamma v(s') - v(s)                             the critic's error
    v(s)        <- v(s) + alpha_v delta                              the critic
    theta(s, b) <- theta(s, b) + alpha_theta delta (1[b = a] - pi(b | s))   the actor, for every b

If an episode terminates, nothing follows: delta is r - v(s). If it is truncated, v(s') stands for
the rest. Over several tilings v and theta are sums of one weight from each, and both rates are
divided by their number. The rates fall linearly to zero.

The preferences theta are no action values: only their differences mean something.
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
from stages.rl.training.greedy_episodes import World, mean_return
from stages.rl.training.runs import Agent, Curve, Record, Run
from stages.rl.training.softmax import sample

STREAM = "actor_critic"  # the key of its random streams


class Settings(TileSettings):
    """What one run of the actor-critic does."""

    episodes: Count = 1000  # training episodes
    initial_value: Number = 0.0  # of v everywhere; above what is possible, what is new attracts
    discount: Probability = 0.99  # gamma, per step
    actor_rate: Rate = 0.1  # alpha_theta at the first episode, falling linearly to zero
    critic_rate: Rate = 0.5  # alpha_v likewise
    checkpoint_every: Count = 50  # episodes between two checkpoints
    validation_episodes: Count = 20  # greedy episodes that score a checkpoint


class Learner(NamedTuple):
    """What learns, and how fast."""

    policy: TilePolicy  # its weights are theta, [tiles, A]
    critic: Floats  # [tiles, 1], the weights of v
    preferences: Floats  # [A], scratch: theta(s, .)
    score_gradient: Floats  # [A], scratch: 1[b = a] - pi(b | s)
    discount: float  # gamma
    actor_rate: float  # alpha_theta at the first episode
    critic_rate: float  # alpha_v likewise


def learner_of(settings: Settings, task: Problem) -> Learner:
    """Begin with the uniformly random policy."""
    tiling = tiling_of(*cut(settings, task))
    tiles = tile_count(tiling)
    return Learner(
        tile_policy(tiling, np.zeros((tiles, task.actions))),
        np.full((tiles, 1), settings.initial_value / settings.tilings),
        np.zeros(task.actions),
        np.zeros(task.actions),
        settings.discount,
        settings.actor_rate,
        settings.critic_rate,
    )


def train(settings: Settings, task: Problem, world: World, seed: int, run: int) -> Run:
    """Learn once; the policy is the preferences [tiles, A] of the best checkpoint."""
    learner = learner_of(settings, task)
    training = stream(seed, STREAM, Purpose.TRAINING, run)
    validation = stream(seed, STREAM, Purpose.VALIDATION, run)
    episodes, policy = settings.validation_episodes, learner.policy
    record = Record(policy.weights, settings.episodes, settings.checkpoint_every, episodes)
    for first, last in record.stretches():
        train_episodes(world, learner, first, last, training, record.curve)
        record.score(*mean_return(world, policy, validation.copy(), episodes))
    return record.run()


def policies(settings: Settings, task: Problem, preferences: Floats) -> TileCoding:
    """Say what the preferences [R, tiles, A] of all runs are: the highest is the greedy action."""
    return TileCoding.of(preferences, *cut(settings, task), action_values=False)


@kernel
def train_episodes(
    world: World, learner: Learner, first: int, last: int, stream: Stream, curve: Curve
) -> None:
    """Learn from episodes `first` to `last` - 1, one after the other."""
    for e in range(first, last):
        left = 1.0 - e / curve.returns.size
        curve.returns[e], curve.lengths[e] = train_episode(world, learner, left, stream)


@kernel
def train_episode(world: World, learner: Learner, left: float, stream: Stream) -> tuple[float, int]:
    """Play an episode, learning at every step with a share of the rates; return its return, steps.

    Args:
        world: where.
        learner: is changed.
        left: the share of the rates at the first episode that is left, 0 to 1.
        stream: of all that is random.
    """
    environment, observation, max_steps, _ = world
    tiling, theta, tiles, next_tiles = learner.policy
    total = 0.0
    state = start(environment, stream)
    observe(environment, state, observation)
    find_tiles(tiling, observation, tiles)
    for t in range(max_steps):
        for a in range(theta.shape[1]):
            learner.preferences[a] = value(theta, tiles, a)
        action = sample(learner.preferences, learner.score_gradient, stream)
        state, reward, terminated, truncated = step(environment, state, action, stream)
        observe(environment, state, observation)
        find_tiles(tiling, observation, next_tiles)
        update(learner, left, tiles, reward, next_tiles, terminated)
        total += reward
        if terminated or truncated:
            return total, t + 1
        tiles, next_tiles = next_tiles, tiles
    return total, max_steps


@kernel
def update(
    learner: Learner,
    left: float,
    tiles: NDArray[np.uint64],
    reward: float,
    next_tiles: NDArray[np.uint64],
    terminated: bool,
) -> None:
    """Change v and theta in s by one step (the equations above), of which `sample` was the action.

    Args:
        learner: is changed.
        left: the share of the rates, 0 to 1.
        tiles: [K], of s.
        reward: r.
        next_tiles: [K], of s'.
        terminated: whether nothing follows.
    """
    delta = reward - value(learner.critic, tiles, 0)
    if not terminated:
        delta += learner.discount * value(learner.critic, next_tiles, 0)
    critic_change = left * learner.critic_rate / tiles.size * delta
    actor_change = left * learner.actor_rate / tiles.size * delta
    for k in range(tiles.size):
        learner.critic[tiles[k], 0] += critic_change
        for b in range(learner.score_gradient.size):
            learner.policy.weights[tiles[k], b] += actor_change * learner.score_gradient[b]


def suggest(settings: Settings, task: Problem, trial: Any) -> dict[str, Any]:
    """Propose values for tuning; all learn for as many episodes as now, to be comparable."""
    values = {
        "bins": suggest_bins(settings, trial),
        "discount": trial.suggest_categorical("discount", sorted({*DISCOUNTS, settings.discount})),
        "actor_rate": trial.suggest_float("actor_rate", 0.005, 1.0, log=True),
        "critic_rate": trial.suggest_float("critic_rate", 0.05, 1.0, log=True),
    }
    return values | suggest_tilings(settings, task, trial)


AGENT = Agent("actor_critic", "train_actor_critic", Settings, train, policies, faults, suggest)
