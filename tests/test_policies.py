"""Policies on a batch, and the test in Gymnasium that they play."""

from typing import Any

import gymnasium
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive import output

from stages.rl import episodes, evaluation, policies
from stages.rl.environments import ANGLE_LIMIT
from stages.rl.layers import layer_widths, parameter_count
from stages.rl.linear import linear_action as linear_kernel
from stages.rl.network import logit
from stages.rl.table import cell_of, greedy, interval

RUNS, EPISODES = 3, 50
GENERATOR = np.random.default_rng(0)
OBSERVATIONS = GENERATOR.normal(size=(RUNS, EPISODES, 4)).astype(np.float32)
LINEAR = {"kind": np.array("linear"), "weights": GENERATOR.normal(size=(RUNS, 4))}
NETWORK = {
    "kind": np.array("network"),
    "parameters": GENERATOR.normal(size=(RUNS, parameter_count(layer_widths(4, (8, 4))))),
    "hidden_layers": np.array([8, 4]),
}
TABLE = {
    "kind": np.array("table"),
    "values": GENERATOR.normal(size=(RUNS, 2 * 1 * 5 * 3, 2)),
    "bins": np.array([2, 1, 5, 3]),
    "limits": np.array([2.4, 2.0, 0.2, 1.5]),
}


def linear_action(run: int, x: np.ndarray) -> bool:
    return bool(LINEAR["weights"][run] @ x >= 0.0)


def network_action(run: int, x: np.ndarray) -> bool:
    return output(NETWORK["parameters"][run], (8, 4), x * [1.0, 1.0, 5.0, 1.0]) >= 0.0


def table_action(run: int, x: np.ndarray) -> bool:
    place = []
    for value, bins, limit in zip(x, TABLE["bins"], TABLE["limits"], strict=True):
        edges = np.linspace(-limit, limit, bins + 1)[1:-1]
        place.append(int(np.searchsorted(edges, value, side="right")))
    left, right = TABLE["values"][run].reshape(*TABLE["bins"], 2)[tuple(place)]
    return bool(right > left)


@pytest.mark.parametrize(
    ("arrays", "action"),
    [(LINEAR, linear_action), (NETWORK, network_action), (TABLE, table_action)],
    ids=["linear", "network", "table"],
)
def test_a_policy_acts_on_a_batch_as_on_each_state(arrays: Any, action: Any) -> None:
    policy = policies.from_arrays(arrays)
    assert policy.runs == RUNS
    expected = [[action(r, x.astype(np.float64)) for x in OBSERVATIONS[r]] for r in range(RUNS)]
    assert policy.act(OBSERVATIONS).astype(bool).tolist() == expected
    assert policy.select(slice(1, 2)).act(OBSERVATIONS[1:2]).astype(bool).tolist() == expected[1:2]


@pytest.mark.parametrize("hidden_layers", [(4,), (16,), (8, 4), (4, 12, 4)])
def test_a_networks_actions_are_those_of_the_kernel(hidden_layers: tuple[int, ...]) -> None:
    """Small whole numbers make many logits exactly zero."""
    widths = layer_widths(4, hidden_layers)
    shape = (RUNS, parameter_count(widths))
    row = np.empty((1, widths.sum()))
    for drawn in (GENERATOR.normal(size=shape), GENERATOR.integers(-1, 2, shape).astype(float)):
        policy = policies.Network(drawn, np.array(hidden_layers))
        for seen in (OBSERVATIONS, OBSERVATIONS.round()):
            logits = [[logit(widths, drawn[r], row, 0, *x) for x in seen[r]] for r in range(RUNS)]
            assert policy.act(seen).astype(bool).tolist() == (np.array(logits) >= 0.0).tolist()


def test_a_linear_policys_and_a_tables_actions_are_those_of_the_kernels() -> None:
    linear, table = policies.from_arrays(LINEAR), policies.from_arrays(TABLE)
    for seen in (OBSERVATIONS, OBSERVATIONS.round(), OBSERVATIONS / np.float32(10)):
        for r in range(RUNS):
            by_line = [linear_kernel(*LINEAR["weights"][r], *x) for x in seen[r]]
            assert linear.act(seen)[r].tolist() == by_line
            cells = [cell_of(TABLE["bins"], TABLE["limits"], *x) for x in seen[r]]
            by_cell = [greedy(TABLE["values"][r], cell) for cell in cells]
            assert table.act(seen)[r].tolist() == by_cell


@pytest.mark.parametrize(
    ("value", "number"),
    [(-9.0, 0), (-0.21, 0), (-0.071, 1), (0.0, 3), (0.0699, 3), (0.0701, 4), (0.21, 5), (9.0, 5)],
)
def test_intervals_are_equal_and_the_outer_ones_hold_what_lies_beyond(
    value: float, number: int
) -> None:
    assert interval(value, 6, 0.21) == number


@given(st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4))
def test_every_state_has_a_cell(state: list[float]) -> None:
    bins = np.array([3, 2, 5, 4])
    assert 0 <= cell_of(bins, np.array([2.4, 3.0, 0.21, 3.0]), *state) < 3 * 2 * 5 * 4


def test_the_test_plays_as_single_gymnasium_episodes_do() -> None:
    policy = policies.from_arrays(LINEAR)
    (returns,) = evaluation.play("CartPole-v1", 0, 4, [policy])
    starts = evaluation.test_starts("CartPole-v1", 0, range(RUNS), 4)
    env: Any = gymnasium.make("CartPole-v1")
    for run in range(RUNS):
        for episode in range(4):
            env.reset(seed=0)
            env.unwrapped.state = starts[:, run, episode]
            observation = starts[:, run, episode].astype(np.float32)
            total, ended = 0, False
            while not ended:
                action = int(policy.select(slice(run, run + 1)).act(observation[None, None])[0, 0])
                observation, reward, terminated, truncated, _ = env.step(action)
                total += int(reward)
                ended = terminated or truncated
            assert returns[run, episode] == total


def play_randomly(runs: int) -> np.ndarray:
    return evaluation.play("CartPole-v1", 5, 10, [evaluation.RandomPolicy.of(5, runs)])[0]


def test_a_runs_test_episodes_depend_on_no_other_run(monkeypatch: pytest.MonkeyPatch) -> None:
    few = evaluation.test_starts("CartPole-v1", 5, range(2), 10)
    many = evaluation.test_starts("CartPole-v1", 5, range(7), 10)
    assert few.tobytes() == np.ascontiguousarray(many[:, :2]).tobytes()
    few_random, many_random = play_randomly(2), play_randomly(7)
    assert few_random.tolist() == many_random[:2].tolist()
    # Nor on how many play at once.
    monkeypatch.setattr(evaluation, "LANES", 30)
    in_parts = play_randomly(7)
    assert in_parts.tolist() == many_random.tolist()


def test_the_random_policy_scores_what_is_known_of_it() -> None:
    (returns,) = evaluation.play("CartPole-v1", 0, 100, [evaluation.RandomPolicy.of(0, 20)])
    # About 22 steps, standard deviation 12, widely reported; 2,000 episodes tell it to 0.3.
    assert returns.mean() == pytest.approx(22.2, abs=1.2)


def test_a_recorded_episode_is_gymnasiums_step_by_step() -> None:
    """The sine is not the C library's, so the float64 states may drift apart by a last bit."""
    policy = policies.Linear(np.random.default_rng(3).normal(size=(20, 4)))
    starts = evaluation.test_starts("CartPole-v1", 3, range(20), 1)[:, :, 0]
    recorded = evaluation.record(starts, 500, policy)
    env: Any = gymnasium.make("CartPole-v1")
    for run in range(20):
        env.reset(seed=0)
        env.unwrapped.state = starts[:, run]
        episode = recorded.of(run)
        for t, action in enumerate(episode.actions):
            observation, _, terminated, truncated, _ = env.step(int(action))
            assert episode.observations[t + 1] == pytest.approx(observation, rel=1e-6, abs=1e-9)
        assert (terminated or truncated) is True
        assert episode.truncated is (truncated and not terminated)


def test_recorded_episodes_are_the_first_of_the_test_and_tell_how_they_ended() -> None:
    """One policy balances the pole, one lets it fall at once."""
    policy = policies.Linear(np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, -1.0, -1.0]]))
    (returns,) = evaluation.play("CartPole-v1", 0, 3, [policy])
    starts = evaluation.test_starts("CartPole-v1", 0, range(2), 3)[:, :, 0]
    recorded = evaluation.record(starts, 500, policy)
    assert evaluation.differences(recorded, returns[:, 0]) == []
    assert evaluation.differences(recorded, returns[:, 1] * 0 + 500) == [1]
    assert episodes.from_arrays(recorded._asdict()) is not None
    for run, truncated in ((0, True), (1, False)):
        episode = recorded.of(run)
        assert len(episode.actions) == returns[run, 0]
        assert episode.observations[0].tolist() == starts[:, run].astype(np.float32).tolist()
        assert len(episode.observations) == len(episode.actions) + 1
        assert episode.truncated is truncated
        assert (len(episode.actions) == 500) is truncated
        # Each action is the policy's in the state that was seen.
        seen = episode.observations[np.newaxis, :-1]
        alone = policy.select(slice(run, run + 1))
        assert alone.act(seen)[0].tolist() == episode.actions.tolist()
    fallen = recorded.of(1).observations
    assert abs(fallen[-1, 2]) > ANGLE_LIMIT > abs(fallen[-2, 2])
    assert (recorded.observations[1, len(fallen) :] == fallen[-1]).all()
    assert set(recorded.actions[1, len(fallen) - 1 :]) == {episodes.ENDED}
