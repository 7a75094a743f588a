"""How a learner explores, and how its rates change while it learns."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.engine.random_numbers import Stream, below, uniform
from stages.rl.policies.table import greedy


def linear(first: float, last: float, progress: Any) -> Any:
    """Return a value on the line from `first`, at progress 0, to `last`, at 1 and beyond."""
    return first + (last - first) * np.minimum(progress, 1.0)


@kernel
def epsilon_greedy(
    weights: NDArray[np.float64], tiles: NDArray[np.uint64], epsilon: float, stream: Stream
) -> int:
    """With probability epsilon take any action alike, else the greedy one."""
    if uniform(stream) < epsilon:
        return below(weights.shape[1], stream)
    action, _ = greedy(weights, tiles)
    return action
