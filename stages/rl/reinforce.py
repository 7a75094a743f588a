"""REINFORCE with a small network, from scratch.

Williams, "Simple statistical gradient-following algorithms for connectionist reinforcement
learning", Machine Learning 8, 1992. The parameters climb along

    sum_t  A_t  grad log pi(a_t | s_t),    G_t = r_t + gamma G_{t+1},    A = (G - mean G) / std G

over a batch of episodes. The policy pushes to the right with probability p = sigmoid(z), z the
network's output, so that the derivative of log pi(a | s) by z is a - p.

After a terminated episode G is zero. A truncated one only stops being watched, with the pole still
up: its last G stands for balancing on for ever, 1 / (1 - gamma) (bootstrapping at a time limit:
Pardo et al., "Time limits in reinforcement learning", ICML 2018, section 3).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl import elementary
from stages.rl.cartpole import start, starts, step
from stages.rl.compiled import kernel
from stages.rl.environments import STATE_VARIABLES
from stages.rl.layers import layer_widths, parameter_count
from stages.rl.network import ROWS, adam, backward, initialise, logit, whole_blocks
from stages.rl.network_lanes import play
from stages.rl.seeding import Agent, Purpose, Stream, stream
from stages.rl.training import Run, learned
from stages.rl.xoshiro import uniform

exp = kernel(elementary.exp)


class Settings(NamedTuple):
    """What one run of policy learning does, the shape of the network aside."""

    episodes: int
    batch_episodes: int  # episodes between updates; a divisor of checkpoint_every
    discount: float  # gamma, below 1
    learning_rate: float  # of Adam at the first update; falls linearly to zero
    checkpoint_every: int  # episodes between checkpoints; a divisor of the episodes
    selection_episodes: int  # greedy episodes that score a checkpoint


class Learner(NamedTuple):
    """The network that learns, and all that learning needs beside it."""

    widths: NDArray[np.int64]  # of the input and of the hidden layers
    parameters: NDArray[np.float64]  # [P]
    gradient: NDArray[np.float64]  # [P]
    activations: NDArray[np.float64]  # [T, W], of a batch
    deltas: NDArray[np.float64]  # [ROWS, W]
    errors: NDArray[np.float64]  # [T], a - p; at last the objective's derivatives by the logits
    advantages: NDArray[np.float64]  # [T], the discounted returns, standardised at last


def train(
    settings: Settings, hidden_layers: tuple[int, ...], episode_limit: int, seed: int, run: int
) -> Run:
    """Learn once; the policy is the parameters [P] of the checkpoint with the best mean return.

    Ties go to the later checkpoint, which has learned for longer.
    """
    selection = stream(seed, Agent.POLICY, Purpose.SELECTION, run)
    training = stream(seed, Agent.POLICY, Purpose.TRAINING, run)
    learner = _learner(hidden_layers, settings.batch_episodes * episode_limit)
    initialise(learner.widths, learner.parameters, training)
    untrained = learner.parameters.copy()
    parameters, returns, scores = learn(
        settings,
        learner,
        starts(selection, settings.selection_episodes),
        episode_limit,
        training,
    )
    every, episodes = settings.checkpoint_every, settings.selection_episodes
    return learned(parameters, untrained, returns, scores, every, episodes)


def _learner(hidden_layers: tuple[int, ...], steps: int) -> Learner:
    """Make room for a network and for the steps of a batch."""
    widths = layer_widths(STATE_VARIABLES, hidden_layers)
    count, row, steps = parameter_count(widths), int(widths.sum()), whole_blocks(steps)
    return Learner(
        widths,
        parameters=np.zeros(count),
        gradient=np.zeros(count),
        activations=np.zeros((steps, row)),
        deltas=np.zeros((ROWS, row)),
        errors=np.zeros(steps),
        advantages=np.zeros(steps),
    )


@kernel
def learn(
    settings: Settings,
    learner: Learner,
    selection_states: NDArray[np.float64],
    episode_limit: int,
    stream: Stream,
) -> tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.int64]]:
    """Train an initialised learner for all episodes, scoring its greedy policy at checkpoints.

    Returns:
        The chosen parameters [P], training returns [E], sums of selection returns [K].
    """
    moments = np.zeros((2, learner.parameters.size))
    decays = np.ones(2)
    chosen = learner.parameters.copy()
    chosen_score = 0
    returns = np.empty(settings.episodes, np.int32)
    scores = np.empty(settings.episodes // settings.checkpoint_every, np.int64)
    # Not a plain 0: numba takes a literal for a type of its own and compiles for it once more.
    steps = int(np.int64(0))
    for episode in range(settings.episodes):
        end = play_episode(settings, learner, steps, episode_limit, stream)
        returns[episode] = end - steps
        steps = end
        if (episode + 1) % settings.batch_episodes == 0:
            batch_gradient(learner, steps)
            progress = (episode + 1 - settings.batch_episodes) / settings.episodes
            learning_rate = settings.learning_rate * (1.0 - progress)
            adam(learner.parameters, learner.gradient, moments, decays, learning_rate)
            steps = 0
        if (episode + 1) % settings.checkpoint_every == 0:
            checkpoint = episode // settings.checkpoint_every
            scores[checkpoint] = play(
                learner.widths, learner.parameters, selection_states, episode_limit
            )
            if scores[checkpoint] >= chosen_score:
                chosen_score = scores[checkpoint]
                chosen = learner.parameters.copy()
    return chosen, returns, scores


@kernel
def play_episode(
    settings: Settings, learner: Learner, first: int, episode_limit: int, stream: Stream
) -> int:
    """Play one episode with sampled actions, kept in the rows from `first`; return their end.

    Fills in the rows' activations, errors a - p and discounted returns G.
    """
    x, x_dot, theta, theta_dot = start(stream)
    end = first
    terminated = False
    while not terminated and end - first < episode_limit:
        score = logit(
            learner.widths,
            learner.parameters,
            learner.activations,
            end,
            x,
            x_dot,
            theta,
            theta_dot,
        )
        probability = 1.0 / (1.0 + exp(-score))
        action = 1 if uniform(stream) < probability else 0
        learner.errors[end] = action - probability
        x, x_dot, theta, theta_dot, terminated = step(x, x_dot, theta, theta_dot, action)
        end += 1
    discounted = 0.0 if terminated else 1.0 / (1.0 - settings.discount)
    for t in range(end - 1, first - 1, -1):
        discounted = 1.0 + settings.discount * discounted
        learner.advantages[t] = discounted
    return end


@kernel
def batch_gradient(learner: Learner, steps: int) -> None:
    """Standardise the returns of a batch of steps; set the gradient of its objective, per step."""
    errors, advantages = learner.errors, learner.advantages
    standardise(advantages, steps)
    for t in range(steps):
        errors[t] = errors[t] * advantages[t] / steps
    backward(
        learner.widths,
        learner.parameters,
        learner.activations,
        errors,
        steps,
        learner.gradient,
        learner.deltas,
    )


@kernel
def standardise(values: NDArray[np.float64], count: int) -> None:
    """Give the first `count` values mean 0 and standard deviation 1; all 0 where they are equal."""
    mean = 0.0
    for t in range(count):
        mean += values[t]
    mean /= count
    square = 0.0
    for t in range(count):
        values[t] -= mean
        square += values[t] * values[t]
    deviation = math.sqrt(square / count)
    for t in range(count):
        values[t] = values[t] / deviation if deviation > 0.0 else 0.0
