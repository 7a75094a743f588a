"""Random numbers: one independent stream for every (agent, purpose, run).

A stream's start is derived from the root seed by NumPy's SeedSequence (whose spawn keys give
independent starts); so a run's numbers depend neither on how many runs there are nor on which
thread has it. Kernels draw from a stream by `xoshiro`, other code by a NumPy generator.
"""

from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Stream: TypeAlias = NDArray[np.uint64]  # [4], the generator's state: advanced by every draw

NOBODY = ""  # whose streams all agents share, such as that of the test episodes
RANDOM = "random actions"


class Purpose(IntEnum):
    """What a stream is for; the families of episodes never meet."""

    TRAINING = 0
    SELECTION = 1
    TEST = 2
    BOOTSTRAP = 3
    ROBUSTNESS = 4


def sequence(seed: int, agent: str, purpose: Purpose, run: int = 0) -> np.random.SeedSequence:
    """Return the entropy of one (agent, purpose, run) below the root seed.

    Args:
        seed: the root.
        agent: its name, or NOBODY, or RANDOM.
        purpose: what the numbers are for.
        run: which run, from 0.
    """
    name = int.from_bytes(agent.encode(), "big")
    return np.random.SeedSequence(seed, spawn_key=(name, int(purpose), run))


def stream(seed: int, agent: str, purpose: Purpose, run: int, part: int = 0) -> Stream:
    """Return the start of a stream for kernels.

    A run's work may come in parts, each with a stream of its own: part 0 draws from the run's own
    stream, the others from children of it.
    """
    entropy = sequence(seed, agent, purpose, run)
    if part > 0:
        entropy = np.random.SeedSequence(seed, spawn_key=(*entropy.spawn_key, part))
    return entropy.generate_state(4, np.uint64).astype(np.uint64)
