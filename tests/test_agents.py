"""The three agents: their rules by hand, their known answers, and that they learn."""

import math
from functools import partial
from typing import Any

import numpy as np
import pytest
from naive import network
from numpy.testing import assert_allclose

from stages.rl import q_learning, random_search, reinforce
from stages.rl.cartpole import step
from stages.rl.environments import START_BOUND
from stages.rl.parallel import Pool, Threads
from stages.rl.random_search import CHUNK
from stages.rl.seeding import Agent, Purpose, stream
from stages.rl.training import Run, Training, gather, mean_returns, stretch, train_runs
from stages.rl.xoshiro import uniform

LIMIT = 500
SEARCH = random_search.Settings(candidates=40, finalists=5, selection_episodes=6)
POLICY = reinforce.Settings(
    episodes=400,
    batch_episodes=4,
    discount=0.99,
    learning_rate=0.02,
    checkpoint_every=40,
    selection_episodes=20,
)
Q_LEARNING = q_learning.Settings(
    bins=np.array([1, 1, 6, 3]),
    limits=np.array([2.4, 2.5, 0.21, 2.0]),
    episodes=400,
    initial_value=100.0,
    discount=0.99,
    learning_rate=0.2,
    final_learning_rate=0.01,
    epsilon=1.0,
    final_epsilon=0.0,
    exploration_fraction=0.8,
    checkpoint_every=40,
    selection_episodes=20,
)


def train_search(runs: int, pool: Pool) -> Training:
    return random_search.train_runs(SEARCH, LIMIT, 0, runs, pool)


def train_policy(runs: int, pool: Pool) -> Training:
    train = partial(reinforce.train, POLICY, (16,), LIMIT, 0)
    return train_runs(train, runs, POLICY.episodes, pool, "policy")


def train_q_learning(runs: int, pool: Pool) -> Training:
    train = partial(q_learning.train, Q_LEARNING, LIMIT, 0)
    return train_runs(train, runs, Q_LEARNING.episodes, pool, "q_learning")


LEARNERS = [train_policy, train_q_learning]
AGENTS = pytest.mark.parametrize("train", [train_search, *LEARNERS])


@AGENTS
def test_a_run_depends_neither_on_the_number_of_runs_nor_on_threads(train: Any) -> None:
    few, many = train(2, Threads(1)), train(5, Threads(4))
    assert few.episodes.tolist() == many.episodes.tolist()
    for name, alone in few._asdict().items():
        if name != "episodes":
            assert alone.tobytes() == getattr(many, name)[:2].tobytes()


@AGENTS
def test_what_is_left_of_a_run_is_what_its_episodes_can_give(train: Any) -> None:
    training = train(2, Threads(2))
    assert training.returns.min() >= 8  # no policy can make the pole fall sooner
    assert training.returns.max() <= LIMIT
    assert training.episodes.tolist() == list(range(1, training.returns.shape[1] + 1))
    assert np.isin(training.scored_after, training.episodes).all()
    selection_episodes = 6 if train is train_search else 20
    selection = training.scores.sum(axis=1) * selection_episodes
    assert_allclose(training.steps, training.returns.sum(axis=1) + selection, rtol=1e-12)


@pytest.mark.parametrize("train", LEARNERS)
def test_learners_solve_the_environment_and_began_far_from_it(train: Any) -> None:
    training = train(6, Threads(2))
    assert (training.scores.max(axis=1) >= 475.0).all()
    assert training.returns[:, :20].mean() < 60.0


@pytest.mark.parametrize(
    ("episodes", "length"),
    [(1, 1), (2000, 1), (2001, 2), (4000, 2), (4001, 4), (1_000_000, 512), (10**8, 65_536)],
)
def test_a_curve_has_two_thousand_points_at_most(episodes: int, length: int) -> None:
    assert stretch(episodes) == length
    assert CHUNK % length == 0  # so that chunks of candidates are whole stretches


def test_a_point_of_a_curve_is_the_mean_return_of_its_stretch() -> None:
    returns = np.array([3, 5, 10, 20, 7], np.int32)
    assert mean_returns(returns, 1).tolist() == [3.0, 5.0, 10.0, 20.0, 7.0]
    assert mean_returns(returns, 2).tolist() == [4.0, 15.0, 7.0]
    assert mean_returns(returns, 8).tolist() == [9.0]


def test_the_points_of_a_long_run_tell_after_how_many_episodes_they_stand() -> None:
    points = np.arange(1001, dtype=np.float32)
    run = Run(np.zeros(1), np.zeros(1), points, np.ones(1, np.int32), np.ones(1), 1)
    training = gather([run, run], 4001)
    assert training.episodes[[0, 1, 999, 1000]].tolist() == [4, 8, 4000, 4001]
    assert training.returns.shape == (2, 1001)


# Random search


def draw(state: Any, low: float, high: float) -> float:
    return low + (high - low) * uniform(state)


def play_plainly(weights: np.ndarray, state: Any) -> int:
    """Play an episode as the notebook does, but heeding truncation; the slow, obvious way."""
    for t in range(LIMIT):
        observation = np.array(state, np.float32).astype(np.float64)
        *state, terminated = step(*(*state, int(weights @ observation >= 0.0)))
        if terminated:
            return t + 1
    return LIMIT


@pytest.mark.parametrize("chunk", [CHUNK, 16])
def test_search_screens_ranks_and_selects_as_told_step_by_step(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random_search, "CHUNK", chunk)
    run, candidates, returns = 3, [], []
    for c in range(SEARCH.candidates):
        if c % chunk == 0:
            training = stream(0, Agent.SEARCH, Purpose.TRAINING, run, c // chunk)
        candidates.append(np.array([draw(training, -1.0, 1.0) for _ in range(4)]))
        start = [draw(training, -START_BOUND, START_BOUND) for _ in range(4)]
        returns.append(play_plainly(candidates[-1], start))
    finalists = sorted(range(SEARCH.candidates), key=lambda c: -returns[c])[: SEARCH.finalists]
    selection = stream(0, Agent.SEARCH, Purpose.SELECTION, run)
    starts = [
        [draw(selection, -START_BOUND, START_BOUND) for _ in range(4)]
        for _ in range(SEARCH.selection_episodes)
    ]
    scores = [sum(play_plainly(candidates[c], start) for start in starts) for c in finalists]
    best = max(range(SEARCH.finalists), key=lambda k: scores[k])

    found = train_search(run + 1, Threads(2))
    assert found.returns[run].tolist() == returns
    assert found.scored_after[run].tolist() == [c + 1 for c in finalists]
    assert found.scores[run].tolist() == [score / SEARCH.selection_episodes for score in scores]
    assert found.steps[run] == sum(returns) + sum(scores)
    assert_allclose(found.policies[run], candidates[finalists[best]], rtol=1e-15)


# Q-learning

CHAIN = 4  # cells in a row: action 1 leads to the right, 0 to the left; each step costs 1
CHAIN_DISCOUNT = 0.9


def test_q_learning_finds_the_optimal_values_of_a_small_chain() -> None:
    """Behind the last cell the episode terminates. Q*(s, 1) = -(1 + g + ... ), by hand below."""
    table = np.zeros((CHAIN, 2))
    draws = stream(0, Agent.Q_LEARNING, Purpose.TRAINING, 0)
    for _ in range(500):
        cell, terminated = 0, False
        while not terminated:
            action = q_learning.epsilon_greedy(table, cell, 0.3, draws)
            following = cell + 1 if action == 1 else max(cell - 1, 0)
            terminated = following == CHAIN
            following = min(following, CHAIN - 1)
            q_learning.update(table, cell, action, -1.0, following, terminated, 0.5, CHAIN_DISCOUNT)
            cell = following
    expected = [[-4.0951, -3.439], [-4.0951, -2.71], [-3.439, -1.9], [-2.71, -1.0]]
    assert_allclose(table, expected, atol=1e-3)


def test_an_update_looks_ahead_unless_the_episode_terminated() -> None:
    table = np.array([[1.0, 2.0], [10.0, 20.0]])
    q_learning.update(table, 0, 0, 1.0, 1, False, 0.5, 0.9)
    assert table.tolist() == [[10.0, 2.0], [10.0, 20.0]]  # 1 + 0.5 (1 + 0.9 * 20 - 1)
    q_learning.update(table, 0, 0, 1.0, 1, True, 0.5, 0.9)
    assert table.tolist() == [[5.5, 2.0], [10.0, 20.0]]  # 10 + 0.5 (1 - 10)


def test_a_truncated_step_is_updated_like_any_other() -> None:
    """One step, cut off with the pole up, from Q = 100 everywhere: 100 + 0.5 (1 + 99 - 100)."""
    table = np.full((18, 2), 100.0)
    draws = stream(0, Agent.Q_LEARNING, Purpose.TRAINING, 0)
    assert q_learning.train_episode(Q_LEARNING, table, 0.5, 0.0, 1, draws) == 1
    assert (table == 100.0).all()  # a fallen pole would have left 50.5 behind


@pytest.mark.parametrize(("epsilon", "expected"), [(0.0, 0.0), (0.5, 0.25), (1.0, 0.5)])
def test_epsilon_is_the_probability_of_a_random_action(epsilon: float, expected: float) -> None:
    table = np.array([[1.0, 0.0]])  # greedy is to the left
    draws = stream(0, Agent.Q_LEARNING, Purpose.TRAINING, 0)
    actions = [q_learning.epsilon_greedy(table, 0, epsilon, draws) for _ in range(4000)]
    deviation = math.sqrt(expected * (1.0 - expected) / len(actions))
    assert np.mean(actions) == pytest.approx(expected, abs=4.0 * deviation)


def test_schedules_run_linearly_to_their_ends() -> None:
    values = [q_learning.schedules(Q_LEARNING, episode) for episode in (0, 160, 320, 399)]
    rates, epsilons = zip(*values, strict=True)
    assert_allclose(rates, [0.2, 0.2 - 0.19 * 0.4, 0.2 - 0.19 * 0.8, 0.2 - 0.19 * 399 / 400])
    assert_allclose(epsilons, [1.0, 0.5, 0.0, 0.0], atol=1e-15)


# REINFORCE


def played_batch(limit: int) -> tuple[reinforce.Learner, int]:
    """Play two episodes with the network that a few updates have made."""
    learner = reinforce._learner((8,), 2 * limit)
    learner.parameters[:] = np.random.default_rng(0).normal(size=learner.parameters.size)
    draws = stream(0, Agent.POLICY, Purpose.TRAINING, 0)
    first = reinforce.play_episode(POLICY, learner, 0, limit, draws)
    return learner, reinforce.play_episode(POLICY, learner, first, limit, draws)


def test_returns_are_discounted_from_a_terminated_end() -> None:
    learner = reinforce._learner((8,), LIMIT)
    draws = stream(0, Agent.POLICY, Purpose.TRAINING, 0)
    steps = reinforce.play_episode(POLICY, learner, 0, LIMIT, draws)
    assert steps < LIMIT  # the untrained policy drops the pole
    expected = [sum(0.99**k for k in range(steps - t)) for t in range(steps)]
    assert_allclose(learner.advantages[:steps], expected, rtol=1e-12)


def test_a_truncated_end_stands_for_balancing_on() -> None:
    learner = reinforce._learner((8,), 5)
    draws = stream(0, Agent.POLICY, Purpose.TRAINING, 0)
    assert reinforce.play_episode(POLICY, learner, 0, 5, draws) == 5
    assert_allclose(learner.advantages[:5], np.full(5, 100.0), rtol=1e-12)  # 1 / (1 - 0.99)


def test_the_gradient_is_that_of_the_weighted_log_likelihood() -> None:
    learner, steps = played_batch(LIMIT)
    actions = learner.errors[:steps] > 0.0  # a - p is above zero where a = 1
    reinforce.batch_gradient(learner, steps)
    advantages = learner.advantages[:steps]
    assert advantages.mean() == pytest.approx(0.0, abs=1e-12)
    assert advantages.std() == pytest.approx(1.0, rel=1e-12)
    inputs = learner.activations[:steps, :4]

    def objective(vector: np.ndarray) -> float:
        layers = network(vector, (8,))
        hidden = np.maximum(inputs @ layers.weights[0] + layers.biases[0], 0.0)
        logits = hidden @ layers.head_weights + layers.head_bias[0]
        likelihood = -np.log1p(np.exp(np.where(actions, -logits, logits)))
        return float((advantages * likelihood).mean())

    change = 1e-6
    for i in range(learner.parameters.size):
        nudge = change * (np.arange(learner.parameters.size) == i)
        slope = (objective(learner.parameters + nudge) - objective(learner.parameters - nudge)) / (
            2 * change
        )
        assert learner.gradient[i] == pytest.approx(slope, rel=1e-5, abs=1e-7)


def test_equal_returns_leave_nothing_to_learn_from() -> None:
    values = np.array([3.0, 3.0, 3.0, 8.0])
    reinforce.standardise(values, 3)
    assert values.tolist() == [0.0, 0.0, 0.0, 8.0]
