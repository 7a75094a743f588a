"""Random numbers in kernels: xoshiro256++, drawn inline.

Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM Transactions on
Mathematical Software 47(4), 2021.
"""

import numpy as np

from stages.rl.engine.kernels import kernel
from stages.rl.engine.seeding import Stream


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
