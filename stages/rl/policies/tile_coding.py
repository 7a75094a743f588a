"""Action values over tiles: a table of Q(s, a), where s is a cell of the observations.

Or preferences, as an actor-critic learns them: of both, the highest is the greedy action.

Tile coding (Sutton and Barto, "Reinforcement learning", 2nd edition, 2018, section 9.5.4): several
tilings cover the observations, each shifted against the others, and Q(s, a) is the sum of one
weight from each. One tiling is a plain table. Observations that are whole numbers are cells as
they are.
"""

import math
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.rl.engine.compiling import kernel
from stages.rl.policies.policy import Floats, Policies, greedy_action


class Tiling(NamedTuple):
    """How observations are cut into tiles."""

    state_count: int  # N, where observations are whole numbers; else 0
    variables: NDArray[np.uint64]  # [V], which are cut at all
    low: Floats  # [V], what is below counts as this
    high: Floats  # [V], likewise above
    density: Floats  # [V], intervals for each unit of a variable
    intervals: NDArray[np.uint64]  # [V], of one tiling: with several there is one more than bins
    shifts: Floats  # [K, V], of each tiling, in intervals


def tiling_of(
    state_count: int, bins: list[int], low: list[float], high: list[float], tilings: int
) -> Tiling:
    """Cut each variable into bins between low and high, in K tilings.

    Tiling k is shifted along variable i by ((2 i + 1) k mod K) / K of an interval.
    """
    intervals = np.array(bins, np.uint64) + np.uint64(tilings > 1)
    cut = np.flatnonzero(intervals > 1)
    i, k = cut, np.arange(tilings)[:, np.newaxis]
    lows, highs = np.array(low, np.float64)[cut], np.array(high, np.float64)[cut]
    return Tiling(
        state_count,
        cut.astype(np.uint64),
        lows,
        highs,
        np.array(bins)[cut] / (highs - lows),
        intervals[cut],
        ((2 * i + 1) * k % tilings) / tilings,
    )


def tile_count(tiling: Tiling) -> int:
    """Count the tiles of all tilings."""
    # In Python's integers, which do not overflow.
    return tiling.state_count or len(tiling.shifts) * math.prod(tiling.intervals.tolist())


@kernel
def find_tiles(tiling: Tiling, observation: Floats, tiles: NDArray[np.uint64]) -> None:
    """Fill in which tile of each tiling an observation is in, [K]."""
    if tiling.state_count > 0:
        tiles[0] = np.uint64(observation[0])
        return
    for k in range(tiles.size):
        tile = np.uint64(k)
        for i in range(tiling.low.size):
            seen = min(max(observation[tiling.variables[i]], tiling.low[i]), tiling.high[i])
            place = np.uint64((seen - tiling.low[i]) * tiling.density[i] + tiling.shifts[k, i])
            last = tiling.intervals[i] - np.uint64(1)
            tile = tile * tiling.intervals[i] + min(place, last)
        tiles[k] = tile


@kernel
def value(weights: Floats, tiles: NDArray[np.uint64], action: int) -> float:
    """Return Q(s, a): the sum of a weight from each tiling."""
    total = 0.0
    for k in range(tiles.size):
        total += weights[tiles[k], action]
    return total


@kernel
def greedy(weights: Floats, tiles: NDArray[np.uint64]) -> tuple[int, float]:
    """Return the action of the highest value, the first where several are, and its value."""
    action, highest = 0, value(weights, tiles, 0)
    for a in range(1, weights.shape[1]):
        other = value(weights, tiles, a)
        if other > highest:
            action, highest = a, other
    return action, highest


class TilePolicy(NamedTuple):
    """A policy in kernels."""

    tiling: Tiling
    weights: Floats  # [tiles, A]
    tiles: NDArray[np.uint64]  # [K], scratch
    next_tiles: NDArray[np.uint64]  # [K], the same


def tile_policy(tiling: Tiling, weights: Floats) -> TilePolicy:
    """Make a policy for kernels of weights [tiles, A]."""
    count = max(1, len(tiling.shifts))
    return TilePolicy(tiling, weights, np.zeros(count, np.uint64), np.zeros(count, np.uint64))


@greedy_action.register(TilePolicy)
def tile_action(policy: TilePolicy, observation: Floats) -> int:
    """Choose the action of the highest value."""
    find_tiles(policy.tiling, observation, policy.tiles)
    action, _ = greedy(policy.weights, policy.tiles)
    return action


@dataclass(frozen=True)
class TileCoding(Policies):
    """Weights of the tiles, [R, tiles, A]."""

    bins: NDArray[np.int64]  # [S]
    low: Floats  # [S]; of numbers not used, but there
    high: Floats  # [S]
    tilings: NDArray[np.int64]  # [1]
    # [1], whether they add up to action values; if not, to preferences, whose sizes mean nothing.
    action_values: NDArray[np.bool_] = field(default_factory=lambda: np.array([True]))
    kind: ClassVar[str] = "table"

    @classmethod
    def of(
        cls,
        weights: Floats,
        state_count: int,
        bins: list[int],
        low: list[float],
        high: list[float],
        tilings: int,
        *,
        action_values: bool = True,
    ) -> "TileCoding":
        """Say what weights [R, tiles, A] are; see `tiling_of`."""
        return cls(
            weights,
            np.array([state_count], np.int64),
            np.array([state_count] if state_count else bins, np.int64),
            np.array([0] if state_count else low, np.float64),
            np.array([state_count] if state_count else high, np.float64),
            np.array([tilings], np.int64),
            np.array([action_values]),
        )

    def tiling(self) -> Tiling:
        """Say how observations are cut into tiles."""
        bins, low, high = self.bins.tolist(), self.low.tolist(), self.high.tolist()
        return tiling_of(int(self.state_count[0]), bins, low, high, int(self.tilings[0]))

    def preferences(self, observations: NDArray[Any]) -> Floats:
        """Return the action values or preferences, [R, E, A], for observations [R, E, S]."""
        tiling, runs = self.tiling(), np.arange(self.runs)[:, np.newaxis]
        if tiling.state_count:
            return self.weights[runs, observations[:, :, 0].astype(np.int64)]
        seen = observations[:, :, tiling.variables.astype(np.int64)].astype(np.float64)
        seen = np.clip(seen, tiling.low, tiling.high)
        total = np.zeros((*observations.shape[:2], self.weights.shape[2]))
        for k, shift in enumerate(tiling.shifts):
            places = ((seen - tiling.low) * tiling.density + shift).astype(np.int64)
            places = np.minimum(places, tiling.intervals.astype(np.int64) - 1)
            tile = np.full(observations.shape[:2], k)
            for i, intervals in enumerate(tiling.intervals.tolist()):
                tile = tile * intervals + places[:, :, i]
            total += self.weights[runs, tile]
        return total

    def of_run(self, run: int, observation_size: int) -> TilePolicy:
        """Return the policy of a run for kernels."""
        del observation_size
        return tile_policy(self.tiling(), self.weights[run])
