"""Environments whose whole model is a table: of each state and action, what may follow.

Gymnasium's toy texts hand it out (`env.unwrapped.P`). So one compiled environment serves them all.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.engine.random_numbers import Stream, uniform
from stages.rl.interface.dynamics import observation_of, start, step


class TabularModel(NamedTuple):
    """N states, A actions and at most M things that may follow; a state is its number."""

    starts: NDArray[np.float64]  # [N], probability to start in this state or one before
    chances: NDArray[np.float64]  # [N, A, M], probability of this or one before
    following: NDArray[np.int64]  # [N, A, M], the next state
    rewards: NDArray[np.float64]  # [N, A, M]
    terminated: NDArray[np.bool_]  # [N, A, M]


def table_of(toy_text: Any) -> TabularModel:
    """Take over the table of an environment of Gymnasium, without its wrappers."""
    model = toy_text.P
    states, actions = len(model), len(model[0])
    most = max(len(model[s][a]) for s in range(states) for a in range(actions))
    shape = states, actions, most
    table = TabularModel(
        cumulative(toy_text.initial_state_distrib),
        np.ones(shape),
        np.zeros(shape, np.int64),
        np.zeros(shape),
        np.zeros(shape, np.bool_),
    )
    for s in range(states):
        for a in range(actions):
            table.chances[s, a, : len(model[s][a])] = cumulative([m[0] for m in model[s][a]])
            for m, (_, following, reward, terminated) in enumerate(model[s][a]):
                table.following[s, a, m] = following
                table.rewards[s, a, m] = reward
                table.terminated[s, a, m] = terminated
    return table


def cumulative(probabilities: Sequence[float]) -> NDArray[np.float64]:
    """Sum up probabilities: of each or one before. Rounding leaves none beyond the last."""
    sums = np.cumsum(probabilities)
    return np.where(sums < sums[-1], sums, 1.0)


@kernel
def drawn(cumulative: NDArray[np.float64], stream: Stream) -> int:
    """Draw the number of one of several things by their cumulative probabilities."""
    number, chance = 0, uniform(stream)
    while number < cumulative.size - 1 and chance >= cumulative[number]:
        number += 1
    return number


@start.register(TabularModel)
def start_table(table: TabularModel, stream: Stream) -> int:
    """Draw the state in which an episode starts."""
    return drawn(table.starts, stream)


@observation_of.register(TabularModel)
def observation_of_table(table: TabularModel, state: int) -> tuple[int]:
    """Return the number of the state."""
    return (state,)


@step.register(TabularModel)
def step_table(
    table: TabularModel, state: int, action: int, stream: Stream
) -> tuple[int, float, bool, bool]:
    """Draw what follows."""
    m = drawn(table.chances[state, action], stream)
    return (
        table.following[state, action, m],
        table.rewards[state, action, m],
        table.terminated[state, action, m],
        False,
    )
