"""Which points of a training are filmed, and what they are called."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shown import still

from stages.common.artifacts import save_arrays
from stages.pictures.animations.recorded import Checkpoint, checkpoints_of, telling
from stages.render_gif import points


def checkpoints(*returns: float) -> list[Checkpoint]:
    """Checkpoints after 0, 10, 20, ... episodes whose episodes had these returns."""
    episodes = [still([0.0], [0], one) for one in returns]
    return [Checkpoint(10 * c, episode) for c, episode in enumerate(episodes)]


@pytest.mark.parametrize(
    ("returns", "after"),
    [
        ([0.0, 90.0], [0, 10]),
        ([0.0, 5.0, 90.0], [0, 10, 20]),
        ([0.0, 5.0, 6.0, 90.0], [0, 10, 20, 30]),
        ([0.0, 9.0, 31.0, 45.0, 62.0, 88.0, 90.0], [0, 20, 40, 60]),  # 30 and 60 are the aims
        ([0.0, 60.0, 60.0, 30.0, 90.0], [0, 10, 20, 40]),  # in the order of training
        ([9.0, 500.0, 239.0, 500.0, 500.0], [0, 20, 30, 40]),
        ([-200.0] * 7, [0, 20, 40, 60]),  # nothing was learned
        ([90.0, 70.0, 61.0, 30.0, 10.0, 0.0], [0, 20, 30, 50]),  # it became worse
    ],
)
def test_a_film_shows_the_beginning_two_points_in_between_and_the_end(
    returns: list[float], after: list[int]
) -> None:
    assert [one.after for one in telling(checkpoints(*returns))] == after


def test_the_points_are_called_by_the_episodes_that_had_led_to_them() -> None:
    first, second, third, last = checkpoints(0.0, 1.0, 2.0, 3.0)
    chosen = [first, second._replace(after=1), third._replace(after=50), last._replace(after=1200)]
    assert list(points(chosen)) == [
        "untrained",
        "after 1 episode",
        "after 50 episodes",
        "trained, 1,200 episodes",
    ]


def recorded() -> dict[str, Any]:
    """The arrays of two checkpoints, of MountainCar."""
    return {
        "observations": np.full((2, 4, 2), -0.5, np.float32),
        "actions": np.array([[0, 1, 2], [2, 2, -1]], np.int16),
        "rewards": np.full((2, 3), -1.0, np.float32),
        "truncated": np.array([True, False]),
        "episodes": np.array([0, 40]),
    }


def test_every_checkpoint_has_its_episode(tmp_path: Path) -> None:
    save_arrays(f"{tmp_path}/checkpoint_episodes.npz", **recorded())
    first, last = checkpoints_of(str(tmp_path))
    assert (first.after, first.episode.actions.tolist()) == (0, [0, 1, 2])
    assert (last.after, last.episode.actions.tolist()) == (40, [2, 2])
