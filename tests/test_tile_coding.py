"""Tile coding: shifts by hand, tiles by counting edges, and one tiling as a plain table."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tasks import cartpole, frozen_lake

from stages.rl.interface.settings import length_faults
from stages.rl.interface.task import Task
from stages.rl.policies.tile_coding import Tiling, find_tiles, greedy, tile_count, tiling_of, value
from stages.rl.policies.tile_settings import TileSettings, faults


def tiles_of(tiling: Tiling, *observation: float) -> list[int]:
    tiles = np.zeros(max(1, len(tiling.shifts)), np.uint64)
    find_tiles(tiling, np.array(observation), tiles)
    return [int(tile) for tile in tiles]


def test_each_tiling_is_shifted_by_odd_numbers_of_parts_of_a_tile() -> None:
    """Sutton and Barto, section 9.5.4: the displacement vector (1, 3, 5, ...), in n-ths."""
    tiling = tiling_of(0, [8, 8, 8], [0.0] * 3, [1.0] * 3, 4)
    assert (4 * tiling.shifts).tolist() == [[0, 0, 0], [1, 3, 1], [2, 2, 2], [3, 1, 3]]
    eight = tiling_of(0, [8, 8], [0.0] * 2, [1.0] * 2, 8).shifts
    assert (8 * eight).tolist() == [[k, 3 * k % 8] for k in range(8)]


def test_a_variable_of_one_bin_keeps_its_place_in_the_displacement_vector() -> None:
    """With several tilings it is cut once, as the others are cut once more: so it counts too."""
    tiling = tiling_of(0, [1, 4], [0.0, 0.0], [1.0, 1.0], 2)
    assert tiling.variables.tolist() == [0, 1]
    assert tiling.intervals.tolist() == [2, 5]
    alone = tiling_of(0, [1, 4], [0.0, 0.0], [1.0, 1.0], 1)
    assert alone.variables.tolist() == [1]
    assert alone.intervals.tolist() == [4]


def test_tiles_of_one_variable_by_hand() -> None:
    """Four bins of 1, from 0 to 4; the second tiling begins half a bin before, the edges at x.5."""
    tiling = tiling_of(0, [4], [0.0], [4.0], 2)
    assert tile_count(tiling) == 10  # five in each, numbered in turns
    assert tiles_of(tiling, 0.0) == [0, 5]
    assert tiles_of(tiling, 0.49) == [0, 5]
    assert tiles_of(tiling, 0.51) == [0, 6]
    assert tiles_of(tiling, 1.0) == [1, 6]
    assert tiles_of(tiling, 3.99) == [3, 9]
    assert tiles_of(tiling, 4.0) == [4, 9]


def tiles_by_counting(
    bins: list[int], low: list[float], high: list[float], tilings: int, seen: list[float]
) -> list[int]:
    """Count, in each tiling, the edges below what is seen; the slow, obvious way."""
    found = []
    for k in range(tilings):
        tile = k
        for i, x in enumerate(seen):
            width = (high[i] - low[i]) / bins[i]
            shift = ((2 * i + 1) * k % tilings) / tilings
            count = bins[i] + (1 if tilings > 1 else 0)
            edges = [low[i] + (j - shift) * width for j in range(1, count)]
            tile = tile * count + sum(edge <= x for edge in edges)
        found.append(tile)
    return found


@pytest.mark.parametrize(
    ("bins", "tilings"),
    [([5, 3], 1), ([5, 3], 2), ([8, 8], 16), ([1, 1, 6, 3], 1), ([1, 2, 6, 3], 5), ([2] * 6, 16)],
)
def test_tiles_are_found_where_counting_edges_finds_them(bins: list[int], tilings: int) -> None:
    generator = np.random.default_rng(0)
    low, high = [-1.0 - i for i in range(len(bins))], [1.0 + 0.3 * i for i in range(len(bins))]
    tiling, shared = tiling_of(0, bins, low, high, tilings), set()
    for _ in range(500):
        seen = (1.3 * generator.uniform(low, high)).tolist()  # some beyond low or high
        tiles = tiles_of(tiling, *seen)
        assert tiles == tiles_by_counting(bins, low, high, tilings, seen)
        shared.update(tiles)
    assert min(shared) >= 0
    assert max(shared) < tile_count(tiling)


def test_one_tiling_is_a_plain_table() -> None:
    """Row by row as NumPy counts them."""
    bins, low, high = [2, 1, 5, 3], [-2.4, -2.0, -0.2, -1.5], [2.4, 2.0, 0.2, 1.5]
    tiling = tiling_of(0, bins, low, high, 1)
    assert tile_count(tiling) == 30
    for seen in np.random.default_rng(1).normal(size=(300, 4)):
        inner = [np.linspace(a, b, n + 1)[1:-1] for a, b, n in zip(low, high, bins, strict=True)]
        place = [np.searchsorted(edges, x, "right") for edges, x in zip(inner, seen, strict=True)]
        assert tiles_of(tiling, *seen) == [int(np.ravel_multi_index(place, bins))]


@pytest.mark.parametrize(
    ("seen", "number"),
    [(-9.0, 0), (-0.21, 0), (-0.071, 1), (0.0, 3), (0.0699, 3), (0.0701, 4), (0.21, 5), (9.0, 5)],
)
def test_intervals_are_equal_and_the_outer_ones_hold_what_lies_beyond(
    seen: float, number: int
) -> None:
    assert tiles_of(tiling_of(0, [6], [-0.21], [0.21], 1), seen) == [number]


@given(
    seen=st.lists(st.floats(-1e30, 1e30), min_size=2, max_size=2),
    tilings=st.integers(1, 64),
    low=st.floats(-1e6, 1e6),
    width=st.floats(1e-3, 1e6),
)
def test_whatever_is_seen_has_a_tile_in_each_tiling(
    seen: list[float], tilings: int, low: float, width: float
) -> None:
    tiling = tiling_of(0, [3, 100], [low, low], [low + width, low + width], tilings)
    each = tile_count(tiling) // tilings
    assert [tile // each for tile in tiles_of(tiling, *seen)] == list(range(tilings))


def test_numbers_are_their_own_tiles() -> None:
    tiling = tiling_of(500, [], [], [], 1)
    assert tile_count(tiling) == 500
    assert [tiles_of(tiling, number) for number in (0.0, 7.0, 499.0)] == [[0], [7], [499]]


def test_what_is_learned_of_a_point_spreads_less_and_less_with_distance() -> None:
    """Of 8 tilings, points an n-th of a tile apart share n-th fewer; none beyond a whole tile."""
    tiling = tiling_of(0, [10], [0.0], [10.0], 8)
    middle = set(tiles_of(tiling, 5.01))
    shared = [len(middle & set(tiles_of(tiling, 5.01 + k / 8))) for k in range(10)]
    assert shared == [8, 7, 6, 5, 4, 3, 2, 1, 0, 0]


def test_a_value_is_the_sum_of_a_weight_from_each_tiling() -> None:
    weights = np.array([[1.0, 9.0], [20.0, 9.0], [300.0, -9.0]])
    assert value(weights, np.array([0, 2], np.uint64), 0) == 301.0
    assert greedy(weights, np.array([0, 2], np.uint64)) == (0, 301.0)
    assert greedy(weights, np.array([0, 0], np.uint64)) == (1, 18.0)
    assert greedy(np.array([[4.0, 4.0, 4.0]]), np.array([0], np.uint64)) == (0, 4.0)
    assert greedy(np.array([[-math.inf, -1e300]]), np.array([0], np.uint64)) == (1, -1e300)


def test_settings_that_do_not_fit_are_refused() -> None:
    none, high = TileSettings(), [2.4, 2.5, 0.21, 2.0]
    four = TileSettings(bins=[1, 1, 6, 3], low=[-2.4, -2.5, -0.21, -2.0], high=high)

    def found(task: Task, settings: TileSettings, **changed: Any) -> list[tuple[str, str]]:
        some = settings.replace(**changed)
        return list(length_faults(some, task)) or list(faults(some, task))

    assert found(cartpole(), four) == found(frozen_lake(), none) == []
    few = "has 1 value; give 4, or one number for all"
    assert found(cartpole(), four, low=[0.0]) == [("low", few)]
    assert found(frozen_lake(), four)[:1] == [("bins", "has 4 values; give none")]
    missing = "missing; give a number for all 4 variables, or one for each"
    assert found(cartpole(), TileSettings())[0] == ("bins", missing)
    empty = "is -2.5, at a low of -2.5; give at least 0.001 more"
    assert found(cartpole(), four, high=[2.4, -2.5, 0.21, 2.0]) == [("high", empty)]
    fault = "is 2; give 1, as FrozenLake-v1 shows numbers"
    assert found(frozen_lake(), none, tilings=2) == [("tilings", fault)]
    assert found(cartpole(), four, bins=[100, 100, 50, 1]) == []
    many = "makes 1020000 weights; give what makes at most 1000000"
    assert found(cartpole(), four, bins=[100, 100, 51, 1]) == [("bins", many)]
    assert tile_count(tiling_of(0, [2, 1], [0.0, 0.0], [1.0, 1.0], 4)) == 4 * 3 * 2
    assert tile_count(tiling_of(0, [2] * 70, [0.0] * 70, [1.0] * 70, 1)) == 2**70
