"""Recorded episodes, and the history of a training."""

import numpy as np

from stages.evaluation.episodes import ENDED, Episodes
from stages.evaluation.history import History
from stages.evaluation.testing import joined


def short() -> Episodes:
    """Two episodes of three variables, of 2 steps and of 1."""
    seen = np.arange(18, dtype=np.float32).reshape(2, 3, 3)
    seen[1, 2] = seen[1, 1]
    return Episodes(
        seen,
        np.array([[1, 0], [1, ENDED]], np.int16),
        np.array([[0.5, -1.0], [4.0, 0.0]], np.float32),
        np.array([True, False]),
    )


def test_an_episode_is_what_there_is_up_to_its_end() -> None:
    first, second = short().of(0), short().of(1)
    assert first.actions.tolist() == [1, 0]
    assert first.rewards.tolist() == [0.5, -1.0]
    assert first.observations.shape == (3, 3)
    assert first.truncated is True
    assert second.actions.tolist() == [1]
    assert second.rewards.tolist() == [4.0]
    assert second.observations.tolist() == [[9.0, 10.0, 11.0], [12.0, 13.0, 14.0]]
    assert second.truncated is False


def test_room_for_more_steps_changes_no_episode() -> None:
    longer = short().padded(5)
    assert [array.shape for array in longer] == [(2, 6, 3), (2, 5), (2, 5), (2,)]
    assert [array.dtype for array in longer] == [array.dtype for array in short()]
    for run in range(2):
        for ours, expected in zip(longer.of(run), short().of(run), strict=True):
            np.testing.assert_array_equal(ours, expected)
    assert (longer.observations[0, 2:] == short().observations[0, 2]).all()


def test_groups_of_runs_are_joined_by_their_longest_episode() -> None:
    """As long as that is, and no longer: what was room for others is left out."""
    longer = short()._replace(actions=np.array([[1, 0, 1], [0, -1, -1]], np.int16))
    longer = longer._replace(observations=short().padded(3).observations)
    longer = longer._replace(rewards=short().padded(3).rewards)
    both = joined([short(), longer.padded(5)])
    assert [array.shape for array in both] == [(4, 4, 3), (4, 3), (4, 3), (4,)]
    assert both.of(2).actions.tolist() == [1, 0, 1]


def trained() -> History:
    """Two runs of six episodes, in stretches of two; three scored policies."""
    return History(
        np.array([2, 4, 6]),
        np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], np.float32),
        np.array([[10.0, 20.0, 30.5], [1.0, 1.0, 1.5]], np.float32),
        np.array([[2, 4, 6], [2, 4, 6]], np.int32),
        np.array([[0.0, 9.0, 8.0], [0.0, 1.0, 7.0]]),
        np.ones((2, 3)),
        np.array(20),
        np.array([[300, 600, 1000], [700, 1400, 2000]]),
    )


def test_all_steps_are_those_that_had_led_to_the_last_score() -> None:
    assert trained().steps.tolist() == [1000, 2000]
