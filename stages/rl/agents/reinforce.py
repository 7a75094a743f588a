"""REINFORCE with a small network: what turned out better than usual becomes more probable.

Williams, "Simple statistical gradient-following algorithms for connectionist reinforcement
learning", Machine Learning 8, 1992; Sutton and Barto, "Reinforcement learning", 2nd edition, 2018,
sections 13.3 and 13.4. After each batch of episodes, of T steps in all, the network's parameters
climb along (`update`)

    1/T  sum_t  A_t  grad log pi(a_t | s_t)

    G_t = r_t + gamma G_t+1              return: what came after an action (`fill_in_returns`)
    A_t = (G_t - mean G) / std G         advantage: how much better than usual (`standardise`)
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
from typing import Annotated, Any, NamedTuple

import numpy as np
from annotated_types import Interval, Len

from stages.rl.engine.compiling import kernel
from stages.rl.engine.elementary import exp
from stages.rl.engine.random_numbers import Purpose, Stream, stream, uniform
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.interface.options import DISCOUNTS, Count, Number, Probability, Rate, multiples
from stages.rl.interface.task import Task
from stages.rl.learning.playing import World, mean_return, world_of
from stages.rl.learning.runs import Agent, Record, Run
from stages.rl.policies.network import (
    Activations,
    Adam,
    Network,
    NetworkPolicy,
    activations_for,
    adam_for,
    backward,
    climb,
    forward,
    initialise,
    layers_of,
    parameter_count,
)
from stages.rl.policies.policy import Floats, fill_in, input_count, inputs_of, scale_faults

NAME = "policy"

EQUAL = 1e-9  # deviation of returns, by the largest of them, that is rounding alone
MOST_STEPS = 1_000_000  # of a batch, which are all held in memory
Width = Annotated[int, Interval(ge=1, le=1024)]


class Settings(NamedTuple):
    """What one run of policy learning does."""

    hidden_layers: Annotated[list[Width], Len(1, 4)]  # units of each
    scale: Annotated[list[Number], Len(0, 100)]  # factors of the variables seen; none: as they are
    episodes: Count  # training episodes
    batch_episodes: Annotated[int, Interval(ge=1, le=1000)]  # episodes between two updates
    discount: Probability  # gamma, per step
    learning_rate: Rate  # of Adam at the first update, falling linearly to zero
    checkpoint_every: Count  # episodes between two checkpoints
    selection_episodes: Count  # greedy episodes that score a checkpoint


def faults(settings: Settings, task: Task) -> Iterator[tuple[str, str]]:
    """Yield the keys that do not fit one another or the environment, and what is wrong."""
    yield from scale_faults(settings.scale, task.variables, task.numbers)
    if settings.batch_episodes * task.limit > MOST_STEPS:
        yield (
            "batch_episodes",
            f"is {settings.batch_episodes}; give at most {MOST_STEPS // task.limit}",
        )


def sizes(settings: Settings, task: Task) -> Iterator[tuple[str, int]]:
    """Yield how many numbers a run leaves behind, and the key that decides on them."""
    yield "hidden_layers", parameter_count(widths_of(settings, task))
    yield "checkpoint_every", settings.episodes // settings.checkpoint_every


def widths_of(settings: Settings, task: Task) -> list[int]:
    """List the widths of the inputs and of all layers."""
    inputs = inputs_of(task.variables, task.numbers, settings.scale)
    return [input_count(inputs), *settings.hidden_layers, task.actions]


class Batch(NamedTuple):
    """The steps since the last update, a row each."""

    activations: Activations  # [T, U] each, of inputs and layers; the last are the outputs z
    score_gradients: Floats  # [T, A], derivatives of log pi(a_t | s_t) by the outputs
    rewards: Floats  # [T]
    returns: Floats  # [T], G
    advantages: Floats  # [T], A


def train(settings: Settings, task: Task, seed: int, run: int) -> Run:
    """Learn once; the policy is the parameters [P] of the best checkpoint."""
    world, widths = world_of(task), widths_of(settings, task)
    inputs = inputs_of(task.variables, task.numbers, settings.scale)
    adam = adam_for(widths)  # owns the parameters; the layers of the policy are views of them
    policy = NetworkPolicy(layers_of(widths, adam.parameters), inputs, activations_for(widths))
    batch = batch_for(widths, settings.batch_episodes * task.limit)
    training = stream(seed, NAME, Purpose.TRAINING, run)
    selection = stream(seed, NAME, Purpose.SELECTION, run)
    initialise(policy.layers, training)

    record = Record(adam.parameters, settings.episodes, settings.checkpoint_every)
    steps = 0  # in the batch
    for episodes in record.stretches():
        for episode in episodes:
            gained, taken = play_episode(world, policy, batch, steps, settings.discount, training)
            record.returns[episode], record.lengths[episode] = gained, taken
            steps += taken
            place = episode % settings.batch_episodes  # in the batch
            if place == settings.batch_episodes - 1 or episode == settings.episodes - 1:
                left = 1.0 - (episode - place) / settings.episodes
                update(policy, batch, steps, adam, settings.learning_rate * left)
                steps = 0
        record.score(*mean_return(world, policy, selection.copy(), settings.selection_episodes))
    return record.run()


def batch_for(widths: list[int], steps: int) -> Batch:
    """Make room for so many steps."""
    score_gradients = np.zeros((steps, widths[-1]))
    return Batch(activations_for(widths, steps), score_gradients, *np.zeros((3, steps)))


def policies(settings: Settings, task: Task, parameters: Floats) -> Network:
    """Say what the parameters [R, P] of all runs are."""
    inputs = inputs_of(task.variables, task.numbers, settings.scale)
    numbers = np.array([task.numbers], np.int64)
    return Network(parameters, numbers, widths_of(settings, task), inputs.scale)


@kernel
def play_episode(
    world: World, policy: NetworkPolicy, batch: Batch, first: int, discount: float, stream: Stream
) -> tuple[float, int]:
    """Play an episode with sampled actions; return its return and steps.

    They are filled into the batch, from row `first` on.
    """
    environment, observation, limit, _ = world
    end, total, terminated, truncated = first, 0.0, False, False
    state = start(environment, stream)
    while end - first < limit and not terminated and not truncated:
        observe(environment, state, observation)
        fill_in(policy.inputs, observation, batch.activations[0][end])
        forward(policy.layers, batch.activations, end)
        action = sample(batch.activations[-1][end], batch.score_gradients[end], stream)
        state, reward, terminated, truncated = step(environment, state, action, stream)
        batch.rewards[end] = reward
        total += reward
        end += 1
    ahead = 0.0
    if not terminated and discount < 1.0:
        ahead = total / (end - first) / (1.0 - discount)
    fill_in_returns(batch.rewards[first:end], discount, ahead, batch.returns[first:end])
    return total, end - first


@kernel
def sample(z: Floats, score_gradient: Floats, stream: Stream) -> int:
    """Draw an action by the softmax of the outputs z [A]; fill in the score's gradient [A]."""
    highest = z[0]
    for a in range(1, z.size):
        highest = max(highest, z[a])
    powers, total = score_gradient, 0.0
    for a in range(z.size):
        powers[a] = exp(z[a] - highest)
        total += powers[a]
    left = uniform(stream) * total
    action = 0
    while action < z.size - 1 and left >= powers[action]:
        left -= powers[action]
        action += 1
    for a in range(z.size):
        score_gradient[a] = (1.0 if a == action else 0.0) - powers[a] / total
    return action


@kernel
def fill_in_returns(rewards: Floats, discount: float, ahead: float, returns: Floats) -> None:
    """Fill in the return of each step of an episode [T]; `ahead` is that after its last step."""
    for t in range(rewards.size - 1, -1, -1):
        ahead = rewards[t] + discount * ahead
        returns[t] = ahead


@kernel
def update(
    policy: NetworkPolicy, batch: Batch, steps: int, adam: Adam, learning_rate: float
) -> None:
    """Climb along the gradient of a batch of so many steps, T."""
    standardise(batch.returns[:steps], batch.advantages[:steps])
    adam.gradient[:] = 0.0
    deltas = adam.deltas[-1]
    for t in range(steps):
        for a in range(deltas.size):
            deltas[a] = batch.score_gradients[t, a] * batch.advantages[t] / steps
        backward(policy.layers, batch.activations, t, adam)
    climb(adam, learning_rate)


@kernel
def standardise(values: Floats, standardised: Floats) -> None:
    """Fill in the values with mean 0 and standard deviation 1.

    If all values are equal, up to rounding, all become 0.
    """
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


def suggest(settings: Settings, task: Task, trial: Any) -> dict[str, Any]:
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


AGENT = Agent(NAME, "train_policy", Settings, train, policies, faults, sizes, suggest)
