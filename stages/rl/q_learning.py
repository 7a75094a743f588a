"""Tabular Q-learning over a discretised state, with an epsilon-greedy behaviour policy.

Watkins, "Learning from delayed rewards", PhD thesis, Cambridge, 1989; the update as in Sutton and
Barto, "Reinforcement learning", 2nd edition, 2018, equation 6.8:

    Q(s, a) <- Q(s, a) + alpha [ r + gamma max_a' Q(s', a') - Q(s, a) ]

Where an episode terminates nothing follows, and the bracket is r - Q(s, a). Where it is truncated
we only stop watching: that step is updated like any other.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.cartpole import start, starts, step
from stages.rl.compiled import at, kernel
from stages.rl.environments import ACTIONS
from stages.rl.lanes import advance, empty, refill
from stages.rl.seeding import Agent, Purpose, Stream, stream
from stages.rl.table import cell_of, greedy
from stages.rl.training import Run, learned
from stages.rl.xoshiro import uniform


class Settings(NamedTuple):
    """What one run of Q-learning does."""

    bins: NDArray[np.int64]  # [S], intervals of each state variable
    limits: NDArray[np.float64]  # [S], magnitudes told apart, in m, m/s, rad, rad/s
    episodes: int
    initial_value: float  # of Q everywhere; at 1 / (1 - discount) or above, what is new attracts
    discount: float  # gamma
    learning_rate: float  # alpha at the first episode, ...
    final_learning_rate: float  # ... linearly down to this at the last
    epsilon: float  # probability of a random action at the first episode, ...
    final_epsilon: float  # ... linearly to this ...
    exploration_fraction: float  # ... at this fraction of the episodes, and constant after
    checkpoint_every: int  # episodes between checkpoints; a divisor of the episodes
    selection_episodes: int  # greedy episodes that score a checkpoint


def train(settings: Settings, episode_limit: int, seed: int, run: int) -> Run:
    """Learn once; the policy is the table [B, A] of the checkpoint with the best mean return.

    Ties go to the later checkpoint, which has learned for longer.
    """
    selection = stream(seed, Agent.Q_LEARNING, Purpose.SELECTION, run)
    cells = math.prod(settings.bins.tolist())
    untrained = np.full((cells, ACTIONS), settings.initial_value)
    table, returns, scores = learn(
        settings,
        untrained.copy(),
        starts(selection, settings.selection_episodes),
        episode_limit,
        stream(seed, Agent.Q_LEARNING, Purpose.TRAINING, run),
    )
    every, episodes = settings.checkpoint_every, settings.selection_episodes
    return learned(table, untrained, returns, scores, every, episodes)


@kernel
def learn(
    settings: Settings,
    table: NDArray[np.float64],
    selection_states: NDArray[np.float64],
    episode_limit: int,
    stream: Stream,
) -> tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.int64]]:
    """Train the table for all episodes, scoring its greedy policy at every checkpoint.

    Returns:
        The chosen table [B, A], training returns [E], sums of selection returns [K].
    """
    chosen = table.copy()
    chosen_score = 0
    returns = np.empty(settings.episodes, np.int32)
    scores = np.empty(settings.episodes // settings.checkpoint_every, np.int64)
    for episode in range(settings.episodes):
        learning_rate, epsilon = schedules(settings, episode)
        returns[episode] = train_episode(
            settings, table, learning_rate, epsilon, episode_limit, stream
        )
        if (episode + 1) % settings.checkpoint_every == 0:
            checkpoint = episode // settings.checkpoint_every
            scores[checkpoint] = play(settings, table, selection_states, episode_limit)
            if scores[checkpoint] >= chosen_score:
                chosen_score = scores[checkpoint]
                chosen = table.copy()
    return chosen, returns, scores


@kernel
def schedules(settings: Settings, episode: int) -> tuple[float, float]:
    """Return the learning rate and epsilon of an episode."""
    progress = episode / settings.episodes
    explored = min(progress / settings.exploration_fraction, 1.0)
    return (
        settings.learning_rate + (settings.final_learning_rate - settings.learning_rate) * progress,
        settings.epsilon + (settings.final_epsilon - settings.epsilon) * explored,
    )


@kernel
def train_episode(
    settings: Settings,
    table: NDArray[np.float64],
    learning_rate: float,
    epsilon: float,
    episode_limit: int,
    stream: Stream,
) -> int:
    """Play one episode epsilon-greedily, learning at every step; return its return."""
    bins, limits = settings.bins, settings.limits
    x, x_dot, theta, theta_dot = start(stream)
    cell = cell_of(bins, limits, x, x_dot, theta, theta_dot)
    for t in range(episode_limit):
        action = epsilon_greedy(table, cell, epsilon, stream)
        x, x_dot, theta, theta_dot, terminated = step(x, x_dot, theta, theta_dot, action)
        next_cell = cell_of(bins, limits, x, x_dot, theta, theta_dot)
        update(table, cell, action, 1.0, next_cell, terminated, learning_rate, settings.discount)
        if terminated:
            return t + 1
        cell = next_cell
    return episode_limit


@kernel
def epsilon_greedy(table: NDArray[np.float64], cell: int, epsilon: float, stream: Stream) -> int:
    """With probability epsilon take either action alike, else the greedy one."""
    if uniform(stream) < epsilon:
        return 1 if uniform(stream) < 0.5 else 0
    return greedy(table, cell)


@kernel
def update(
    table: NDArray[np.float64],
    cell: int,
    action: int,
    reward: float,
    next_cell: int,
    terminated: bool,
    learning_rate: float,
    discount: float,
) -> None:
    """Move Q(s, a) towards what was seen (equation 6.8, above); the table [B, A] is changed."""
    target = reward
    if not terminated:
        target += discount * max(table[next_cell, 0], table[next_cell, 1])
    table[cell, action] += learning_rate * (target - table[cell, action])


@kernel
def play(
    settings: Settings,
    table: NDArray[np.float64],
    states: NDArray[np.float64],
    episode_limit: int,
) -> int:
    """Play a greedy episode from each state [E, S]; return the sum of their returns."""
    returns = np.empty(states.shape[0], np.int32)
    actions = np.empty(table.shape[0], np.int64)
    for cell in range(actions.size):
        actions[cell] = greedy(table, cell)
    lanes = empty(states)
    while refill(lanes, states, returns):
        _play_until_one_ends(
            settings.bins,
            settings.limits,
            actions,
            lanes.variables,
            lanes.steps,
            lanes.ended,
            episode_limit,
        )
    total = 0
    for e in range(returns.size):
        total += returns[e]
    return total


@kernel
def _play_until_one_ends(
    bins: NDArray[np.int64],
    limits: NDArray[np.float64],
    actions: NDArray[np.int64],
    states: NDArray[np.float64],
    steps: NDArray[np.int64],
    ended: NDArray[np.int64],
    episode_limit: int,
) -> None:
    ends = 0
    while ends == 0:
        for lane in range(steps.size):
            x, x_dot, theta, theta_dot = (
                states[0, lane],
                states[1, lane],
                states[2, lane],
                states[3, lane],
            )
            action = actions[at(cell_of(bins, limits, x, x_dot, theta, theta_dot))]
            ends += advance(states, steps, ended, lane, action, episode_limit)
