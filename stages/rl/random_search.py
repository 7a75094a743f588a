"""Random search over linear policies: draw many, screen them, re-score the best.

The simplest of the direct searches (see Mania, Guy and Recht, "Simple random search of static
linear policies is competitive for reinforcement learning", NeurIPS 2018, which also steps from one
draw to the next). One lucky episode must not pick the winner: the best of the screening play
selection episodes of their own, and these alone decide.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.cartpole import start, starts
from stages.rl.compiled import kernel
from stages.rl.lanes import play
from stages.rl.seeding import Agent, Purpose, Stream, stream
from stages.rl.training import Run
from stages.rl.xoshiro import uniform


class Settings(NamedTuple):
    """What one run of the search does."""

    candidates: int  # drawn, and screened by one training episode each
    finalists: int  # best of the screening, scored on the selection episodes
    selection_episodes: int


def train(settings: Settings, episode_limit: int, seed: int, run: int) -> Run:
    """Search once; the policy is the weights [S] of the finalist with the best mean return.

    Ties go to the candidate drawn first.
    """
    training = stream(seed, Agent.SEARCH, Purpose.TRAINING, run)
    weights, states = draw(training, settings.candidates)
    returns = play(weights, states, episode_limit)
    finalists = np.argsort(-returns, kind="stable")[: settings.finalists]
    selection = stream(seed, Agent.SEARCH, Purpose.SELECTION, run)
    states = starts(selection, settings.selection_episodes)
    scores = play(
        np.repeat(weights[finalists], len(states), axis=0),
        np.tile(states, (len(finalists), 1)),
        episode_limit,
    ).reshape(len(finalists), len(states))
    best = finalists[np.argmax(scores.sum(axis=1))]
    return Run(weights[best], returns, (finalists + 1).astype(np.int32), scores)


@kernel
def draw(stream: Stream, candidates: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw candidates, and the states in which they are screened.

    Returns:
        Weights [C, S], uniform in [-1, 1], and states [C, S].
    """
    weights = np.empty((candidates, 4))
    states = np.empty((candidates, 4))
    for c in range(candidates):
        for i in range(4):
            weights[c, i] = 2.0 * uniform(stream) - 1.0
        states[c, 0], states[c, 1], states[c, 2], states[c, 3] = start(stream)
    return weights, states
