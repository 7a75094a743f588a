"""Q-learning: learn what each action is worth in each state, with an epsilon-greedy behaviour.

Watkins, "Learning from delayed rewards", PhD thesis, Cambridge, 1989; the update as in Sutton and
Barto, "Reinforcement learning", 2nd edition, 2018, equation 6.8:

    Q(s, a) <- Q(s, a) + alpha [ r + gamma max_a' Q(s', a') - Q(s, a) ]

Where an episode terminates nothing follows, and the bracket is r - Q(s, a). Where it is truncated
we only stop watching: that step is updated like any other. With several tilings, each of their
weights takes its share of the step.
"""

from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

import numpy as np
from annotated_types import Interval, Len
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.engine.random_numbers import Purpose, Stream, stream
from stages.rl.interface import options
from stages.rl.interface.dynamics import observe, start, step
from stages.rl.interface.options import Count, Number, Probability, Rate
from stages.rl.interface.task import Task, dynamics
from stages.rl.learning.exploring import epsilon_greedy, linear
from stages.rl.learning.playing import mean_return
from stages.rl.learning.runs import Run, with_checkpoints
from stages.rl.policies.table import (
    Player,
    Table,
    find_tiles,
    greedy,
    player_of,
    tile_count,
    tiling_of,
    value,
)

NAME = "q_learning"  # in data/ and in dvc.yaml; its stage and its section in params.yaml:
SECTION = "train_q_learning"

LEAST = 0.001  # between low and high
Bins = Annotated[int, Interval(ge=1, le=100)]


class Settings(NamedTuple):
    """What one run of Q-learning does."""

    bins: Annotated[list[Bins], Len(0, 100)]  # of each variable; none where numbers are seen
    low: Annotated[list[Number], Len(0, 100)]  # below this nothing is told apart, for each variable
    high: Annotated[list[Number], Len(0, 100)]  # above this likewise
    tilings: Annotated[int, Interval(ge=1, le=64)]  # 1 is a plain table
    episodes: Count  # training episodes
    initial_value: Number  # of Q everywhere; above what is possible, what is new attracts
    discount: Probability  # gamma, per step
    learning_rate: Rate  # alpha at the first episode, ...
    final_learning_rate: Probability  # ... linearly to this at the last
    epsilon: Probability  # probability of a random action at the first episode, ...
    final_epsilon: Probability  # ... linearly to this ...
    exploration_fraction: Rate  # ... over this share of the episodes, and constant after
    checkpoint_every: Count  # episodes between two checkpoints
    selection_episodes: Count  # greedy episodes that score a checkpoint


TUNED = {  # not how long it learns: what it has learned by then is to be compared
    "bins": options.Ratios(0.5, 2.0, relative=True),
    "tilings": options.OneOf((1, 2, 4, 8, 16, 32)),
    "initial_value": options.Steps(0.0, 2.0, 0.1, relative=True),
    "discount": options.DISCOUNTS,
    "learning_rate": options.Ratios(0.01, 1.0),
    "final_learning_rate": options.Ratios(0.001, 1.0),
    "epsilon": options.Steps(0.0, 1.0, 0.05),
    "final_epsilon": options.Steps(0.0, 0.2, 0.01),
    "exploration_fraction": options.Steps(0.1, 1.0, 0.05),
}


def faults(settings: Settings, task: Task) -> Iterator[tuple[str, str]]:
    """Yield the keys that do not fit one another or the environment, and what is wrong."""
    variables = 0 if task.numbers else task.variables
    for key in ("bins", "low", "high"):
        if len(getattr(settings, key)) != variables:
            yield key, f"has {len(getattr(settings, key))} values; give {variables}"
            return
    for low, high in zip(settings.low, settings.high, strict=True):
        if high - low < LEAST:
            yield "high", f"is {high}, at a low of {low}; give at least {LEAST} more"
    if task.numbers and settings.tilings > 1:
        yield "tilings", f"is {settings.tilings}; give 1, as {task.id} shows numbers"


def sizes(settings: Settings, task: Task) -> dict[str, int]:
    """Count the numbers that a run leaves behind, by the key that decides on them."""
    return {
        "bins": tile_count(tiling_of(*cut(settings, task))) * task.actions,
        "checkpoint_every": settings.episodes // settings.checkpoint_every,
    }


class Rates(NamedTuple):
    """How an episode is learned from; or each of several, where the last two are arrays [E]."""

    discount: float  # gamma
    learning_rate: Any  # alpha
    epsilon: Any


def train(settings: Settings, task: Task, seed: int, run: int) -> Run:
    """Learn once; the policy is the weights [tiles, A] of the best checkpoint."""
    environment = dynamics(task)
    tiling = tiling_of(*cut(settings, task))
    weights = np.full((tile_count(tiling), task.actions), settings.initial_value / settings.tilings)
    training = stream(seed, NAME, Purpose.TRAINING, run)
    selection = stream(seed, NAME, Purpose.SELECTION, run)
    player = player_of(tiling, weights)
    observation = np.zeros(task.variables)
    rates = rates_of(settings, np.arange(settings.episodes))

    def learn(first: int, returns: NDArray[np.float64], lengths: NDArray[np.int64]) -> None:
        train_episodes(
            rates, first, environment, player, observation, task.limit, training, returns, lengths
        )

    def score() -> tuple[float, int]:
        return mean_return(
            environment,
            player,
            observation,
            task.limit,
            selection.copy(),
            settings.selection_episodes,
        )

    return with_checkpoints(weights, settings.episodes, settings.checkpoint_every, learn, score)


def policies(settings: Settings, task: Task, weights: NDArray[np.float64]) -> Table:
    """Say what the weights [R, tiles, A] of all runs are."""
    return Table.of(weights, *cut(settings, task))


def cut(settings: Settings, task: Task) -> tuple[int, list[int], list[float], list[float], int]:
    """Say how observations are cut into tiles: see `stages.rl.policies.table.tiling_of`."""
    return task.numbers, settings.bins, settings.low, settings.high, settings.tilings


def rates_of(settings: Settings, episode: Any) -> Rates:
    """Return the rates of an episode, or of each of several [E]."""
    progress = episode / settings.episodes
    with np.errstate(over="ignore"):  # a fraction of next to nothing is over at once
        explored = progress / settings.exploration_fraction
    return Rates(
        settings.discount,
        linear(settings.learning_rate, settings.final_learning_rate, progress),
        linear(settings.epsilon, settings.final_epsilon, explored),
    )


@kernel
def train_episodes(
    rates: Rates,
    first: int,
    environment: Any,
    player: Player,
    observation: NDArray[np.float64],
    limit: int,
    stream: Stream,
    returns: NDArray[np.float64],
    lengths: NDArray[np.int64],
) -> None:
    """Learn from one episode after the other, from number `first` on.

    Their returns and steps are filled in, as many as there is room for. All of them in one kernel:
    a call from Python takes as long as many steps.
    """
    for i in range(returns.size):
        now = Rates(rates.discount, rates.learning_rate[first + i], rates.epsilon[first + i])
        returns[i], lengths[i] = train_episode(now, environment, player, observation, limit, stream)


@kernel
def train_episode(
    rates: Rates,
    environment: Any,
    player: Player,
    observation: NDArray[np.float64],
    limit: int,
    stream: Stream,
) -> tuple[float, int]:
    """Play one episode epsilon-greedily, learning at every step; return its return and steps."""
    total = 0.0
    tiling, weights = player.tiling, player.weights
    tiles, next_tiles = player.tiles, player.next_tiles
    state = start(environment, stream)
    observe(environment, state, observation)
    find_tiles(tiling, observation, tiles)
    for t in range(limit):
        action = epsilon_greedy(weights, tiles, rates.epsilon, stream)
        state, reward, terminated, truncated = step(environment, state, action, stream)
        observe(environment, state, observation)
        find_tiles(tiling, observation, next_tiles)
        update(rates, weights, tiles, action, reward, next_tiles, terminated)
        total += reward
        if terminated or truncated:
            return total, t + 1
        tiles, next_tiles = next_tiles, tiles
    return total, limit


@kernel
def update(
    rates: Rates,
    weights: NDArray[np.float64],
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
