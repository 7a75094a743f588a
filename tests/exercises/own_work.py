"""Checks of files of one's own: exercises 7, 8 and 9."""

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

import gymnasium
import numpy as np
from recorded import arrays, commit_of

from stages.common.script import InputError
from stages.rl.engine.random_numbers import Purpose, stream
from stages.rl.interface.tabular_model import TabularModel, table_of
from stages.rl.policies.tile_coding import tile_policy, tiling_of
from stages.rl.training.greedy_episodes import World, no_noise

LAST = 100  # training episodes
NEAR_THE_EDGE = range(25, 35)  # the row above the cliff, without its corners


def module(folder: str, name: str) -> ModuleType:
    """Import a module of the science."""
    try:
        return import_module(f"stages.rl.{folder}.{name}")
    except ModuleNotFoundError:
        raise InputError(f"stages/rl/{folder}/{name}.py is not there") from None


def corridor() -> TabularModel:
    """Two cells: whatever one does leads from the first to the second, and costs 1."""
    onwards = [(1.0, 1, -1.0, False)]
    model = {cell: {0: onwards, 1: onwards} for cell in (0, 1)}
    return table_of(SimpleNamespace(P=model, initial_state_distrib=np.array([1.0, 0.0])))


def sarsa() -> Iterator[str]:
    """Take one step from Q = 0 on, at random, to a cell where the actions are worth 10 and 20.

    By equation 6.7, with alpha = 0.5 and gamma = 0.9, Q becomes 0.5 (-1 + 0.9 * 10) = 4 or
    0.5 (-1 + 0.9 * 20) = 8.5, as the next action will be: both, in many trials.
    """
    agent, draws = module("agents", "sarsa"), stream(0, "exercise", Purpose.TRAINING, 0)
    found = set()
    for _ in range(60):
        weights = np.array([[0.0, 0.0], [10.0, 20.0]])
        policy = tile_policy(tiling_of(2, [], [], [], 1), weights)
        world = World(corridor(), np.zeros(1), 1, no_noise(1))
        agent.train_episode(world, policy, (0.5, 0.9, 1.0), draws)
        found.add(round(float(weights[0].sum()), 9))
    if found != {4.0, 8.5}:
        raise InputError(f"sarsa.py: one step by hand gives 4.0 or 8.5; yours {sorted(found)}")
    yield "sarsa.py: one step is as by hand"


def sarsa_on_the_cliff() -> Iterator[str]:
    """Compare both agents while they learned, and see where SARSA walks then."""
    commit = commit_of("cliff")
    late = {
        agent: arrays(commit, f"data/train/{agent}/history.npz")["returns"][:, -LAST:].mean()
        for agent in ("q_learning", "sarsa")
    }
    told = ", ".join(f"{agent} {value:.1f}" for agent, value in late.items())
    if late["sarsa"] <= late["q_learning"]:
        raise InputError(
            f"cliff: in the last {LAST} training episodes {told}: SARSA should be ahead"
        )
    yield f"cliff: mean return of the last {LAST} training episodes: {told}"
    weights = arrays(commit, "data/train/sarsa/policies.npz")["weights"]
    near = sum(any(cell in NEAR_THE_EDGE for cell in path(run)) for run in weights)
    if near > len(weights) / 2:
        raise InputError(f"cliff: SARSA treads on the edge in {near} of {len(weights)} runs")
    yield f"cliff: SARSA treads on the edge in {near} of {len(weights)} runs"


def path(values: Any) -> list[int]:
    """Follow the best actions [48, 4] from the start, on 4 rows of 12 cells."""
    cell, cells = 36, [36]
    while cell != 47 and len(cells) < 100:
        row, column = divmod(cell, 12)
        action = int(values[cell].argmax())
        row = min(max(row + (action == 2) - (action == 0), 0), 3)
        column = min(max(column + (action == 1) - (action == 3), 0), 11)
        cell = row * 12 + column
        cells.append(cell)
    return cells


def dyna_q() -> Iterator[str]:
    """Plan by hand from Q = 0 but 10 and 20 in the second cell, with alpha = 0.5 and gamma = 0.9.

    One step is kept: Q(0, 1) becomes 0.5 (1 + 0.9 * 20) = 9.5, then 9.5 + 0.5 (19 - 9.5) = 14.25.
    Of one that ended the episode it becomes 0.5, then 0.75. Of two that are kept both are taken up.
    """
    agent, draws = module("agents", "dyna_q"), stream(0, "exercise", Purpose.TRAINING, 0)

    def planned(steps: int, *kept: tuple[int, int, float, int]) -> list[float]:
        values, model = np.array([[0.0, 0.0], [10.0, 20.0]]), agent.model_of(2, 2)
        for one in kept:
            agent.keep(model, *one)
        agent.plan(values, model, agent.Rates(0.9, 0.5, 0.0), steps, draws)
        return [round(float(value), 9) for value in values[0]]

    for following, expected in ((1, [0.0, 14.25]), (agent.END, [0.0, 0.75])):
        found = planned(2, (0, 1, 1.0, following))
        if found != expected:
            when = "of a step that ended an episode" if following == agent.END else "of a step"
            raise InputError(
                f"dyna_q.py: planning twice {when} makes Q {found}; by hand {expected}"
            )
    if min(planned(60, (0, 0, 1.0, 1), (0, 1, 1.0, 1))) < 18.0:
        raise InputError("dyna_q.py: of two steps that are kept, planning leaves one out")
    yield "dyna_q.py: its planning is as by hand"


def wind() -> Iterator[str]:
    """Watch 200 balls fall: the wind moves them in some steps, by one column, and by the seed."""
    module("environments", "catch")
    made, steps = gymnasium.make("Catch-v0"), []
    for seed in range(200):
        columns = fall(made, seed)
        if columns != fall(made, seed):
            raise InputError("catch.py: the same seed gives another wind; draw it from np_random")
        steps += np.diff(columns).tolist()
    if not set(steps) <= {-1.0, 0.0, 1.0}:
        raise InputError("catch.py: the ball moves by more than one column in a step")
    left, right = (steps.count(one) / len(steps) for one in (-1.0, 1.0))
    if not (0.08 < left < 0.15 and 0.08 < right < 0.15):
        raise InputError(
            f"catch.py: the ball moves left in {left:.0%} and right in {right:.0%} of the steps; "
            "an eighth each is asked for, less what the border stops"
        )
    yield f"catch.py: the ball moves left in {left:.0%}, right in {right:.0%} of the steps"


def fall(made: Any, seed: int) -> list[float]:
    """Return the columns of a ball, from the top to the bottom."""
    seen, _ = made.reset(seed=seed)
    columns, over = [float(seen[0])], False
    while not over:
        seen, _, over, _, _ = made.step(1)
        columns.append(float(seen[0]))
    return columns
