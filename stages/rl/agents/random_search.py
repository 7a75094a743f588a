"""Random search over linear policies: draw many, screen them, re-score the best.

The simplest of the direct searches (see Mania, Guy and Recht, "Simple random search of static
linear policies is competitive for reinforcement learning", NeurIPS 2018, which also steps from one
draw to the next). One lucky episode must not pick the winner: the best of the screening play
selection episodes of their own, and these alone decide.

Candidates are screened a chunk at a time, so that memory stays the same however many there are,
and all processors work even for a single run.
"""

from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

import numpy as np
from annotated_types import Interval, Len
from numpy.typing import NDArray

from stages.rl.agents import side_by_side
from stages.rl.engine.random_numbers import Purpose, Stream, stream
from stages.rl.interface.options import FACTORS, SWITCH, Count, Number
from stages.rl.interface.task import Task, dynamics
from stages.rl.learning.parallel import Pool
from stages.rl.learning.playing import mean_return, play, undisturbed
from stages.rl.learning.runs import Checkpoints, Run, Training, gather, landmarks, means, stretch
from stages.rl.policies.inputs import Inputs, input_count, inputs_of, scale_faults
from stages.rl.policies.linear import Linear, Player, draw

NAME = "search"  # in data/ and in dvc.yaml; its stage and its section in params.yaml:
SECTION = "search"

MOST_CANDIDATES = 65_536  # drawn from one stream; another number would draw others
MOST_WEIGHTS = 2**22  # likewise
TUNED = {"scale": FACTORS, "bias": SWITCH}


class Settings(NamedTuple):
    """What one run of the search does."""

    candidates: Annotated[int, Interval(ge=1, le=100_000_000)]  # drawn and screened by one episode
    finalists: Count  # best of the screening, scored again; at most candidates
    selection_episodes: Count  # that score a finalist
    scale: Annotated[list[Number], Len(0, 100)]  # factors of the variables seen; none: as they are
    bias: bool  # whether a score has a part that depends on nothing


def faults(settings: Settings, task: Task) -> Iterator[tuple[str, str]]:
    """Yield the keys that do not fit one another or the environment, and what is wrong."""
    yield from scale_faults(settings.scale, task.variables, task.numbers)
    if settings.finalists > settings.candidates:
        most = settings.candidates
        yield "finalists", f"is {settings.finalists}; give at most candidates, {most}"


def sizes(settings: Settings, task: Task) -> dict[str, int]:
    """Count the numbers that a run leaves behind, by the key that decides on them."""
    del task
    return {"finalists": settings.finalists}


class Screening(NamedTuple):
    """What is left of screened candidates: the best of them, K at most, the best first."""

    weights: NDArray[np.float64]  # [K, A - 1, J]
    screened: NDArray[np.float64]  # [K], their returns
    returns: NDArray[np.float32]  # [N], mean returns of all, over stretches of them
    lengths: NDArray[np.float32]  # [N], mean steps, likewise
    steps: int  # of all
    leaders: Checkpoints  # the best after some of the first candidates


class Search:
    """Random search in one environment."""

    def __init__(self, settings: Settings, task: Task, seed: int) -> None:
        self.settings = settings
        self.task = task
        self.seed = seed
        self.inputs = inputs_of(task.variables, task.numbers, [])
        self.scale = np.ones(input_count(self.inputs) + settings.bias)  # [J]
        self.scale[: len(settings.scale)] = settings.scale
        self.shape = task.actions - 1, self.scale.size
        self.chunk = MOST_CANDIDATES
        while self.chunk > 1 and self.chunk * self.shape[0] * self.shape[1] > MOST_WEIGHTS:
            self.chunk //= 2
        self.chunks = -(-settings.candidates // self.chunk)

    def screen(self, number: int) -> Screening:
        """Draw and play a chunk of a run's candidates; number = run * chunks + chunk."""
        run, chunk = divmod(number, self.chunks)
        first = chunk * self.chunk
        weights = np.empty((min(self.chunk, self.settings.candidates - first), *self.shape))
        returns, lengths = np.empty(len(weights)), np.empty(len(weights), np.int64)
        environment = dynamics(self.task)
        together = side_by_side.possible(environment)
        (side_by_side.screen if together else screen)(
            environment,
            self.inputs,
            self.scale,
            weights,
            np.zeros(self.task.variables),
            self.task.limit,
            stream(self.seed, NAME, Purpose.TRAINING, run, chunk),
            returns,
            lengths,
        )
        best = highest(returns, self.settings.finalists)
        length = min(stretch(self.settings.candidates), self.chunk)
        many = self.settings.candidates
        shown = [drawn for drawn in landmarks(len(weights)) if 1 < drawn < many]
        leading = [int(np.argmax(returns[:drawn])) for drawn in shown]
        return Screening(
            weights[best],
            returns[best],
            means(returns, length),
            means(lengths, length),
            int(lengths.sum()),
            Checkpoints(np.array([0, *shown], np.int64), weights[[0, *leading]]),
        )

    def merge(self, earlier: Screening, later: Screening) -> Screening:
        """Join what was screened before and after; equal returns keep the order of drawing."""
        screened = np.concatenate([earlier.screened, later.screened])
        best = highest(screened, self.settings.finalists)
        return Screening(
            np.concatenate([earlier.weights, later.weights])[best],
            screened[best],
            np.concatenate([earlier.returns, later.returns]),
            np.concatenate([earlier.lengths, later.lengths]),
            earlier.steps + later.steps,
            earlier.leaders,
        )

    def select(self, numbered: tuple[int, Screening]) -> Run:
        """Play the selection episodes with a run's finalists, and choose."""
        run, screening = numbered
        scores = np.empty(len(screening.weights))
        environment = dynamics(self.task)
        together = side_by_side.possible(environment)
        steps = (side_by_side.score if together else score)(
            environment,
            self.inputs,
            screening.weights,
            np.zeros(self.task.variables),
            self.task.limit,
            stream(self.seed, NAME, Purpose.SELECTION, run),
            self.settings.selection_episodes,
            scores,
        )
        leaders, chosen = screening.leaders, screening.weights[np.argmax(scores)]
        chunks = max(1, stretch(self.settings.candidates) // self.chunk)
        return Run(
            chosen,
            leaders.policies[0],
            means(screening.returns, chunks),
            means(screening.lengths, chunks),
            # Who will be a finalist, and who wins, is known when all is done, not before.
            np.full(len(scores), self.settings.candidates, np.int32),
            scores,
            np.full(len(scores), screening.steps + steps, np.int64),
            Checkpoints(
                np.append(leaders.episodes, self.settings.candidates),
                np.concatenate([leaders.policies, chosen[np.newaxis]]),
            ),
        )


def train_runs(settings: Settings, task: Task, seed: int, runs: int, pool: Pool) -> Training:
    """Search in runs 0 to runs - 1, each from its own number alone; show progress.

    A run's policy is the weights [A - 1, J] of the finalist with the best mean return over the
    selection episodes. Ties go to the candidate drawn first.
    """
    search = Search(settings, task, seed)
    finals: list[Screening] = []
    chunks = range(runs * search.chunks)
    for number, screening in enumerate(
        pool.map(search.screen, chunks, "search: screening", "chunk")
    ):
        if number % search.chunks == 0:
            finals.append(screening)
        else:
            finals[-1] = search.merge(finals[-1], screening)
    selected = pool.map(search.select, list(enumerate(finals)), "search: selection")
    return gather(selected, settings.candidates)


def policies(settings: Settings, task: Task, weights: NDArray[np.float64]) -> Linear:
    """Say what the weights [R, A - 1, J] of all runs are."""
    del settings
    return Linear(weights, np.array([task.numbers], np.int64))


def highest(values: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Find where the highest values are, the highest first, the earlier of equal ones first."""
    lowest = np.partition(values, -count)[-count] if count < len(values) else -np.inf
    found = np.flatnonzero(values >= lowest)
    return found[np.argsort(-values[found], kind="stable")][:count]


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
    """Draw candidates, and play an episode with each.

    Args:
        environment: see `stages.rl.interface.dynamics`.
        inputs: of the policies.
        scale: of the weights, [J].
        weights: filled in, [C, A - 1, J].
        observation: room for one, [S].
        limit: steps after which an episode is truncated.
        stream: of the weights, and of the episodes.
        returns: filled in, [C].
        lengths: filled in, [C]: the steps of each episode.
    """
    x, as_it_is = np.zeros(weights.shape[2]), undisturbed(observation.size)
    for c in range(len(weights)):
        draw(scale, weights[c], stream)
        player = Player(weights[c], inputs, x)
        returns[c], lengths[c] = play(environment, player, observation, limit, stream, as_it_is)


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
    """Fill in the mean return of each policy [K] over the same episodes; return all their steps."""
    steps = 0
    for k in range(len(weights)):
        player = Player(weights[k], inputs, np.zeros(weights.shape[2]))
        scores[k], taken = mean_return(
            environment, player, observation, limit, stream.copy(), episodes
        )
        steps += taken
    return steps
