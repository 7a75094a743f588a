"""Episodes side by side are, to the last bit, the episodes played one after the other."""

from typing import Any

import numpy as np
import pytest
from tasks import acrobot, cartpole, corridor, frozen_lake, mountain_car

from stages.rl.agents import random_search, side_by_side
from stages.rl.agents.side_by_side import MAX_LANES
from stages.rl.engine.random_numbers import Purpose, stream
from stages.rl.interface.task import Task, dynamics
from stages.rl.policies.inputs import inputs_of

# Scales with which some policies last to the limit and some do not.
TASKS = [
    (cartpole(60), [1.0, 1.0, 1.0, 1.0]),
    (acrobot(150), [0.1, 0.1, 0.1, 0.1, 1.0, 1.0]),
    (mountain_car(150), [1.0, 30.0]),
]
LIMITS = pytest.mark.parametrize(
    ("task", "scale"), TASKS, ids=["cartpole", "acrobot", "mountain_car"]
)
EPISODES = pytest.mark.parametrize(
    "episodes", [1, 2, 3, 50, MAX_LANES - 1, MAX_LANES, MAX_LANES + 1, 300]
)
BIAS = pytest.mark.parametrize("bias", [False, True], ids=["", "bias"])


def both(task: Task, scale: list[float], *, bias: bool) -> tuple[Any, ...]:
    """Return what both forms take first."""
    wide = np.array([*scale, 1.0] if bias else scale)
    return dynamics(task), inputs_of(task.variables, task.numbers, []), wide


@EPISODES
@BIAS
@LIMITS
def test_candidates_are_screened_alike(
    task: Task, scale: list[float], episodes: int, *, bias: bool
) -> None:
    environment, inputs, wide = both(task, scale, bias=bias)
    found = []
    for module in (random_search, side_by_side):
        weights = np.full((episodes, task.actions - 1, wide.size), np.nan)
        returns, lengths = np.full(episodes, np.nan), np.full(episodes, -1)
        draws = stream(0, "lanes", Purpose.TRAINING, episodes)
        seen = np.zeros(task.variables)
        module.screen(environment, inputs, wide, weights, seen, task.limit, draws, returns, lengths)
        found.append((weights.tobytes(), returns.tolist(), lengths.tolist()))
    assert found[0] == found[1]
    if episodes == 300:
        assert min(found[0][2]) < task.limit == max(found[0][2])


@EPISODES
@BIAS
@LIMITS
def test_finalists_are_scored_alike(
    task: Task, scale: list[float], episodes: int, *, bias: bool
) -> None:
    environment, inputs, wide = both(task, scale, bias=bias)
    generator, found = np.random.default_rng(episodes), []
    weights = generator.uniform(-wide, wide, (3, task.actions - 1, wide.size))
    for module in (random_search, side_by_side):
        scores, seen = np.full(3, np.nan), np.zeros(task.variables)
        draws = stream(0, "lanes", Purpose.SELECTION, episodes)
        steps = module.score(
            environment, inputs, weights, seen, task.limit, draws, episodes, scores
        )
        found.append((scores.tolist(), steps))
    assert found[0] == found[1]


@LIMITS
def test_of_equal_scores_both_take_the_last_action(task: Task, scale: list[float]) -> None:
    environment, inputs, wide = both(task, scale, bias=False)
    weights = np.zeros((3, task.actions - 1, wide.size))
    weights[1, 0] = 1.0
    weights[2] = 1.0  # scores of 0, x and x, where there are three
    found = []
    for module in (random_search, side_by_side):
        scores, seen = np.zeros(3), np.zeros(task.variables)
        draws = stream(0, "lanes", Purpose.SELECTION, 0)
        module.score(environment, inputs, weights, seen, task.limit, draws, 10, scores)
        found.append(scores.tolist())
    assert found[0] == found[1]


def test_scores_do_not_depend_on_how_many_policies_play_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environment, inputs, wide = both(*TASKS[0], bias=False)
    weights = np.random.default_rng(0).uniform(-wide, wide, (5, 1, 4))
    found = []
    for most in (1, 20, 65_536):
        monkeypatch.setattr(side_by_side, "MOST_EPISODES", most)
        scores = np.full(5, np.nan)
        draws = stream(0, "lanes", Purpose.SELECTION, 0)
        side_by_side.score(environment, inputs, weights, np.zeros(4), 60, draws, 10, scores)
        found.append(scores.tolist())
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("limit", [1, 7])
def test_an_episode_may_end_at_its_first_step_or_at_the_limit(limit: int) -> None:
    environment = dynamics(cartpole())
    states = np.array([[2.39, 9.0, 0.0, 0.0], [0.0, 0.0, 0.2, 3.0], [0.0, 0.0, 0.0, 0.0]])
    weights = np.ones((3, 1, 4))
    returns, lengths = np.zeros(3), np.zeros(3, np.int64)
    lanes, draws = side_by_side.lanes_for(weights, states), stream(0, "", Purpose.TRAINING, 0)
    side_by_side.play(environment, weights, states, lanes, limit, draws, returns, lengths)
    assert lengths.tolist() == [1, 1, limit]
    assert returns.tolist() == [1.0, 1.0, limit]


def test_only_environments_of_numbers_without_chance_are_played_side_by_side() -> None:
    tasks = cartpole(), acrobot(), mountain_car(), frozen_lake(), corridor()
    possible = [side_by_side.possible(dynamics(task)) for task in tasks]
    assert possible == [True, True, True, False, False]
