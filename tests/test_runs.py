"""Training runs: each from its own number alone, what they leave behind, and checkpoints."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from settings import AGENTS, brief, train
from tasks import cartpole, corridor, frozen_lake, glider

from stages.evaluation.history import History
from stages.rl.agents import q_learning, reinforce
from stages.rl.interface.task import Task
from stages.rl.training.all_runs import Training, gather, means, stretch
from stages.rl.training.runs import Agent, Record, Run, Snapshots, landmarks

EACH_AGENT = pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.name)


@EACH_AGENT
@pytest.mark.parametrize(
    "task", [cartpole(), frozen_lake(), corridor(), glider()], ids=lambda task: task.id
)
def test_a_run_depends_neither_on_the_number_of_runs_nor_on_threads(
    agent: Agent, task: Task
) -> None:
    settings = brief(agent, task)
    few = train(agent, settings, task, 2, workers=1)
    many = train(agent, settings, task, 6, workers=4)
    assert few.episodes.tolist() == many.episodes.tolist()
    for name in set(Training._fields) - {"episodes", "validation_episodes", "checkpoints"}:
        assert getattr(few, name).tobytes() == getattr(many, name)[:2].tobytes()
    for mine, others in zip(few.checkpoints, many.checkpoints, strict=True):
        assert mine.tobytes() == others.tobytes()
    assert len(np.unique(many.lengths, axis=0)) > 1  # they are not all the same


@EACH_AGENT
def test_what_is_left_of_a_run_is_what_its_episodes_can_give(agent: Agent) -> None:
    settings = brief(agent, cartpole())
    training = train(agent, settings, cartpole(), 2)
    assert training.returns.min() >= 8  # no policy can make the pole fall sooner
    assert training.returns.max() <= 500
    assert (training.returns == training.lengths).all()  # a reward of 1 a step
    assert training.episodes.tolist() == list(range(1, training.returns.shape[1] + 1))
    assert np.isin(training.scored_after, training.episodes).all()
    selection = training.scores.sum(axis=1) * settings.validation_episodes
    assert_allclose(
        training.known_after[:, -1], training.lengths.sum(axis=1) + selection, rtol=1e-12
    )
    assert training.policies.shape == training.untrained.shape
    assert set(training.history()) == set(History._fields)


@EACH_AGENT
def test_run_0_is_kept_in_the_course_of_its_training(agent: Agent) -> None:
    """From the untrained policy to the chosen one."""
    training = train(agent, brief(agent, cartpole()), cartpole(), 2)
    episodes, kept = training.checkpoints
    assert episodes[0] == 0
    assert episodes[-1] in training.scored_after[0]
    np.testing.assert_array_equal(kept[0], training.untrained[0])
    np.testing.assert_array_equal(kept[-1], training.policies[0])


def test_few_of_many_are_landmarks() -> None:
    assert landmarks(0) == []
    assert landmarks(1) == [1]
    assert landmarks(6) == [1, 2, 3, 4, 6]
    assert landmarks(50) == [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48]
    assert len(landmarks(1_000_000)) == 39


def test_learners_keep_the_policy_with_which_they_began() -> None:
    """A network whose last layer is silent; a table of initial values."""
    network = train(reinforce.AGENT, brief(reinforce.AGENT, cartpole()), cartpole(), 2)
    assert (network.untrained[:, -34:] == 0.0).all()
    assert (network.untrained[:, :64] != 0.0).all()
    table = train(q_learning.AGENT, brief(q_learning.AGENT, cartpole()), cartpole(), 2)
    assert (table.untrained == 0.0).all()
    for training in (network, table):
        assert (training.policies != training.untrained).any()


@pytest.mark.parametrize(
    ("episodes", "length"),
    [(1, 1), (2000, 1), (2001, 2), (4000, 2), (4001, 4), (1_000_000, 512)],
)
def test_a_curve_has_two_thousand_points_at_most(episodes: int, length: int) -> None:
    assert stretch(episodes) == length


def test_a_point_of_a_curve_is_the_mean_of_its_stretch() -> None:
    returns = np.array([3.0, 5.0, 10.0, 20.0, 7.0])
    assert means(returns, 1).tolist() == [3.0, 5.0, 10.0, 20.0, 7.0]
    assert means(returns, 2).tolist() == [4.0, 15.0, 7.0]
    assert means(returns, 8).tolist() == [9.0]
    assert means(np.array([3, 4, 6]), 2).tolist() == [3.5, 6.0]


def test_the_points_of_a_long_run_tell_after_how_many_episodes_they_stand() -> None:
    returns, one = np.arange(4001.0), np.ones(1)
    last = Snapshots(np.zeros(1, np.int64), np.zeros((1, 1)))
    lengths, count = np.full(4001, 7), np.array([4001], np.int32)
    run = Run(0 * one, one, returns, lengths, count, one, one, 5, np.ones(1, np.int64), last)
    training = gather([run, run])
    assert training.episodes[[0, 1, 999, 1000]].tolist() == [4, 8, 4000, 4001]
    assert training.returns.shape == training.lengths.shape == (2, 1001)
    assert training.returns[1, [0, 1, 1000]].tolist() == [1.5, 5.5, 4000.0]
    assert training.lengths[1, 5] == 7.0


def recorded(episodes: int, every: int, scores: list[float]) -> tuple[Run, list[tuple[int, int]]]:
    """Train a policy that counts its training episodes; of the i-th the return is i, steps 2 i."""
    policy, stretches = np.zeros(1), []
    record = Record(policy, episodes, every, 5)
    for (first, last), score in zip(record.stretches(), scores, strict=True):
        stretches.append((first, last))
        for episode in range(first, last):
            record.curve.returns[episode], record.curve.lengths[episode] = episode, 2 * episode
            policy[0] += 1.0
        record.score(score, 0.5, 1000)
    return record.run(), stretches


def test_checkpoints_come_after_so_many_episodes_and_at_the_end() -> None:
    run, stretches = recorded(7, 3, [0.0, 5.0, 1.0])
    assert stretches == [(0, 3), (3, 6), (6, 7)]
    assert run.scored_after.tolist() == [3, 6, 7]
    assert run.scores.tolist() == [0.0, 5.0, 1.0]
    assert run.returns.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert run.lengths.tolist() == [0, 2, 4, 6, 8, 10, 12]
    assert run.known_after.tolist() == [2 * 3 + 1000, 2 * 15 + 2000, 2 * 21 + 3000]
    assert (run.untrained.tolist(), run.policy.tolist()) == ([0.0], [6.0])
    assert run.checkpoints.episodes.tolist() == [0, 3, 6]  # what came after the chosen is not kept
    assert run.checkpoints.weights.tolist() == [[0.0], [3.0], [6.0]]
    many, _ = recorded(10, 1, [0.0] * 9 + [-1.0])
    assert many.checkpoints.episodes.tolist() == [0, 1, 2, 3, 4, 6, 8, 9]
    assert recorded(6, 3, [0.0, 5.0])[0].scored_after.tolist() == [3, 6]
    assert recorded(2, 3, [-1.0])[0].scored_after.tolist() == [2]


@pytest.mark.parametrize(
    ("scores", "chosen"),
    [([5.0, 5.0, 1.0], 6.0), ([-9.0, -9.0, -9.0], 7.0), ([2.0, 1.0, 0.0], 3.0)],
)
def test_of_equal_checkpoints_the_later_is_chosen(scores: list[float], chosen: float) -> None:
    assert recorded(7, 3, scores)[0].policy.tolist() == [chosen]
