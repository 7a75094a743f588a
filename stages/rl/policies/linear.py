"""Linear policies: a score for each action, a weighted sum of what is seen.

The first action has the score 0, and there is a row of weights for each other one; of the actions
with the highest score the last is taken. With two actions: the second where w . x >= 0.
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.engine.random_numbers import Stream, uniform_between
from stages.rl.policies.inputs import Inputs, fill_in, for_batch
from stages.rl.policies.kind import Layout, Observations, greedy_action


@kernel
def draw(scale: NDArray[np.float64], weights: NDArray[np.float64], stream: Stream) -> None:
    """Draw weights [A - 1, J], uniform up to the scale [J] on either side of zero."""
    for a in range(weights.shape[0]):
        for j in range(weights.shape[1]):
            weights[a, j] = uniform_between(-scale[j], scale[j], stream)


@kernel
def choose(weights: NDArray[np.float64], x: NDArray[np.float64]) -> int:
    """Choose an action by weights [A - 1, J] for inputs x [J], of which the bias is the last."""
    action, highest = 0, 0.0
    for a in range(weights.shape[0]):
        score = 0.0
        for j in range(x.size):
            score += weights[a, j] * x[j]
        if score >= highest:
            action, highest = a + 1, score
    return action


class Player(NamedTuple):
    """A policy in kernels, see `stages.rl.policies.kind`."""

    weights: NDArray[np.float64]  # [A - 1, J], J = I, or I + 1 with a bias
    inputs: Inputs
    x: NDArray[np.float64]  # [J], scratch


@greedy_action.implement(Player)
def _(player: Player, observation: NDArray[np.float64]) -> int:
    player.x[-1] = 1.0  # of the bias, if there is one
    fill_in(player.inputs, observation, player.x)
    return choose(player.weights, player.x)


@dataclass(frozen=True)
class Linear:
    """Weights of linear policies."""

    weights: NDArray[np.float64]  # [R, A - 1, I or I + 1]
    numbers: NDArray[np.int64]  # [1], N, or 0
    kind: ClassVar[str] = "linear"
    layout: ClassVar[Layout] = {"weights": (np.float64, 3), "numbers": (np.int64, 1)}

    @property
    def runs(self) -> int:
        """Count the runs, R."""
        return len(self.weights)

    @property
    def actions(self) -> int:
        """Count the actions, A."""
        return self.weights.shape[1] + 1

    def select(self, runs: slice) -> "Linear":
        """Return the policies of some of the runs."""
        return Linear(self.weights[runs], self.numbers)

    def preferences(self, observations: Observations) -> NDArray[np.float64]:
        """Return the scores of all actions, [R, E, A], for observations [R, E, S]."""
        inputs = Inputs(int(self.numbers[0]), np.ones(observations.shape[2]))
        x = for_batch(inputs, observations)[:, :, np.newaxis]
        scores = np.zeros((*observations.shape[:2], self.actions))
        for i in range(x.shape[3]):
            scores[:, :, 1:] += self.weights[:, np.newaxis, :, i] * x[..., i]
        if self.weights.shape[2] > x.shape[3]:
            scores[:, :, 1:] += self.weights[:, np.newaxis, :, -1]
        return scores

    def act(self, observations: Observations) -> NDArray[np.int64]:
        """Choose run r's action for each observation [r, e]."""
        last_first = self.preferences(observations)[:, :, ::-1]
        return self.actions - 1 - last_first.argmax(axis=2)

    def player(self, run: int, variables: int) -> Player:
        """Make the player of a run, for kernels, where so many variables are seen, S."""
        inputs = Inputs(int(self.numbers[0]), np.ones(variables))
        return Player(self.weights[run], inputs, np.zeros(self.weights.shape[2]))

    def misshapen(self, variables: int, numbers: int, actions: int) -> str:
        """Say what does not fit an environment; nothing where all does."""
        wide = numbers or variables
        if self.weights.shape[1] != actions - 1 or self.weights.shape[2] not in (wide, wide + 1):
            return f"weights of shape {self.weights.shape}"
        return "" if self.numbers.tolist() == [numbers] else f"numbers {self.numbers.tolist()}"
