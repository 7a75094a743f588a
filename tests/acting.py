"""Policies that are made up, of every kind and for any environment, and episodes that they play."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stages.common.artifacts import save_arrays
from stages.evaluation import testing
from stages.rl.interface.task import Task
from stages.rl.policies.linear import Linear
from stages.rl.policies.network import Network, parameter_count
from stages.rl.policies.tile_coding import TileCoding, tile_count

CHECKPOINTS = np.array([0, 10, 40], np.int64)  # training episodes
# What the variables of these environments are divided by, to be of one size.
SIZES = {
    "mountain_car": [1.0, 0.005],
    "acrobot": [1.0, 1.0, 1.0, 1.0, 4.0, 8.0],
    "cartpole": [1.0, 1.0, 0.1, 1.0],
}
BALANCING = [0.0, 0.0, 1.0, 0.3, 0.0]  # holds the pole to the end, also of made_up.ENVIRONMENTS


def drawn(*shape: int) -> NDArray[np.float64]:
    """Draw the same weights every time."""
    return np.random.default_rng(shape).uniform(-1.0, 1.0, shape)


def linear(task: Task, count: int) -> Linear:
    """Return policies with a bias."""
    inputs = task.state_count or task.observation_size
    weights = drawn(count, task.actions - 1, inputs + 1)
    weights[:, :, -1] *= 0.1
    if task.name == "cartpole":
        weights[-1] = BALANCING
    return Linear(weights, np.array([task.state_count]))


def network(task: Task, count: int) -> Network:
    """Return networks with two hidden layers."""
    widths = [task.state_count or task.observation_size, 9, 5, task.actions]
    scale = 1.0 / np.array(SIZES.get(task.name, [1.0] * task.observation_size))
    return Network(
        drawn(count, parameter_count(widths)), np.array([task.state_count]), widths, scale
    )


def table(task: Task, count: int) -> TileCoding:
    """Return tables with several tilings, of which each is shifted."""
    bins = [2] * task.observation_size
    high = SIZES.get(task.name, [1.0] * task.observation_size)
    low = [-value for value in high]
    empty = np.zeros((0, 0, 0))
    tiles = tile_count(TileCoding.of(empty, task.state_count, bins, low, high, 4).tiling())
    weights = drawn(count, tiles, task.actions)
    return TileCoding.of(weights, task.state_count, bins, low, high, 4)


KINDS = (linear, network, table)


def save(folder: Path, agent: str, place: int, task: Task, runs: int) -> None:
    """Write what an agent leaves behind: its kind depends on its place among the agents."""
    policies = KINDS[place % len(KINDS)](task, runs)
    checkpoints = KINDS[place % len(KINDS)](task, len(CHECKPOINTS))
    episodes = testing.play(task, 3, 1, policies.select(slice(1)), 1).episodes
    about = {"kind": np.array(policies.kind), "environment": np.array(task.id)}
    trained = str(folder / "train" / agent)
    save_arrays(f"{trained}/policies.npz", **about, **policies.arrays())
    save_arrays(f"{trained}/checkpoints.npz", **about, episodes=CHECKPOINTS, **checkpoints.arrays())
    save_arrays(str(folder / f"evaluate/{agent}/episodes.npz"), **episodes._asdict())
