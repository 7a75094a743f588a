"""Random search: what it draws, plays and chooses, told step by step; and that it finds."""

from typing import Any

import numpy as np
import pytest
from naive import inputs, linear_action, play
from numpy.typing import NDArray
from tasks import acrobot, cartpole, corridor, frozen_lake, mountain_car

from stages.rl.agents import random_search
from stages.rl.agents.random_search import AGENT, STREAM, Settings
from stages.rl.engine.random_numbers import Purpose, Stream, stream, uniform
from stages.rl.interface.set_up import dynamics
from stages.rl.interface.task import Task
from stages.rl.training.all_runs import Training, train
from stages.rl.training.pool import Threads

SETTINGS = Settings(candidates=40, finalists=5, validation_episodes=6, scale=[], bias=False)


def search(settings: Settings, task: Task, runs: int, workers: int = 2) -> Training:
    return train(AGENT, settings, task, 0, runs, Threads(workers))


def drawn(settings: Settings, task: Task, draws: Stream) -> NDArray[np.float64]:
    """Draw a candidate, one weight after the other: each uniform up to its scale."""
    scale = settings.scale or [1.0] * (task.state_count or task.observation_size)
    scale = [*scale, 1.0] if settings.bias else scale
    rows = [
        [-wide + 2.0 * wide * uniform(draws) for wide in scale] for _ in range(task.actions - 1)
    ]
    return np.array(rows)


@pytest.mark.parametrize(
    ("task", "scale", "bias"),
    [
        (cartpole(), [], False),
        (cartpole(100, gravity=5.0), [1.0, 0.5, 2.0, 1.0], True),
        (acrobot(200), [], True),
        (mountain_car(), [1.0, 40.0], True),
        (frozen_lake(), [], False),
        (corridor(), [], True),
    ],
    ids=lambda value: value.id if isinstance(value, Task) else "",
)
def test_search_screens_ranks_and_selects_as_told_step_by_step(
    task: Task, scale: list[float], bias: bool
) -> None:
    settings, run, environment = SETTINGS.replace(scale=scale, bias=bias), 0, dynamics(task)

    def episode(weights: NDArray[np.float64], draws: Stream) -> tuple[float, int]:
        def act(observation: NDArray[np.float64]) -> int:
            return linear_action(weights, inputs(task, observation, bias=bias))

        return play(environment, act, task, draws)

    candidates, screened = [], []
    training = stream(0, STREAM, Purpose.TRAINING, run)
    for _ in range(settings.candidates):
        candidates.append(drawn(settings, task, training))
        screened.append(episode(candidates[-1], training))
    returns, lengths = zip(*screened, strict=True)
    order = sorted(range(settings.candidates), key=lambda c: -returns[c])
    finalists = order[: settings.finalists]
    scores, steps = [], sum(lengths)
    for c in finalists:
        selection = stream(0, STREAM, Purpose.VALIDATION, run)
        played = [episode(candidates[c], selection) for _ in range(settings.validation_episodes)]
        scores.append(sum(gained for gained, _ in played) / settings.validation_episodes)
        steps += sum(length for _, length in played)
    best = finalists[max(range(settings.finalists), key=lambda k: scores[k])]

    found = search(settings, task, run + 1)
    np.testing.assert_array_equal(found.returns[run], np.array(returns, np.float32))
    np.testing.assert_array_equal(found.lengths[run], np.array(lengths, np.float32))
    assert found.scored_after[run].tolist() == [settings.candidates] * settings.finalists
    assert found.scores[run].tolist() == scores
    assert found.known_after[run].tolist() == [steps] * settings.finalists
    np.testing.assert_array_equal(found.policies[run], candidates[best])
    np.testing.assert_array_equal(found.untrained[run], candidates[0])
    after, kept = found.checkpoints
    between = [2, 3, 4, 6, 8, 12, 16, 24, 32]
    assert after.tolist() == [0, *between, 40]
    for count, policy in zip(between, kept[1:-1], strict=True):
        np.testing.assert_array_equal(policy, candidates[int(np.argmax(returns[:count]))])
    np.testing.assert_array_equal(kept[0], candidates[0])
    np.testing.assert_array_equal(kept[-1], candidates[best])


def test_of_equal_candidates_the_first_is_chosen() -> None:
    """Within one step all are equal."""
    found = search(SETTINGS, cartpole(1), 1)
    np.testing.assert_array_equal(found.policies, found.untrained)


@pytest.mark.parametrize("candidates", [1, 5, 4001])
def test_any_number_of_candidates_can_be_screened(candidates: int) -> None:
    settings = SETTINGS.replace(candidates=candidates, finalists=min(candidates, 5))
    found = search(settings, cartpole(5), 2)
    assert found.episodes[-1] == candidates
    assert found.returns.shape == (2, len(found.episodes))
    assert found.scores.shape == (2, min(candidates, 5))


def test_search_solves_cartpole_and_does_not_know_how_many_runs_there_are() -> None:
    settings = Settings()
    few, many = search(settings, cartpole(), 2, workers=1), search(settings, cartpole(), 5)
    assert (many.scores.max(axis=1) >= 475.0).all()
    for name in set(Training._fields) - {"episodes", "checkpoints", "validation_episodes"}:
        assert getattr(few, name).tobytes() == getattr(many, name)[:2].tobytes()


def test_settings_that_do_not_fit_are_told() -> None:
    def told(task: Task, **changed: Any) -> list[tuple[str, str]]:
        return list(random_search.faults(SETTINGS.replace(**changed), task))

    assert told(cartpole()) == told(frozen_lake()) == told(cartpole(), scale=[1.0] * 4) == []
    assert told(cartpole(), finalists=41) == [("finalists", "is 41; give at most candidates, 40")]
    assert told(cartpole()._replace(state_count=500, actions=6), candidates=13_421) == []
    fault = "is 13422, of 2500 weights; give at most 13421"
    assert told(cartpole()._replace(state_count=500, actions=6), candidates=13_422) == [
        ("candidates", fault)
    ]
