"""Linear policies: a score for each action, a weighted sum of what is seen.

The first action has the score 0, and there is a row of weights for each other one; of the actions
with the highest score the last is taken. With two actions: the second where w . x >= 0.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.engine.random_numbers import Stream, uniform_between
from stages.rl.policies.policy import Floats, Inputs, Policies, fill_in, greedy_action, inputs_for


@kernel
def draw(scale: Floats, weights: Floats, stream: Stream) -> None:
    """Draw weights [A - 1, J], uniform up to the scale [J] on either side of zero."""
    for a in range(weights.shape[0]):
        for j in range(weights.shape[1]):
            weights[a, j] = uniform_between(-scale[j], scale[j], stream)


@kernel
def choose(weights: Floats, x: Floats) -> int:
    """Choose an action by weights [A - 1, J] for inputs x [J], of which the bias is the last."""
    action, highest = 0, 0.0
    for a in range(weights.shape[0]):
        score = 0.0
        for j in range(x.size):
            score += weights[a, j] * x[j]
        if score >= highest:
            action, highest = a + 1, score
    return action


class LinearPolicy(NamedTuple):
    """A policy in kernels."""

    weights: Floats  # [A - 1, J], J = I, or I + 1 with a bias
    inputs: Inputs
    x: Floats  # [J], scratch


@greedy_action.register(LinearPolicy)
def linear_action(policy: LinearPolicy, observation: Floats) -> int:
    """Choose the action of the highest score."""
    policy.x[-1] = 1.0  # of the bias, if there is one
    fill_in(policy.inputs, observation, policy.x)
    return choose(policy.weights, policy.x)


@dataclass(frozen=True)
class Linear(Policies):
    """Weights [R, A - 1, J], J = I, or I + 1 with a bias."""

    kind: ClassVar[str] = "linear"

    def preferences(self, observations: NDArray[Any]) -> Floats:
        """Return the scores of all actions, [R, E, A], for observations [R, E, S]."""
        inputs = Inputs(int(self.state_count[0]), np.ones(observations.shape[2]))
        x = inputs_for(inputs, observations)[:, :, np.newaxis]
        scores = np.zeros((*observations.shape[:2], self.weights.shape[1] + 1))
        for i in range(x.shape[3]):
            scores[:, :, 1:] += self.weights[:, np.newaxis, :, i] * x[..., i]
        if self.weights.shape[2] > x.shape[3]:
            scores[:, :, 1:] += self.weights[:, np.newaxis, :, -1]
        return scores

    def act(self, observations: NDArray[Any]) -> NDArray[np.int64]:
        """Choose run r's action for each observation [r, e]: the last of the preferred ones."""
        last_first = self.preferences(observations)[:, :, ::-1]
        return self.weights.shape[1] - last_first.argmax(axis=2)

    def of_run(self, run: int, observation_size: int) -> LinearPolicy:
        """Return the policy of a run for kernels, where observations have so many variables, S."""
        inputs = Inputs(int(self.state_count[0]), np.ones(observation_size))
        return LinearPolicy(self.weights[run], inputs, np.zeros(self.weights.shape[2]))
