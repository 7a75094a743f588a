"""REINFORCE with a small network: what turned out better than usual becomes more probable.

Williams, "Simple statistical gradient-following algorithms for connectionist reinforcement
learning", Machine Learning 8, 1992; Sutton and Barto, "Reinforcement learning", 2nd edition, 2018,
sections 13.3 and 13.4. After each batch of episodes, of T steps in all, the network's parameters
climb along (`update`)

    1/T  sum_t  advantage_t  grad log pi(a_t | s_t)

    G_t = r_t + gamma G_t+1              return: what came after an action (`play_episode`)
    advantage_t = (G_t - mean G) / std G how much better than usual (`standardise`)
    pi(a | s) = softmax(z)_a             z the network's outputs in s (`sample`)
    1[b = a] - softmax(z)_b              derivative of log pi(a | s) by z_b: the score gradient

The baseline, mean G, is one number for the whole batch, not a function of the state; and the factor
gamma^t of the book's algorithm is left out, as is usual. After a terminated episode G is zero. A
truncated episode would have gone on: the rest is estimated by its mean reward for ever, mean r /
(1 - gamma), or zero with gamma = 1. (Why a time limit is no end: Pardo et al., "Time limits in
reinforcement learning", ICML 2018, section 3; they estimate the rest by a critic.)
"""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, NamedTuple

import numpy as np
from pydantic import Field

from stages.rl.engine.compiling import kernel
from stages.rl.engine.random_numbers import Purpose, Stream, stream
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.interface.problem import Problem
from stages.rl.interface.settings import (
    Count,
    Number,
    OrNumber,
    PerVariableOrNone,
    Probability,
    Rate,
    Section,
)
from stages.rl.interface.suggestions import DISCOUNTS, multiples
from stages.rl.policies import network
from stages.rl.policies.policy import Floats, Inputs, fill_in, input_count, inputs_of
from stages.rl.training.greedy_episodes import World, mean_return
from stages.rl.training.runs import Agent, Curve, Record, Run
from stages.rl.training.softmax import sample

STREAM = "policy"  # the key of its random streams
EQUAL = 1e-9  # deviation of returns, by the largest of them, that is rounding alone
MOST_STEPS = 1_000_000  # of a batch, which are all held in memory
MOST_NUMBERS = 2**29  # that a learner holds: 4 GiB
Width = Annotated[int, Field(ge=1, le=1024)]


class Settings(Section):
    """What one run of REINFORCE does."""

    # Units of each.
    hidden_layers: Annotated[list[Width], Field(min_length=1, max_length=4), OrNumber()] = [16]
    scale: PerVariableOrNone[Number] = []  # factors of the variables seen; none: as they are
    episodes: Count = 1200  # training episodes
    batch_episodes: Annotated[int, Field(ge=1, le=1000)] = 8  # episodes between two updates
    discount: Probability = 0.99  # gamma, per step
    learning_rate: Rate = 0.02  # of Adam at the first update, falling linearly to zero
    checkpoint_every: Count = 40  # episodes between two checkpoints
    validation_episodes: Count = 20  # greedy episodes that score a checkpoint


def faults(settings: Settings, task: Problem) -> Iterator[tuple[str, str]]:
    """Yield the keys that do not fit one another or the environment, and what is wrong."""
    most = MOST_STEPS // task.max_episode_steps
    if settings.batch_episodes > most:
        yield "batch_episodes", f"is {settings.batch_episodes}; give at most {most}"
    _, widths = shape_of(settings, task)
    weights = sum(before * after for before, after in pairwise(widths))
    a_step, fixed = sum(widths) + task.actions + 3, 8 * weights  # numbers that `Learner` holds
    size = fixed + settings.batch_episodes * task.max_episode_steps * a_step
    if size > MOST_NUMBERS:
        needed, limit = (f"{8 * count / 2**30:.2g} GiB" for count in (size, MOST_NUMBERS))
        yield (
            "hidden_layers",
            (
                f"with {settings.batch_episodes} batch_episodes of {task.max_episode_steps} steps "
                f"needs {needed} of memory; at most {limit} are possible"
            ),
        )


def shape_of(settings: Settings, task: Problem) -> tuple[Inputs, list[int]]:
    """Return what the network gets, and how wide that and each layer are."""
    inputs = inputs_of(task.observation_size, task.state_count, settings.scale)
    return inputs, [input_count(inputs), *settings.hidden_layers, task.actions]


class Learner(NamedTuple):
    """A network, the steps since its last update, a row each, and how it learns from them."""

    policy: network.NetworkPolicy
    adam: network.Adam  # its parameters are those of the policy
    batch_episodes: int
    discount: float
    learning_rate: float  # at the first update; it falls linearly to zero
    activations: network.Activations  # [T, U] each, of inputs and layers; the last are outputs z
    score_gradients: Floats  # [T, A], derivatives of log pi(a_t | s_t) by the outputs
    rewards: Floats  # [T]
    returns: Floats  # [T], G
    advantages: Floats  # [T]


def learner_of(settings: Settings, task: Problem) -> Learner:
    """Make a network, all zero, and room for a batch of episodes."""
    inputs, widths = shape_of(settings, task)
    adam, steps = network.adam_for(widths), settings.batch_episodes * task.max_episode_steps
    return Learner(
        network.policy_of(inputs, widths, adam.parameters),
        adam,
        settings.batch_episodes,
        settings.discount,
        settings.learning_rate,
        network.activations_for(widths, steps),
        np.zeros((steps, task.actions)),
        *np.zeros((3, steps)),
    )


def train(settings: Settings, task: Problem, world: World, seed: int, run: int) -> Run:
    """Learn once; the policy is the parameters [P] of the best checkpoint."""
    learner = learner_of(settings, task)
    training = stream(seed, STREAM, Purpose.TRAINING, run)
    validation = stream(seed, STREAM, Purpose.VALIDATION, run)
    network.initialise(learner.policy.layers, training)
    episodes = settings.validation_episodes
    parameters = learner.adam.parameters
    record = Record(parameters, settings.episodes, settings.checkpoint_every, episodes)
    for first, last in record.stretches():
        train_episodes(world, learner, first, last, training, record.curve)
        record.score(*mean_return(world, learner.policy, validation.copy(), episodes))
    return record.run()


def policies(settings: Settings, task: Problem, parameters: Floats) -> network.Network:
    """Say what the parameters [R, P] of all runs are."""
    inputs, widths = shape_of(settings, task)
    return network.Network(parameters, np.array([task.state_count], np.int64), widths, inputs.scale)


@kernel
def train_episodes(
    world: World, learner: Learner, first: int, last: int, stream: Stream, curve: Curve
) -> None:
    """Learn from episodes `first` to `last` - 1, one after the other."""
    returns, lengths = curve
    for e in range(first, last):
        place = e % learner.batch_episodes  # in the batch
        steps = lengths[e - place : e].sum()  # of the batch so far
        returns[e], lengths[e] = play_episode(world, learner, steps, stream)
        if place == learner.batch_episodes - 1 or e == returns.size - 1:
            left = 1.0 - (e - place) / returns.size
            update(learner, steps + lengths[e], learner.learning_rate * left)


@kernel
def play_episode(world: World, learner: Learner, first: int, stream: Stream) -> tuple[float, int]:
    """Play an episode with sampled actions, in rows from `first` on; return its return, steps."""
    environment, observation, max_steps, _ = world
    policy, activations, discount = learner.policy, learner.activations, learner.discount
    end, total, terminated, truncated = first, 0.0, False, False
    state = start(environment, stream)
    while end - first < max_steps and not terminated and not truncated:
        observe(environment, state, observation)
        fill_in(policy.inputs, observation, activations[0][end])
        network.forward(policy.layers, activations, end)
        action = sample(activations[-1][end], learner.score_gradients[end], stream)
        state, reward, terminated, truncated = step(environment, state, action, stream)
        learner.rewards[end] = reward
        total += reward
        end += 1
    ahead = 0.0
    if not terminated and discount < 1.0:
        ahead = total / (end - first) / (1.0 - discount)
    for t in range(end - 1, first - 1, -1):
        ahead = learner.rewards[t] + discount * ahead
        learner.returns[t] = ahead
    return total, end - first


@kernel
def update(learner: Learner, steps: int, learning_rate: float) -> None:
    """Climb along the gradient of a batch of so many steps, T."""
    adam, advantages, deltas = learner.adam, learner.advantages, learner.adam.deltas[-1]
    standardise(learner.returns[:steps], advantages[:steps])
    adam.gradient[:] = 0.0
    for t in range(steps):
        for a in range(deltas.size):
            deltas[a] = learner.score_gradients[t, a] * advantages[t] / steps
        network.backward(learner.policy.layers, learner.activations, t, adam)
    network.climb(adam, learning_rate)


@kernel
def standardise(values: Floats, standardised: Floats) -> None:
    """Fill in the values with mean 0 and standard deviation 1; 0 if all are equal but rounded."""
    mean, largest = 0.0, 0.0
    for t in range(values.size):
        mean += values[t]
        largest = max(largest, abs(values[t]))
    mean /= values.size
    square = 0.0
    for t in range(values.size):
        standardised[t] = values[t] - mean
        square += standardised[t] * standardised[t]
    deviation = math.sqrt(square / values.size)
    for t in range(values.size):
        enough = deviation > EQUAL * largest
        standardised[t] = standardised[t] / deviation if enough else 0.0


def suggest(settings: Settings, task: Problem, trial: Any) -> dict[str, Any]:
    """Propose values for tuning; all learn for as many episodes as now, to be comparable."""
    del task
    layers = multiples(trial, "hidden_layers", settings.hidden_layers, 0.5, 4.0)
    return {
        "hidden_layers": list(map(round, layers)),
        "scale": multiples(trial, "scale", settings.scale, 0.25, 4.0),
        "batch_episodes": trial.suggest_int("batch_episodes", 2, 32, log=True),
        "discount": trial.suggest_categorical("discount", sorted({*DISCOUNTS, settings.discount})),
        "learning_rate": trial.suggest_float("learning_rate", 0.001, 0.2, log=True),
    }


AGENT = Agent("reinforce", "train_policy", Settings, train, policies, faults, suggest)
