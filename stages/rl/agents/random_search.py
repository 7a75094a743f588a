"""Random search over linear policies: draw many, play an episode with each, keep the best.

The simplest of the direct searches (see Mania, Guy and Recht, "Simple random search of static
linear policies is competitive for reinforcement learning", NeurIPS 2018, which also steps from one
draw to the next). One lucky episode must not pick the winner: the best of the screening, the
finalists, play validation episodes of their own, and these alone decide.
"""

from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from stages.rl.engine.random_numbers import Purpose, Stream, stream
from stages.rl.interface.problem import Problem
from stages.rl.interface.settings import Count, Number, PerVariableOrNone, Section
from stages.rl.interface.suggestions import multiples
from stages.rl.policies.linear import Linear, LinearPolicy, draw
from stages.rl.policies.policy import Floats, input_count, inputs_of
from stages.rl.training import batched
from stages.rl.training.greedy_episodes import World, mean_return, play
from stages.rl.training.runs import Agent, Run, Snapshots, landmarks

STREAM = "search"  # the key of its random streams
MOST_WEIGHTS = 2**25  # of all candidates of a run: 256 MiB


class Settings(Section):
    """What one run of the search does."""

    candidates: Annotated[int, Field(ge=1, le=65_536)] = 500  # drawn and screened by one episode
    finalists: Count = 10  # best of the screening, scored again; at most candidates
    validation_episodes: Count = 100  # that score a finalist
    scale: PerVariableOrNone[Number] = []  # factors of the variables seen; none: as they are
    bias: bool = False  # whether a score has a part that depends on nothing


def faults(settings: Settings, task: Problem) -> Iterator[tuple[str, str]]:
    """Yield the keys that do not fit one another or the environment, and what is wrong."""
    if settings.finalists > settings.candidates:
        most = settings.candidates
        yield "finalists", f"is {settings.finalists}; give at most candidates, {most}"
    weights = (task.actions - 1) * ((task.state_count or task.observation_size) + settings.bias)
    if settings.candidates * weights > MOST_WEIGHTS:
        most = MOST_WEIGHTS // weights
        yield "candidates", f"is {settings.candidates}, of {weights} weights; give at most {most}"


def train(settings: Settings, task: Problem, world: World, seed: int, run: int) -> Run:
    """Search once; the policy is the weights [A - 1, J] of the best finalist."""
    inputs = inputs_of(task.observation_size, task.state_count, [])
    scale = np.ones(input_count(inputs) + settings.bias)  # [J], of a weight's size at most
    scale[: len(settings.scale)] = settings.scale
    policy = LinearPolicy(np.zeros((task.actions - 1, scale.size)), inputs, np.zeros(scale.size))
    # Many episodes at once where that is possible: the same ones, to the last bit.
    together = batched.possible(world.environment)
    screen_all, score_all = (batched.screen, batched.score) if together else (screen, score)
    training = stream(seed, STREAM, Purpose.TRAINING, run)
    weights, returns, lengths = screen_all(world, policy, scale, settings.candidates, training)
    finalists = weights[np.argsort(-returns, kind="stable")[: settings.finalists]]
    validation = stream(seed, STREAM, Purpose.VALIDATION, run)
    scores, steps = score_all(world, policy, finalists, validation, settings.validation_episodes)
    chosen = finalists[scores.argmax()]

    count = settings.candidates
    # Checkpoints: the leader of the screening after so many candidates; the last is the winner.
    after = [landmark for landmark in landmarks(count) if 1 < landmark < count]
    leading = [weights[returns[:candidates].argmax()] for candidates in after]
    return Run(
        chosen,
        weights[0],
        returns,
        lengths,
        # Who will be a finalist, and who wins, is known when all is done, not before.
        np.full(len(scores), count, np.int32),
        scores,
        np.zeros(len(scores)),
        settings.validation_episodes,
        np.full(len(scores), lengths.sum() + steps),
        Snapshots(np.array([0, *after, count]), np.stack([weights[0], *leading, chosen])),
    )


def screen(
    world: World, policy: LinearPolicy, scale: Floats, count: int, stream: Stream
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Draw C candidates, and play an episode with each: in place of the policy's, its weights.

    A weight is drawn from -scale to scale, [J]. Returns the weights [C, A - 1, J], and the return
    and the steps of each, [C].
    """
    weights = np.empty((count, *policy.weights.shape))
    returns, lengths = np.empty(count), np.empty(count, np.int64)
    for c in range(count):
        draw(scale, weights[c], stream)
        returns[c], lengths[c] = play(world, policy._replace(weights=weights[c]), stream)
    return weights, returns, lengths


def score(
    world: World, policy: LinearPolicy, weights: Floats, stream: Stream, episodes: int
) -> tuple[Floats, int]:
    """Play the same episodes with each of K finalists; return their mean returns, and all steps."""
    played = [
        mean_return(world, policy._replace(weights=finalist), stream.copy(), episodes)
        for finalist in weights
    ]
    scores, _, steps = zip(*played, strict=True)
    return np.array(scores), sum(steps)


def policies(settings: Settings, task: Problem, weights: Floats) -> Linear:
    """Say what the weights [R, A - 1, J] of all runs are."""
    del settings
    return Linear(weights, np.array([task.state_count], np.int64))


def suggest(settings: Settings, task: Problem, trial: Any) -> dict[str, Any]:
    """Propose values for tuning; all draw as many candidates as now, to be comparable."""
    del task
    return {
        "scale": multiples(trial, "scale", settings.scale, 0.25, 4.0),
        "bias": trial.suggest_categorical("bias", [False, True]),
    }


AGENT = Agent("random_search", "search", Settings, train, policies, faults, suggest)
