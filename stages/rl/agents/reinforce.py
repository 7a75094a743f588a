"""REINFORCE with a small network, from scratch.

Williams, "Simple statistical gradient-following algorithms for connectionist reinforcement
learning", Machine Learning 8, 1992. The parameters climb along

    sum_t  A_t  grad log pi(a_t | s_t),    G_t = r_t + gamma G_{t+1},    A = (G - mean G) / std G

over a batch of episodes. The policy takes action a with probability softmax(z)_a, z the network's
outputs, so that the derivative of log pi(a | s) by z_b is 1[a = b] - softmax(z)_b.

After a terminated episode G is zero. A truncated one only stops being watched: its last G stands
for going on for ever as so far, mean r / (1 - gamma) (bootstrapping at a time limit: Pardo et al.,
"Time limits in reinforcement learning", ICML 2018, section 3); with gamma = 1 it is zero as well.
"""

import math
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

import numpy as np
from annotated_types import Interval, Len
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.engine.elementary import exp
from stages.rl.engine.random_numbers import Purpose, Stream, stream, uniform
from stages.rl.interface import options
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.interface.options import Count, Number, Probability, Rate
from stages.rl.interface.task import Task, dynamics
from stages.rl.learning.playing import mean_return
from stages.rl.learning.runs import Run, with_checkpoints
from stages.rl.policies.inputs import Inputs, fill_in, input_count, inputs_of, scale_faults
from stages.rl.policies.network import (
    Network,
    Player,
    adam,
    backward,
    forward,
    initialise,
    layer_widths,
    parameter_count,
)

NAME = "policy"  # in data/ and in dvc.yaml; its stage and its section in params.yaml:
SECTION = "train_policy"

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


TUNED = {
    "hidden_layers": options.OneOf((8, 16, 32, 64)),
    "scale": options.FACTORS,
    "batch_episodes": options.OneOf((2, 4, 8, 16, 32)),
    "discount": options.DISCOUNTS,
    "learning_rate": options.Ratios(0.001, 0.2),
}


def faults(settings: Settings, task: Task) -> Iterator[tuple[str, str]]:
    """Yield the keys that do not fit one another or the environment, and what is wrong."""
    yield from scale_faults(settings.scale, task.variables, task.numbers)
    steps = settings.batch_episodes * task.limit
    if steps > MOST_STEPS:
        most = MOST_STEPS // task.limit
        yield "batch_episodes", f"is {settings.batch_episodes}; give at most {most}"


def sizes(settings: Settings, task: Task) -> dict[str, int]:
    """Count the numbers that a run leaves behind, by the key that decides on them."""
    _, widths = shape(settings, task)
    return {
        "hidden_layers": parameter_count(widths),
        "checkpoint_every": settings.episodes // settings.checkpoint_every,
    }


def shape(settings: Settings, task: Task) -> tuple[Inputs, NDArray[np.uint64]]:
    """Return what the network sees, and the widths of its layers."""
    inputs = inputs_of(task.variables, task.numbers, settings.scale)
    return inputs, layer_widths(input_count(inputs), settings.hidden_layers, task.actions)


class Batch(NamedTuple):
    """The steps since the last update, and what an update needs."""

    size: NDArray[np.int64]  # [1], how many steps there are, T
    activations: NDArray[np.float64]  # [T, W]
    errors: NDArray[np.float64]  # [T, A], derivatives of log pi(a_t | s_t) by the outputs
    returns: NDArray[np.float64]  # [T], discounted, G
    deltas: NDArray[np.float64]  # [W], scratch
    gradient: NDArray[np.float64]  # [P]
    moments: NDArray[np.float64]  # [2, P], of Adam
    decays: NDArray[np.float64]  # [2], of Adam


def train(settings: Settings, task: Task, seed: int, run: int) -> Run:
    """Learn once; the policy is the parameters [P] of the best checkpoint."""
    environment = dynamics(task)
    inputs, widths = shape(settings, task)
    count, row = parameter_count(widths), int(widths.sum())
    training = stream(seed, NAME, Purpose.TRAINING, run)
    selection = stream(seed, NAME, Purpose.SELECTION, run)
    player = Player(widths, np.zeros(count), inputs, np.zeros(row))
    initialise(widths, player.parameters, training)
    steps = settings.batch_episodes * task.limit
    batch = Batch(
        size=np.zeros(1, np.int64),
        activations=np.zeros((steps, row)),
        errors=np.zeros((steps, task.actions)),
        returns=np.zeros(steps),
        deltas=np.zeros(row),
        gradient=np.zeros(count),
        moments=np.zeros((2, count)),
        decays=np.ones(2),
    )
    observation = np.zeros(task.variables)

    def learn(first: int, returns: NDArray[np.float64], lengths: NDArray[np.int64]) -> None:
        for i in range(len(returns)):
            returns[i], lengths[i] = play_episode(
                environment, player, batch, observation, task.limit, settings.discount, training
            )
            done = first + i + 1
            if done % settings.batch_episodes == 0 or done == settings.episodes:
                begun = (done - 1) // settings.batch_episodes * settings.batch_episodes
                update(player, batch, settings.learning_rate * (1.0 - begun / settings.episodes))

    def score() -> tuple[float, int]:
        episodes = settings.selection_episodes
        return mean_return(environment, player, observation, task.limit, selection.copy(), episodes)

    every = settings.checkpoint_every
    return with_checkpoints(player.parameters, settings.episodes, every, learn, score)


def policies(settings: Settings, task: Task, parameters: NDArray[np.float64]) -> Network:
    """Say what the parameters [R, P] of all runs are."""
    inputs, widths = shape(settings, task)
    numbers = np.array([task.numbers], np.int64)
    return Network(parameters, widths.astype(np.int64), inputs.scale, numbers)


@kernel
def play_episode(
    environment: Any,
    player: Player,
    batch: Batch,
    observation: NDArray[np.float64],
    limit: int,
    discount: float,
    stream: Stream,
) -> tuple[float, int]:
    """Play one episode with sampled actions, kept in the batch; return its return and steps."""
    first = batch.size[0]
    end, total, terminated, truncated = first, 0.0, False, False
    state = start(environment, stream)
    while end - first < limit and not terminated and not truncated:
        observe(environment, state, observation)
        row = batch.activations[end]
        fill_in(player.inputs, observation, row)
        forward(player.widths, player.parameters, row)
        action = sample(row, batch.errors[end], stream)
        state, reward, terminated, truncated = step(environment, state, action, stream)
        batch.returns[end] = reward
        total += reward
        end += 1
    ahead = 0.0
    if not terminated and discount < 1.0:
        ahead = total / (end - first) / (1.0 - discount)
    for t in range(end - 1, first - 1, -1):
        ahead = batch.returns[t] + discount * ahead
        batch.returns[t] = ahead
    batch.size[0] = end
    return total, end - first


@kernel
def sample(row: NDArray[np.float64], errors: NDArray[np.float64], stream: Stream) -> int:
    """Draw an action by the softmax of the outputs, which end a row; fill in the errors [A]."""
    first = row.size - errors.size
    highest = row[first]
    for a in range(1, errors.size):
        highest = max(highest, row[first + a])
    total = 0.0
    for a in range(errors.size):
        errors[a] = exp(row[first + a] - highest)
        total += errors[a]
    left = uniform(stream) * total
    action = 0
    while action < errors.size - 1 and left >= errors[action]:
        left -= errors[action]
        action += 1
    for a in range(errors.size):
        errors[a] = (1.0 if a == action else 0.0) - errors[a] / total
    return action


@kernel
def update(player: Player, batch: Batch, learning_rate: float) -> None:
    """Standardise the returns of the batch, climb along its gradient per step, and empty it."""
    steps = batch.size[0]
    standardise(batch.returns, steps)
    batch.gradient[:] = 0.0
    first = batch.deltas.size - batch.errors.shape[1]
    for t in range(steps):
        for a in range(batch.errors.shape[1]):
            batch.deltas[first + a] = batch.errors[t, a] * batch.returns[t] / steps
        row = batch.activations[t]
        backward(player.widths, player.parameters, row, batch.deltas, batch.gradient)
    adam(player.parameters, batch.gradient, batch.moments, batch.decays, learning_rate)
    batch.size[0] = 0


@kernel
def standardise(values: NDArray[np.float64], count: int) -> None:
    """Give the first `count` values mean 0 and standard deviation 1.

    All become 0 where they are equal, but for what rounding makes of equal ones.
    """
    mean, largest = 0.0, 0.0
    for t in range(count):
        mean += values[t]
        largest = max(largest, abs(values[t]))
    mean /= count
    square = 0.0
    for t in range(count):
        values[t] -= mean
        square += values[t] * values[t]
    deviation = math.sqrt(square / count)
    for t in range(count):
        values[t] = values[t] / deviation if deviation > EQUAL * largest else 0.0
