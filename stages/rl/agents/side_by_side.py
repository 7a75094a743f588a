"""Linear policies side by side: what random search plays, many episodes at once.

A loop over lanes does the same arithmetic for all of them, so the compiler puts 2, 4 or 8 lanes
into one register; each lane's numbers are those of an episode played alone, whatever the width. An
episode that ends makes room for the next one.

Only for environments whose state is numbers and whose steps are without chance.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.engine.random_numbers import Stream
from stages.rl.interface.dynamics import from_column, observation_of, start, step
from stages.rl.policies.inputs import Inputs
from stages.rl.policies.linear import draw

NEVER = -(2**62)  # steps that reach no limit
MAX_LANES = 128  # more would cost less refilling, but stay idle longer at the end
MOST_EPISODES = 65_536  # played together


class Lanes(NamedTuple):
    """L episodes that are played side by side."""

    episode: NDArray[np.int64]  # [L], its number; beyond the last where a lane is idle
    states: NDArray[np.float64]  # [V + 1, L], and below each the reward that led there
    next_states: NDArray[np.float64]  # [V + 1, L]
    weights: NDArray[np.float64]  # [A - 1, J, L]
    highest: NDArray[np.float64]  # [L]
    actions: NDArray[np.int64]  # [L]
    totals: NDArray[np.float64]  # [L], rewards so far
    steps: NDArray[np.int64]  # [L], so far
    ended: NDArray[np.int64]  # [L], 1 where the episode has just ended


def possible(environment: Any) -> bool:
    """Tell whether episodes of an environment can be played side by side."""
    return from_column.implemented_for(type(environment))


def screen(
    environment: Any,
    inputs: Inputs,
    scale: NDArray[np.float64],
    weights: NDArray[np.float64],
    observation: NDArray[np.float64],
    limit: int,
    stream: Stream,
    returns: NDArray[np.float64],
    lengths: NDArray[np.int64],
) -> None:
    """Do the same as `random_search.screen`."""
    states = np.empty((len(weights), len(start(environment, stream.copy()))))
    draw_all(environment, scale, weights, states, stream)
    play(environment, weights, states, lanes_for(weights, states), limit, stream, returns, lengths)


@kernel
def draw_all(
    environment: Any,
    scale: NDArray[np.float64],
    weights: NDArray[np.float64],
    states: NDArray[np.float64],
    stream: Stream,
) -> None:
    """Draw policies [C, A - 1, J], and for each the state in which its episode starts, [C, V]."""
    for c in range(weights.shape[0]):
        draw(scale, weights[c], stream)
        draw_starts(environment, states[c : c + 1], stream)


@kernel
def draw_starts(environment: Any, states: NDArray[np.float64], stream: Stream) -> None:
    """Draw the states in which episodes start, [E, V]."""
    for e in range(states.shape[0]):
        state = start(environment, stream)
        for i in range(len(state)):
            states[e, i] = state[i]


def score(
    environment: Any,
    inputs: Inputs,
    weights: NDArray[np.float64],
    observation: NDArray[np.float64],
    limit: int,
    stream: Stream,
    episodes: int,
    scores: NDArray[np.float64],
) -> int:
    """Do the same as `random_search.score`."""
    states, steps = np.empty((episodes, len(start(environment, stream.copy())))), 0
    draw_starts(environment, states, stream)
    together = max(1, MOST_EPISODES // episodes)  # policies whose episodes fit into the memory
    for k in range(0, len(weights), together):
        some = weights[k : k + together]
        count = len(some) * episodes
        returns, lengths = np.empty(count), np.empty(count, np.int64)
        tried, begun = np.repeat(some, episodes, axis=0), np.tile(states, (len(some), 1))
        lanes = lanes_for(tried, begun)
        play(environment, tried, begun, lanes, limit, stream, returns, lengths)
        scores[k : k + together] = returns.reshape(len(some), episodes).mean(axis=1)
        steps += int(lengths.sum())
    return steps


def lanes_for(weights: NDArray[np.float64], states: NDArray[np.float64]) -> Lanes:
    """Make room for episodes of policies [E, A - 1, J] from states [E, V]."""
    size = min(len(weights), MAX_LANES)
    return Lanes(
        np.arange(size),
        np.zeros((states.shape[1] + 1, size)),
        np.zeros((states.shape[1] + 1, size)),
        np.zeros((*weights.shape[1:], size)),
        np.zeros(size),
        np.zeros(size, np.int64),
        np.zeros(size),
        np.zeros(size, np.int64),
        np.zeros(size, np.int64),
    )


@kernel
def play(
    environment: Any,
    weights: NDArray[np.float64],
    states: NDArray[np.float64],
    lanes: Lanes,
    limit: int,
    stream: Stream,
    returns: NDArray[np.float64],
    lengths: NDArray[np.int64],
) -> None:
    """Play episodes, each by its own policy.

    Args:
        environment: see `stages.rl.interface.dynamics`.
        weights: of the linear policies, [E, A - 1, J], J = S or S + 1.
        states: in which the episodes start, [E, V].
        lanes: to play them in.
        limit: steps after which an episode is truncated.
        stream: not drawn from.
        returns: filled in, [E].
        lengths: filled in, [E]: the steps of each.
    """
    now, following = lanes.states, lanes.next_states
    for lane in range(lanes.steps.size):
        begin(lanes, now, lane, lane, weights, states)
    begun, left = lanes.steps.size, weights.shape[0]
    while left > 0:
        ends = 0
        while ends == 0:
            choose(environment, now, lanes.weights, lanes.highest, lanes.actions)
            move(environment, now, lanes.actions, following, lanes.ended, stream)
            ends = count(following[-1], lanes.totals, lanes.steps, lanes.ended, limit)
            now, following = following, now
        for lane in range(lanes.steps.size):
            if lanes.ended[lane] == 1:
                episode = lanes.episode[lane]
                returns[episode], lengths[episode] = lanes.totals[lane], lanes.steps[lane]
                begin(lanes, now, lane, begun, weights, states)
                begun += 1
                left -= 1


@kernel
def begin(
    lanes: Lanes,
    now: NDArray[np.float64],
    lane: int,
    episode: int,
    weights: NDArray[np.float64],
    states: NDArray[np.float64],
) -> None:
    """Begin an episode in a lane; beyond the last one, it never ends."""
    lanes.episode[lane] = episode
    lanes.totals[lane] = 0.0
    lanes.steps[lane] = 0 if episode < weights.shape[0] else NEVER
    if episode < weights.shape[0]:
        for i in range(states.shape[1]):
            now[i, lane] = states[episode, i]
        for a in range(weights.shape[1]):
            for j in range(weights.shape[2]):
                lanes.weights[a, j, lane] = weights[episode, a, j]


@kernel
def choose(
    environment: Any,
    states: NDArray[np.float64],
    weights: NDArray[np.float64],
    highest: NDArray[np.float64],
    actions: NDArray[np.int64],
) -> None:
    """Choose every lane's action, as `stages.rl.policies.linear.choose` does."""
    for a in range(weights.shape[0]):
        for lane in range(states.shape[1]):
            seen = observation_of(environment, from_column(environment, states, lane))
            score = 0.0
            for i in range(len(seen)):
                score += weights[a, i, lane] * seen[i]
            if weights.shape[1] > len(seen):  # a bias
                score += weights[a, len(seen), lane]
            before = highest[lane] if a > 0 else 0.0
            chosen = actions[lane] if a > 0 else 0
            better = score >= before
            highest[lane] = score if better else before
            actions[lane] = a + 1 if better else chosen


@kernel
def move(
    environment: Any,
    states: NDArray[np.float64],
    actions: NDArray[np.int64],
    next_states: NDArray[np.float64],
    ended: NDArray[np.int64],
    stream: Stream,
) -> None:
    """Take a step in every lane. In other arrays than before: so no lane waits for another."""
    for lane in range(states.shape[1]):
        before = from_column(environment, states, lane)
        after, reward, terminated, _ = step(environment, before, actions[lane], stream)
        for i in range(len(after)):
            next_states[i, lane] = after[i]
        next_states[len(after), lane] = reward
        ended[lane] = terminated


@kernel
def count(
    rewards: NDArray[np.float64],
    totals: NDArray[np.float64],
    steps: NDArray[np.int64],
    ended: NDArray[np.int64],
    limit: int,
) -> int:
    """Add up rewards and steps; return how many episodes have ended."""
    ends = 0
    for lane in range(steps.size):
        totals[lane] += rewards[lane]
        steps[lane] += 1
        ended[lane] = (ended[lane] & (steps[lane] > 0)) | (steps[lane] >= limit)
        ends += ended[lane]
    return ends
