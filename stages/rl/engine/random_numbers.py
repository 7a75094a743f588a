"""Random numbers: one independent stream for every (agent, purpose, run), and draws from it.

A stream's start is derived from the root seed by NumPy's SeedSequence (whose spawn keys give
independent starts); so a run's numbers depend neither on how many runs there are nor on which
thread has it. Kernels draw from a stream by xoshiro256++, other code by a NumPy generator.

Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM Transactions on
Mathematical Software 47(4), 2021.
"""

from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel

Stream: TypeAlias = NDArray[np.uint64]  # [4], the generator's state: advanced by every draw

SHARED = ""  # whose streams all agents share, such as that of the test episodes
RANDOM = "random actions"


class Purpose(IntEnum):
    """What a stream is for; the families of episodes never meet."""

    TRAINING = 0
    VALIDATION = 1
    TEST = 2
    BOOTSTRAP = 3
    ROBUSTNESS = 4


def sequence(seed: int, agent: str, purpose: Purpose, run: int = 0) -> np.random.SeedSequence:
    """Return the entropy of one (agent, purpose, run) below the root seed.

    Args:
        seed: the root.
        agent: its name, or SHARED, or RANDOM.
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


@kernel
def next_word(stream: Stream) -> np.uint64:
    """Advance the stream; return 64 random bits (the paper's figure 5)."""
    total = stream[0] + stream[3]
    word = ((total << np.uint64(23)) | (total >> np.uint64(41))) + stream[0]
    shifted = stream[1] << np.uint64(17)
    stream[2] ^= stream[0]
    stream[3] ^= stream[1]
    stream[1] ^= stream[2]
    stream[0] ^= stream[3]
    stream[2] ^= shifted
    stream[3] = (stream[3] << np.uint64(45)) | (stream[3] >> np.uint64(19))
    return word


@kernel
def uniform(stream: Stream) -> float:
    """Advance the stream; return a number in [0, 1), a multiple of 2**-53."""
    return (next_word(stream) >> np.uint64(11)) * 2.0**-53


@kernel
def uniform_between(low: float, high: float, stream: Stream) -> float:
    """Advance the stream; return a number in [low, high)."""
    return low + (high - low) * uniform(stream)


@kernel
def below(count: int, stream: Stream) -> int:
    """Advance the stream; return a whole number from 0 to count - 1, each alike."""
    return int(uniform(stream) * count)
