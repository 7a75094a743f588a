"""Episodes of linear policies, many at once: the numbers of episodes played one after the other.

Each episode has a lane. A loop over lanes does the same arithmetic for all of them, so the compiler
puts 2, 4 or 8 lanes into one register. When an episode ends, the next one takes its lane. Only for
environments whose state is numbers and whose steps are without chance.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.engine.random_numbers import Stream
from stages.rl.interface.dynamics import from_column, observation_of, start, step
from stages.rl.policies.linear import LinearPolicy, draw
from stages.rl.policies.policy import Floats
from stages.rl.training.greedy_episodes import World
from stages.rl.training.runs import Curve

MAX_LANES = 128  # more would cost less refilling, but stay idle longer at the end
NEVER = -(2**62)  # steps of an idle lane, which reach no limit


class Lanes(NamedTuple):
    """L episodes that are played at once."""

    states: Floats  # [2, V, L], present and next in turns: so no lane waits for another
    weights: Floats  # [A - 1, J, L]
    highest: Floats  # [L], score of the actions so far
    totals: Floats  # [L], rewards so far
    actions: NDArray[np.int64]  # [L]
    episode: NDArray[np.int64]  # [L], its number
    steps: NDArray[np.int64]  # [L], so far
    ended: NDArray[np.int64]  # [L], 1 where the episode has just ended


class Episodes(NamedTuple):
    """All E episodes, E / C of each policy, one policy after the other."""

    weights: Floats  # [C, A - 1, J]
    scale: Floats  # [J], with which weights are drawn; [0] where they are there
    first: Stream  # where the stream begins for each policy, if they are there
    curve: Curve  # is filled in


def possible(environment: Any) -> bool:
    """Say whether episodes of an environment can be played at once."""
    return from_column.dispatch(type(environment)) is not from_column.dispatch(object)


def screen(
    world: World, policy: LinearPolicy, scale: Floats, count: int, stream: Stream
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Do the same as `stages.rl.agents.random_search.screen`."""
    weights = np.empty((count, *policy.weights.shape))
    return weights, *play(world, weights, scale, count, stream)


def score(
    world: World, policy: LinearPolicy, weights: Floats, stream: Stream, episodes: int
) -> tuple[Floats, int]:
    """Do the same as `stages.rl.agents.random_search.score`."""
    curve = play(world, weights, np.empty(0), len(weights) * episodes, stream)
    return curve.returns.reshape(-1, episodes).mean(axis=1), int(curve.lengths.sum())


def play(world: World, weights: Floats, scale: Floats, count: int, stream: Stream) -> Curve:
    """Play so many episodes, see `Episodes`; the stream is left as it is."""
    curve = Curve(np.empty(count), np.empty(count, np.int64))
    size, variables = min(count, MAX_LANES), len(start(world.environment, stream.copy()))
    states, policies = np.zeros((2, variables, size)), np.zeros((*weights.shape[1:], size))
    lanes = Lanes(states, policies, *np.zeros((2, size)), *np.zeros((4, size), np.int64))
    play_all(world, Episodes(weights, scale, stream, curve), lanes, stream.copy())
    return curve


@kernel
def play_all(world: World, episodes: Episodes, lanes: Lanes, stream: Stream) -> None:
    """Do that, in one kernel."""
    now, following, (returns, lengths) = lanes.states[0], lanes.states[1], episodes.curve
    begun, left = 0, returns.size
    lanes.ended[:] = 1
    while left > 0:
        begun, ends = begin(world, episodes, lanes, begun, stream), 0
        while ends == 0:
            choose(world.environment, now, lanes)
            ends = move(world, now, following, lanes, stream)
            now, following = following, now
        for lane in range(lanes.ended.size):
            if lanes.ended[lane] == 1:
                returns[lanes.episode[lane]] = lanes.totals[lane]
                lengths[lanes.episode[lane]] = lanes.steps[lane]
        left -= ends


@kernel
def begin(world: World, episodes: Episodes, lanes: Lanes, begun: int, stream: Stream) -> int:
    """Begin an episode wherever one has ended, while there are any; return how many have begun."""
    each = episodes.curve.returns.size // len(episodes.weights)
    for lane in range(lanes.ended.size):
        if lanes.ended[lane] == 1:
            lanes.episode[lane], lanes.totals[lane], lanes.steps[lane] = begun, 0.0, NEVER
            if begun < episodes.curve.returns.size:
                weights = episodes.weights[begun // each]
                if episodes.scale.size > 0:
                    draw(episodes.scale, weights, stream)
                elif begun % each == 0:
                    for i in range(stream.size):
                        stream[i] = episodes.first[i]
                state = start(world.environment, stream)
                for i in range(len(state)):
                    lanes.states[:, i, lane] = state[i]
                for a in range(weights.shape[0]):
                    for j in range(weights.shape[1]):
                        lanes.weights[a, j, lane] = weights[a, j]
                lanes.steps[lane] = 0
                begun += 1
    return begun


@kernel
def choose(environment: Any, states: Floats, lanes: Lanes) -> None:
    """Choose every lane's action, as `stages.rl.policies.linear.choose` does."""
    weights, highest, actions = lanes.weights, lanes.highest, lanes.actions
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
def move(world: World, states: Floats, following: Floats, lanes: Lanes, stream: Stream) -> int:
    """Take a step in every lane, to the states that follow; return how many episodes have ended."""
    totals, steps, ended, ends = lanes.totals, lanes.steps, lanes.ended, 0
    for lane in range(states.shape[1]):
        before = from_column(world.environment, states, lane)
        after, reward, terminated, _ = step(world.environment, before, lanes.actions[lane], stream)
        for i in range(len(after)):
            following[i, lane] = after[i]
        totals[lane] += reward
        steps[lane] += 1
        ended[lane] = (terminated & (steps[lane] > 0)) | (steps[lane] >= world.max_episode_steps)
        ends += ended[lane]
    return ends
