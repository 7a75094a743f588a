"""Random search over linear policies: draw many, screen them, re-score the best.

The simplest of the direct searches (see Mania, Guy and Recht, "Simple random search of static
linear policies is competitive for reinforcement learning", NeurIPS 2018, which also steps from one
draw to the next). One lucky episode must not pick the winner: the best of the screening play
selection episodes of their own, and these alone decide.

Candidates are screened a chunk at a time, so that memory stays the same however many there are,
and all processors work even for a single run.
"""

from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.cartpole import start, starts
from stages.rl.compiled import kernel
from stages.rl.environments import STATE_VARIABLES
from stages.rl.lanes import advance, empty, refill
from stages.rl.linear import linear_action
from stages.rl.parallel import Pool
from stages.rl.seeding import Agent, Purpose, Stream, stream
from stages.rl.training import Run, Training, gather, mean_returns, stretch
from stages.rl.xoshiro import uniform

CHUNK = 65_536  # candidates drawn from one stream: another number would draw others


class Settings(NamedTuple):
    """What one run of the search does."""

    candidates: int  # drawn, and screened by one training episode each
    finalists: int  # best of the screening, scored on the selection episodes
    selection_episodes: int


class Screening(NamedTuple):
    """What is left of screened candidates: the best of them, K at most, the best first."""

    number: NDArray[np.int64]  # [K], in the order of drawing, from 0
    weights: NDArray[np.float64]  # [K, S]
    screened: NDArray[np.int32]  # [K], their returns
    returns: NDArray[np.float32]  # [N], mean returns of all, over stretches of them
    steps: int  # of all


def train_runs(
    settings: Settings, episode_limit: int, seed: int, runs: int, pool: Pool
) -> Training:
    """Search in runs 0 to runs - 1, each from its own number alone; show progress.

    A run's policy is the weights [S] of the finalist with the best mean return over the selection
    episodes. Ties go to the candidate drawn first.
    """
    chunks = -(-settings.candidates // CHUNK)
    screen = partial(_screen, settings, episode_limit, seed, chunks)
    finals: list[Screening] = []
    screenings = pool.map(screen, range(runs * chunks), "search: screening", "chunk")
    for task, screening in enumerate(screenings):
        if task % chunks == 0:
            finals.append(screening)
        else:
            finals[-1] = _merge(settings.finalists, finals[-1], screening)
    select = partial(_select, settings, episode_limit, seed)
    selected = pool.map(select, list(enumerate(finals)), "search: selection")
    return gather(selected, settings.candidates)


def _screen(settings: Settings, episode_limit: int, seed: int, chunks: int, task: int) -> Screening:
    """Draw and play a chunk of a run's candidates; task = run * chunks + chunk."""
    run, chunk = divmod(task, chunks)
    first = chunk * CHUNK
    training = stream(seed, Agent.SEARCH, Purpose.TRAINING, run, chunk)
    candidates = draw(training, min(CHUNK, settings.candidates - first))
    returns = play(candidates, episode_limit)
    best = np.argsort(-returns, kind="stable")[: settings.finalists]
    return Screening(
        first + best,
        candidates[best, STATE_VARIABLES:],
        returns[best],
        mean_returns(returns, stretch(settings.candidates)),
        int(returns.sum()),
    )


def _merge(finalists: int, earlier: Screening, later: Screening) -> Screening:
    """Join what was screened before and after; equal returns keep the order of drawing."""
    screened = np.concatenate((earlier.screened, later.screened))
    best = np.argsort(-screened, kind="stable")[:finalists]
    return Screening(
        np.concatenate((earlier.number, later.number))[best],
        np.concatenate((earlier.weights, later.weights))[best],
        screened[best],
        np.concatenate((earlier.returns, later.returns)),
        earlier.steps + later.steps,
    )


def _select(settings: Settings, episode_limit: int, seed: int, task: tuple[int, Screening]) -> Run:
    """Play the selection episodes with a run's finalists, and choose."""
    run, screening = task
    selection = stream(seed, Agent.SEARCH, Purpose.SELECTION, run)
    states = starts(selection, settings.selection_episodes)
    scores = np.empty(len(screening.weights), np.int64)
    together = max(1, CHUNK // len(states))  # finalists whose episodes fit into the memory
    for k in range(0, len(scores), together):
        weights = screening.weights[k : k + together]
        episodes = np.hstack(
            (np.tile(states, (len(weights), 1)), np.repeat(weights, len(states), axis=0))
        )
        returns = play(episodes, episode_limit).reshape(len(weights), len(states))
        scores[k : k + together] = returns.sum(axis=1)
    first = draw(stream(seed, Agent.SEARCH, Purpose.TRAINING, run), 1)[0, STATE_VARIABLES:]
    return Run(
        screening.weights[np.argmax(scores)],
        first,
        screening.returns,
        (screening.number + 1).astype(np.int32),
        scores / len(states),
        screening.steps + int(scores.sum()),
    )


@kernel
def draw(stream: Stream, candidates: int) -> NDArray[np.float64]:
    """Draw candidates, and for each the state in which its screening starts.

    Returns:
        States, then weights, which are uniform in [-1, 1]: [C, 2 S].
    """
    episodes = np.empty((candidates, 8))
    for c in range(candidates):
        for i in range(4, 8):
            episodes[c, i] = 2.0 * uniform(stream) - 1.0
        episodes[c, 0], episodes[c, 1], episodes[c, 2], episodes[c, 3] = start(stream)
    return episodes


@kernel
def play(episodes: NDArray[np.float64], episode_limit: int) -> NDArray[np.int32]:
    """Play episodes, each from its state by its policy's weights [E, 2 S]; return returns [E]."""
    returns = np.empty(episodes.shape[0], np.int32)
    lanes = empty(episodes)
    while refill(lanes, episodes, returns):
        _play_until_one_ends(lanes.variables, lanes.steps, lanes.ended, episode_limit)
    return returns


@kernel
def _play_until_one_ends(
    variables: NDArray[np.float64],
    steps: NDArray[np.int64],
    ended: NDArray[np.int64],
    episode_limit: int,
) -> None:
    ends = 0
    while ends == 0:
        for lane in range(steps.size):
            action = linear_action(
                variables[4, lane],
                variables[5, lane],
                variables[6, lane],
                variables[7, lane],
                variables[0, lane],
                variables[1, lane],
                variables[2, lane],
                variables[3, lane],
            )
            ends += advance(variables, steps, ended, lane, action, episode_limit)
