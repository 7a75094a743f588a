"""The test in Gymnasium: who plays what, and that it is what playing by hand would give."""

from typing import Any

import numpy as np
import pytest
from tasks import acrobot, cartpole, corridor, frozen_lake, glider, mountain_car

from stages.evaluation import simulators, testing
from stages.evaluation.episodes import ENDED, RUNS
from stages.evaluation.testing import Actor, Played, RandomPolicy, episode_seeds
from stages.rl.interface.gymnasium_environment import SEED_BITS
from stages.rl.interface.task import Task, make
from stages.rl.policies.linear import Linear

SEED = 5
TASKS = [cartpole(), acrobot(120), mountain_car(120), frozen_lake(), corridor(), glider()]
EACH_TASK = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)


def policies(task: Task, runs: int) -> Linear:
    width = task.state_count or task.observation_size
    weights = np.random.default_rng(0).normal(size=(runs, task.actions - 1, width))
    return Linear(weights, np.array([task.state_count]))


def play(task: Task, actor: Actor, episodes: int = 4, processes: int = 1) -> Played:
    return testing.play(task, SEED, episodes, actor, processes)


def starts(task: Task, run: int, episodes: int) -> list[Any]:
    """Begin the test episodes of a run, each in an environment of its own."""
    begun = []
    for seed in episode_seeds(SEED, run, episodes).tolist():
        env = make(task)
        begun.append((env, env.reset(seed=seed)[0]))
    return begun


def play_by_hand(env: Any, seen: Any, policy: Linear) -> tuple[float, int]:
    """Play an episode as Gymnasium's documentation does; return its return and its steps."""
    first = getattr(env.observation_space, "start", 0)
    total, steps, terminated, truncated = 0.0, 0, False, False
    while not (terminated or truncated):
        observation = np.float32(seen).astype(np.float64) - first
        action = policy.act(observation.reshape(1, 1, -1))[0, 0]
        seen, reward, terminated, truncated, _ = env.step(action + env.action_space.start)
        total, steps = total + reward, steps + 1
    return total, steps


@EACH_TASK
def test_the_test_plays_as_single_episodes_of_gymnasium_do(task: Task) -> None:
    policy = policies(task, 3)
    returns, recorded = play(task, policy)
    for run in range(3):
        alone = policy.select(slice(run, run + 1))
        expected = [play_by_hand(env, seen, alone) for env, seen in starts(task, run, 4)]
        np.testing.assert_allclose(returns[run], [total for total, _ in expected], rtol=1e-12)
        assert len(recorded.of(run).actions) == expected[0][1]


@EACH_TASK
def test_a_recorded_episode_is_the_first_of_those_that_were_judged(task: Task) -> None:
    policy = policies(task, 6)
    returns, episodes = play(task, policy)
    for run in range(6):
        episode = episodes.of(run)
        assert episode.rewards.sum() == pytest.approx(returns[run, 0], rel=1e-6)
        assert len(episode.observations) == len(episode.actions) + 1 <= task.max_episode_steps + 1
        # Each action is the policy's in what was seen.
        alone = policy.select(slice(run, run + 1))
        assert alone.act(episode.observations[None, :-1])[0].tolist() == episode.actions.tolist()
        # Behind the end nothing moves any more.
        steps = len(episode.actions)
        assert (episodes.actions[run, steps:] == ENDED).all()
        assert (episodes.rewards[run, steps:] == 0.0).all()
        assert (episodes.observations[run, steps:] == episode.observations[-1]).all()
        ((env, seen),) = starts(task, run, 1)
        first = getattr(env.observation_space, "start", 0)
        for t in range(steps):
            assert episode.observations[t].tolist() == pytest.approx(np.float32(seen) - first, 1e-5)
            step = env.step(int(episode.actions[t]) + env.action_space.start)
            seen, reward, terminated, truncated, _ = step
            assert episode.rewards[t] == np.float32(reward)
        assert (terminated or truncated) is True
        assert episode.truncated is (truncated and not terminated)


@EACH_TASK
def test_fewer_test_episodes_are_the_first_of_more(task: Task) -> None:
    """Which the policies before training and random actions play."""
    policy = policies(task, 3)
    few, more = play(task, policy, episodes=2), play(task, policy, episodes=4)
    np.testing.assert_array_equal(few.returns, more.returns[:, :2])
    for ours, expected in zip(few.episodes, more.episodes, strict=True):
        np.testing.assert_array_equal(ours, expected)


@EACH_TASK
def test_checkpoints_play_the_first_test_episode_of_run_0(task: Task) -> None:
    policy = policies(task, 3)
    recorded = testing.play_checkpoints(task, SEED, policy)
    for place in range(3):
        alone = play(task, policy.select(slice(place, place + 1)), episodes=1).episodes
        for ours, expected in zip(recorded.of(place), alone.of(0), strict=True):
            np.testing.assert_array_equal(ours, expected)


def test_an_episode_that_the_environment_itself_truncates_is_recorded_so() -> None:
    """The corridor closes after 15 steps, before the limit of 20; a way back leads nowhere."""
    back = Linear(np.full((3, 1, 5), -1.0), np.array([5]))
    returns, episodes = play(corridor(), back, episodes=2)
    assert returns.tolist() == [[-7.5, -7.5]] * 3
    assert episodes.truncated.all()
    assert (episodes.actions == 0).all()
    assert episodes.actions.shape == (3, 15)


def test_an_episode_that_terminates_at_the_limit_of_steps_is_not_truncated() -> None:
    falls = Linear(np.array([[[0.0, 0.0, -1.0, 0.0]]]), np.array([0]))  # pushes the wrong way
    length = int(play(cartpole(), falls, 1).returns[0, 0])  # a reward of 1 for each step
    assert length < 100
    for limit, truncated in ((length, False), (length - 1, True)):
        _, episodes = play(cartpole(limit), falls, 1)
        assert len(episodes.of(0).actions) == limit
        assert episodes.of(0).truncated is truncated


def test_all_agents_meet_the_same_episodes() -> None:
    for task in TASKS:
        one = play(task, policies(task, 3)).episodes
        other = play(task, RandomPolicy.of(1, 3, task.actions)).episodes
        np.testing.assert_array_equal(one.observations[:, 0], other.observations[:, 0])


def test_seeds_of_test_episodes_are_all_different_and_none_is_one_of_training() -> None:
    seeds = [episode_seeds(seed, run, 100) for seed in (0, 1) for run in range(20)]
    assert len(np.unique(seeds)) == 2 * 20 * 100
    assert episode_seeds(0, 3, 7).tolist() == episode_seeds(0, 3, 100)[:7].tolist()
    highest_of_training = (2**64 - 1) >> int(SEED_BITS)
    assert highest_of_training < np.min(seeds)
    for least in (highest_of_training, np.max(seeds)):
        np.random.RandomState(least)  # the pickiest of all that are seeded


@EACH_TASK
@pytest.mark.parametrize("by_chance", [False, True], ids=["", "random"])
def test_a_runs_test_depends_neither_on_other_runs_nor_on_who_plays_at_once(
    task: Task, by_chance: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def result(runs: int) -> Played:
        actor = RandomPolicy.of(SEED, runs, task.actions) if by_chance else policies(task, runs)
        return play(task, actor)

    many = result(5)
    few = result(2)
    np.testing.assert_array_equal(few.returns, many.returns[:2])
    for run in range(2):
        for ours, expected in zip(few.episodes.of(run), many.episodes.of(run), strict=True):
            np.testing.assert_array_equal(ours, expected)
    for at_once in (4, 8):  # a run alone, or two
        monkeypatch.setattr(simulators, "SINGLE", at_once)
        monkeypatch.setattr(simulators, "TOGETHER", at_once)
        grouped = result(5)
        np.testing.assert_array_equal(grouped.returns, many.returns)
        for ours, expected in zip(grouped.episodes, many.episodes, strict=True):
            np.testing.assert_array_equal(ours, expected)


@pytest.mark.parametrize("task", [frozen_lake(), cartpole()], ids=lambda task: task.id)
@pytest.mark.parametrize("processes", [2, 7])
def test_processes_share_the_runs_and_change_nothing(task: Task, processes: int) -> None:
    alone, shared = (play(task, policies(task, 5), processes=p) for p in (1, processes))
    np.testing.assert_array_equal(alone.returns, shared.returns)
    for ours, expected in zip(alone.episodes, shared.episodes, strict=True):
        np.testing.assert_array_equal(ours, expected)


def test_of_many_runs_the_first_are_recorded() -> None:
    returns, episodes = play(cartpole(5), policies(cartpole(), RUNS + 3), episodes=1)
    assert returns.shape == (RUNS + 3, 1)
    assert {len(array) for array in episodes} == {RUNS}


def test_options_of_the_environment_reach_its_test() -> None:
    """Without gravity no pole falls; on ice that is not slippery a known way leads to the goal."""
    still = cartpole(200, gravity=1e-9, force=1e-9)
    assert (play(still, RandomPolicy.of(0, 2, 2)).returns == 200.0).all()
    way = dict.fromkeys(range(16), 0) | {0: 1, 4: 1, 8: 2, 9: 2, 10: 1, 14: 2}  # 1 down, 2 right
    weights = np.zeros((1, 3, 16))
    for number, action in way.items():
        weights[0, :, number] = [1.0 if a == action else -1.0 for a in (1, 2, 3)]
    followed = Linear(weights, np.array([16]))
    assert (play(frozen_lake(is_slippery=False), followed).returns == 1.0).all()
    assert play(frozen_lake(), followed, episodes=100).returns.mean() < 0.5


def test_random_actions_come_alike() -> None:
    for actions in (2, 3, 7):
        drawn = RandomPolicy.of(0, 4, actions).act(np.zeros((4, 2000, 1)))
        counts = np.bincount(drawn.ravel(), minlength=actions)
        assert len(counts) == actions
        expected = 8000 / actions
        # With 6 degrees of freedom above 25 once in 3,000 samples, and this one is fixed.
        assert ((counts - expected) ** 2 / expected).sum() < 25.0
        assert len(np.unique(drawn, axis=0)) == 4  # each run has a stream of its own


def test_the_random_policy_scores_what_is_known_of_it() -> None:
    returns = play(cartpole(), RandomPolicy.of(0, 20, 2), episodes=100).returns
    # About 22 steps, standard deviation 12, widely reported; 2,000 episodes tell it to 0.3.
    assert returns.mean() == pytest.approx(22.2, abs=1.2)


@pytest.mark.parametrize("task", [frozen_lake(), glider()], ids=lambda task: task.id)
def test_more_checkpoints_than_environments_are_played_in_parts(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = testing.play_checkpoints(task, SEED, policies(task, 7))
    monkeypatch.setattr(simulators, "SINGLE", 3)
    monkeypatch.setattr(simulators, "UNKNOWN", 3)
    parts = testing.play_checkpoints(task, SEED, policies(task, 7))
    for ours, expected in zip(parts, whole, strict=True):
        np.testing.assert_array_equal(ours, expected)


def test_a_run_of_more_episodes_than_environments_plays_them_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task = frozen_lake()
    whole = play(task, policies(task, 2), episodes=7)
    monkeypatch.setattr(simulators, "SINGLE", 3)
    parts = play(task, policies(task, 2), episodes=7)
    np.testing.assert_array_equal(parts.returns, whole.returns)
    for ours, expected in zip(parts.episodes, whole.episodes, strict=True):
        np.testing.assert_array_equal(ours, expected)
