"""How a learner draws actions by its preferences, and how it makes one more probable."""

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.engine.exponential import exp
from stages.rl.engine.random_numbers import Stream, uniform


@kernel
def sample(z: NDArray[np.float64], score_gradient: NDArray[np.float64], stream: Stream) -> int:
    """Draw an action by the softmax of the preferences z [A]; fill in the score's gradient [A].

    With pi = softmax(z), that is 1[b = a] - pi_b, the derivative of log pi_a by z_b.
    """
    highest = z[0]
    for a in range(1, z.size):
        highest = max(highest, z[a])
    powers, total = score_gradient, 0.0
    for a in range(z.size):
        powers[a] = exp(z[a] - highest)
        total += powers[a]
    action, point = 0, uniform(stream) * total
    while action < z.size - 1 and point >= powers[action]:
        point -= powers[action]
        action += 1
    for a in range(z.size):
        score_gradient[a] = (1.0 if a == action else 0.0) - powers[a] / total
    return action
