"""REINFORCE: its returns, probabilities and gradient by hand, and when it updates."""

from typing import Any

import numpy as np
import pytest
from naive import outputs, softmax
from numpy.testing import assert_allclose
from tasks import cartpole, corridor, frozen_lake, glider

from stages.rl.agents import reinforce
from stages.rl.agents.reinforce import (
    Settings,
    learner_of,
    play_episode,
    shape_of,
    standardise,
)
from stages.rl.engine.random_numbers import Purpose, Stream, stream
from stages.rl.interface.set_up import dynamics
from stages.rl.interface.task import Task
from stages.rl.policies.network import initialise, layers_of
from stages.rl.training.all_runs import train_run
from stages.rl.training.greedy_episodes import world_of
from stages.rl.training.softmax import sample

SETTINGS = Settings(
    hidden_layers=[8],
    scale=[],
    episodes=10,
    batch_episodes=4,
    discount=0.99,
    learning_rate=0.02,
    checkpoint_every=3,
    validation_episodes=5,
)


def draws() -> Stream:
    return stream(0, "policy", Purpose.TRAINING, 0)


class Learner:
    """A network that learns from a batch of so many episodes."""

    def __init__(self, task: Task, episodes: int, scale: list[float] | None = None) -> None:
        settings = SETTINGS.replace(
            hidden_layers=[8, 5], batch_episodes=episodes, scale=scale or []
        )
        self.world, self.widths = world_of(task, dynamics(task)), shape_of(settings, task)[1]
        self.kernels = learner_of(settings, task)
        self.adam, self.batch = self.kernels.adam, self.kernels  # which has the batch
        self.steps, self.draws = 0, draws()
        initialise(self.kernels.policy.layers, self.draws)

    def play(self, discount: float = 0.99) -> tuple[float, int]:
        learner = self.kernels._replace(discount=discount)
        gained, steps = play_episode(self.world, learner, self.steps, self.draws)
        self.steps += steps
        return gained, steps


def test_returns_are_discounted_from_a_terminated_end() -> None:
    learner = Learner(cartpole(), 2)
    gained, steps = learner.play()
    assert gained == steps < 500  # the untrained policy drops the pole
    expected = [sum(0.99**k for k in range(steps - t)) for t in range(steps)]
    assert_allclose(learner.batch.returns[:steps], expected, rtol=1e-12)
    # The next episode stands behind the first one.
    _, more = learner.play()
    assert_allclose(learner.batch.returns[:steps], expected, rtol=1e-12)
    assert learner.batch.returns[steps + more - 1] == 1.0


def test_an_end_at_the_limit_stands_for_going_on_as_so_far() -> None:
    learner = Learner(cartpole(5), 1)
    assert learner.play() == (5.0, 5)
    assert_allclose(learner.batch.returns, np.full(5, 100.0), rtol=1e-12)  # 1 / (1 - 0.99)


def test_an_end_by_the_environment_itself_stands_for_the_same() -> None:
    """The corridor closes after 15 steps of -0.5; or its exit is found, and nothing follows."""
    learner = Learner(corridor(), 30)
    ends = set()
    for _ in range(30):
        first = learner.steps
        gained, steps = learner.play(0.9)
        rewards = [-0.5] * (steps - 1) + [gained + 0.5 * (steps - 1)]
        ahead = 0.0 if rewards[-1] == 3.5 else -0.5 / (1.0 - 0.9)
        ends.add(rewards[-1])
        expected = [
            sum(0.9 ** (k - t) * rewards[k] for k in range(t, steps)) + 0.9 ** (steps - t) * ahead
            for t in range(steps)
        ]
        assert_allclose(learner.batch.returns[first : first + steps], expected, rtol=1e-12)
    assert ends == {-0.5, 3.5}


def test_undiscounted_returns_count_what_is_left_of_the_episode() -> None:
    learner = Learner(cartpole(5), 1)
    learner.play(1.0)
    assert learner.batch.returns.tolist() == [5.0, 4.0, 3.0, 2.0, 1.0]


@pytest.mark.parametrize(
    "z", [[0.0, 0.0], [1.0, -2.0, 0.5], [700.0, 0.0], [-5000.0, 0.0, 1.0, 1.0]]
)
def test_actions_are_drawn_by_the_softmax_of_the_outputs(z: list[float]) -> None:
    chances, state = softmax(np.array(z)), draws()
    drawn = np.zeros(len(z))
    for _ in range(2000):
        gradient = np.full(len(z), np.nan)
        action = sample(np.array(z), gradient, state)
        drawn[action] += 1
        assert_allclose(gradient, (np.arange(len(z)) == action) - chances, rtol=1e-12, atol=1e-15)
    deviation = np.sqrt(2000 * chances * (1.0 - chances))
    assert (np.abs(drawn - 2000 * chances) <= 4.0 * deviation + 1e-9).all()


@pytest.mark.parametrize(
    ("task", "scale"),
    [(cartpole(), [1.0, 2.0, 5.0, 0.5]), (glider(), []), (corridor(), [])],
    ids=["CartPole", "Glider", "Corridor"],
)
def test_the_gradient_is_that_of_the_weighted_log_likelihood(
    task: Task, scale: list[float]
) -> None:
    learner = Learner(task, 3, scale)
    parameters, batch = learner.adam.parameters, learner.batch
    parameters[:] = np.random.default_rng(0).normal(scale=0.5, size=parameters.size)
    steps = sum(learner.play()[1] for _ in range(3))
    actions = batch.score_gradients[:steps].argmax(axis=1)  # 1 - p where taken, -p elsewhere
    before, returns = parameters.copy(), batch.returns.copy()
    reinforce.update(learner.kernels, steps, 0.0)
    assert (parameters == before).all()  # at a learning rate of zero
    assert (batch.returns == returns).all()
    advantages = batch.advantages[:steps]
    assert advantages.mean() == pytest.approx(0.0, abs=1e-12)
    assert advantages.std() == pytest.approx(1.0, rel=1e-12)

    def objective(vector: np.ndarray) -> float:
        layers, total = layers_of(learner.widths, vector), 0.0
        for x, action, advantage in zip(batch.activations[0], actions, advantages, strict=False):
            chances = softmax(outputs(layers, x))
            total += advantage * float(np.log(chances[action]))
        return total / steps

    change = 1e-6
    for i in range(0, parameters.size, 3):
        nudge = change * (np.arange(parameters.size) == i)
        slope = (objective(before + nudge) - objective(before - nudge)) / (2 * change)
        assert learner.adam.gradient[i] == pytest.approx(slope, rel=1e-5, abs=1e-7)


def test_inputs_are_the_scaled_variables_or_a_one_for_the_number() -> None:
    learner = Learner(cartpole(3), 1, [1.0, 2.0, 5.0, 0.5])
    learner.play()
    first = learner.batch.activations[0][0]
    start = np.float32(first / [1.0, 2.0, 5.0, 0.5])
    assert np.abs(start).max() < 0.05
    assert (start * np.array([1.0, 2.0, 5.0, 0.5]) == first).all()
    learner = Learner(frozen_lake(), 1)
    _, steps = learner.play()
    seen = learner.batch.activations[0][:steps]
    assert seen[0].tolist() == [1.0] + [0.0] * 15
    assert (np.sort(seen, axis=1)[:, -2:] == [0.0, 1.0]).all()


def standardised(*values: float) -> list[float]:
    found = np.full(len(values), np.nan)
    standardise(np.array(values), found)
    return found.tolist()


def test_equal_returns_leave_nothing_to_learn_from() -> None:
    assert standardised(3.0, 3.0, 3.0) == [0.0] * 3


def test_what_rounding_makes_of_equal_returns_is_nothing_to_learn_from() -> None:
    assert standardised(np.nextafter(0.3, 1.0), 0.3, 0.3, np.nextafter(0.3, 0.0)) == [0.0] * 4


def test_standardised_values_of_three_numbers() -> None:
    """Mean 3, variance (4 + 1 + 9) / 3."""
    expected = np.array([-2.0, -1.0, 3.0]) / np.sqrt(14 / 3)
    assert_allclose(standardised(1.0, 2.0, 6.0), expected, rtol=1e-15)


@pytest.mark.parametrize(
    ("episodes", "batch", "every", "updates", "scored"),
    [
        (10, 4, 3, [(4, 1.0), (4, 0.6), (2, 0.2)], [3, 6, 9, 10]),
        (8, 4, 8, [(4, 1.0), (4, 0.5)], [8]),
        (3, 5, 100, [(3, 1.0)], [3]),
        (4, 1, 2, [(1, 1.0), (1, 0.75), (1, 0.5), (1, 0.25)], [2, 4]),
    ],
)
def test_updates_come_after_each_batch_and_at_the_end(
    episodes: int,
    batch: int,
    every: int,
    updates: list[tuple[int, float]],
    scored: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Episodes between two updates, and the learning rate as a part of the first; no divisors."""
    done: list[tuple[int, Any]] = []
    update = reinforce.update

    def recorded(learner: reinforce.Learner, steps: int, rate: float) -> None:
        done.append((steps, rate))
        update(learner, steps, rate)

    monkeypatch.setattr(reinforce, "train_episodes", reinforce.train_episodes.function)
    monkeypatch.setattr(reinforce, "update", recorded)
    settings = SETTINGS.replace(episodes=episodes, batch_episodes=batch, checkpoint_every=every)
    run = train_run(reinforce.AGENT, settings, cartpole(6), 0, 0)  # 6 steps, in which no pole falls
    assert [steps for steps, _ in done] == [6 * count for count, _ in updates]
    assert_allclose([rate for _, rate in done], [0.02 * part for _, part in updates], rtol=1e-12)
    assert run.scored_after.tolist() == scored
    assert run.returns.tolist() == [6.0] * episodes


def test_settings_that_do_not_fit_are_told() -> None:
    def told(task: Task, **changed: Any) -> list[tuple[str, str]]:
        return list(reinforce.faults(SETTINGS.replace(**changed), task))

    assert told(cartpole()) == told(frozen_lake()) == told(cartpole(), scale=[1.0] * 4) == []
    assert told(cartpole(10_000), batch_episodes=100) == []
    fault = "is 101; give at most 100"
    assert told(cartpole(10_000), batch_episodes=101) == [("batch_episodes", fault)]
