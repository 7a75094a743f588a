"""Random streams: the generator of the paper, and streams that never meet."""

from itertools import product

import numpy as np
import pytest

from stages.rl.engine.random_numbers import (
    RANDOM,
    SHARED,
    Purpose,
    below,
    next_word,
    sequence,
    stream,
    uniform,
    uniform_between,
)

# First words of xoshiro256++ from the state 1, 2, 3, 4, by the authors' C program
# (prng.di.unimi.it), as the tests of the Rust crate rand_xoshiro list them.
PUBLISHED = [
    41943041,
    58720359,
    3588806011781223,
    3591011842654386,
    9228616714210784205,
    9973669472204895162,
    14011001112246962877,
    12406186145184390807,
    15849039046786891736,
    10450023813501588000,
]
AGENTS = [SHARED, RANDOM, "search", "policy", "q_learning", "sarsa", "a", "b", "ab", "ba", "aaaaa"]


def xoshiro_in_plain_python(state: list[int]) -> int:
    mask = 2**64 - 1

    def rotate(word: int, left: int) -> int:
        return ((word << left) | (word >> (64 - left))) & mask

    word = (rotate((state[0] + state[3]) & mask, 23) + state[0]) & mask
    shifted = (state[1] << 17) & mask
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = rotate(state[3], 45)
    return word


def test_words_are_the_published_ones() -> None:
    state = np.array([1, 2, 3, 4], np.uint64)
    assert [int(next_word(state)) for _ in PUBLISHED] == PUBLISHED


def test_words_follow_plain_python_from_any_start() -> None:
    state = stream(7, "search", Purpose.TRAINING, 3)
    plain = [int(word) for word in state]
    for _ in range(1000):
        assert int(next_word(state)) == xoshiro_in_plain_python(plain)


def chi_squared(counts: np.ndarray) -> float:
    expected = counts.sum() / len(counts)
    return float(((counts - expected) ** 2 / expected).sum())


def test_uniform_numbers_fill_the_unit_interval_evenly() -> None:
    state = stream(0, "policy", Purpose.TRAINING, 0)
    numbers = np.array([uniform(state) for _ in range(20_000)])
    assert numbers.min() >= 0.0
    assert numbers.max() < 1.0
    # With 19 degrees of freedom above 50 once in 7,000 streams, and this one is fixed.
    assert chi_squared(np.histogram(numbers, bins=20, range=(0.0, 1.0))[0]) < 50.0


def test_a_number_between_two_others_is_a_uniform_one_moved_and_stretched() -> None:
    moved, plain = (stream(1, "policy", Purpose.TRAINING, 0) for _ in range(2))
    for _ in range(100):
        assert uniform_between(-3.0, 5.0, moved) == -3.0 + 8.0 * uniform(plain)


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_whole_numbers_below_another_come_alike(count: int) -> None:
    state = stream(0, "search", Purpose.TRAINING, 0)
    counts = np.bincount([below(count, state) for _ in range(7000)])
    assert len(counts) == count
    assert chi_squared(counts) < 25.0  # with 6 degrees of freedom once in 3,000 streams


def test_a_stream_depends_on_seed_agent_purpose_run_and_part_alone() -> None:
    """Agents are told apart by their names, whatever these are."""
    names = list(product((0, 1), AGENTS, Purpose, (0, 1, 2), (0, 1, 2)))
    states = {name: tuple(stream(*name)) for name in names}
    assert len(set(states.values())) == len(names)
    assert (
        tuple(stream(1, "policy", Purpose.VALIDATION, 2))
        == states[1, "policy", Purpose.VALIDATION, 2, 0]
    )


def test_no_two_streams_come_near_each_other() -> None:
    """Of 100 streams the first 200 words: in 64 bits even two equal ones would be no chance."""
    streams = [stream(0, agent, purpose, 0) for agent in AGENTS for purpose in Purpose]
    words = [int(next_word(state)) for state in streams for _ in range(200)]
    assert len(set(words)) == len(words)


def test_numpys_generators_get_streams_of_their_own() -> None:
    drawn = [
        np.random.default_rng(sequence(0, agent, purpose, run)).random()
        for agent in AGENTS
        for purpose in Purpose
        for run in range(3)
    ]
    assert len(set(drawn)) == len(drawn)
