"""What figures show of policies: over two variables, or over the fields of a map."""

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from pictured import (
    AGENTS,
    CARTPOLE,
    CLIFF,
    FLAT,
    LAKE,
    NO_NUMBERS,
    OWN,
    TAXI,
    UPRIGHT,
    agent,
    choosing,
    history,
    learner,
    linear,
    played,
    shade,
    words,
)

from stages.evaluation.planning import lasting
from stages.pictures.figures import courses, maps, policies, shown
from stages.pictures.figures.shades import colours_of, mixed
from stages.rl.interface.set_up import dynamics
from stages.rl.interface.task import Task
from stages.rl.policies.tile_coding import TileCoding

# Over two variables


def test_policies_change_sides_where_the_preference_does() -> None:
    figure = policies.policies(AGENTS, CARTPOLE)
    left, *boundary, right, _ = figure.axes[0].collections
    assert [shade(side) for side in (left, right)] == colours_of(2)
    for line in boundary:
        (path,) = line.get_paths()
        assert np.array(path.vertices)[:, 0] == pytest.approx(0.0, abs=1e-9)
    assert "held at the medians of all recorded episodes: cart position" in words(figure)


def test_a_tie_is_drawn_as_the_policy_decides_it() -> None:
    """Where the pole leans to the left both actions are worth 0: it takes the first."""
    halves = np.array([[[0.0, 0.0], [0.0, 1.0]]])
    bins, ends = np.array([1, 1, 2, 1]), np.ones(4)
    policy = TileCoding(halves, NO_NUMBERS, bins, -ends, ends, np.array([1]))
    one = agent(policy, history(np.ones((1, 1)), np.zeros((1, 1))), [[9]])
    one.episodes.observations[:, :, 2] -= 0.1
    left, _, right, _ = policies.policies([one], CARTPOLE).axes[0].collections
    for side, colour in zip((left, right), colours_of(2), strict=True):
        assert shade(side) == colour
    assert np.array(left.get_paths()[0].vertices)[:, 0].max() < 0.01


def test_where_a_policy_differs_nowhere_a_sentence_takes_the_place_of_its_map() -> None:
    still = linear(0.0, 0.0, 0.0, 0.0)  # all is 0, and the last action is taken
    one = agent(still, history(np.ones((3, 1)), np.zeros((3, 1))), [[9]] * 3)
    figure = policies.policies([one], CARTPOLE)
    assert [panel.texts[0].get_text() for panel in figure.axes] == ["everywhere\nright"] * 2
    assert all(len(panel.collections) == 0 for panel in figure.axes)
    two = one._replace(policy=FLAT, episodes=played([9, 9], 4))
    _, below = policies.policies([two], CARTPOLE).axes
    assert below.texts[0].get_text() == "everywhere\nleft: 1 run\nright: 1 run"
    differing = np.array([[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, -1.0, 0.0]])[:, np.newaxis]
    never = one._replace(policy=type(UPRIGHT)(differing, NO_NUMBERS), episodes=two.episodes)
    never.episodes.observations[:, :, 2] -= 0.1
    above, below = policies.policies([never], CARTPOLE).axes
    assert not above.texts
    assert below.texts[0].get_text() == "nowhere do more\nthan half agree"


def test_below_run_0_is_where_most_of_the_runs_agree() -> None:
    """Three of four push to the side the pole leans to, one always to the left."""
    weights = np.array([[[0.0, 0.0, 1.0, 0.0]]] * 3 + [[[-1.0, -1.0, 0.0, 0.0]]])
    policy = type(UPRIGHT)(weights, UPRIGHT.state_count)
    training = history(np.ones((4, 1)), np.zeros((4, 1)))
    one = agent(policy, training, [[9]] * 4)
    one.episodes.observations[:, :, 2] -= 0.1
    figure = policies.policies([one], CARTPOLE)
    shades = [shade(side) for side in figure.axes[1].collections]
    slate, sand = colours_of(2)
    assert slate in shades  # of all four
    assert sand not in shades  # of three at most
    assert len(shades) == 4
    assert "more than half of 4 runs" in words(figure)


def test_one_variable_is_enough() -> None:
    task = OWN._replace(observation_size=1)
    one = learner(task, -2.0, -1.0)
    assert len(courses.episodes([one], task).axes) == 1
    figure = policies.policies([one], task)
    assert "black" not in words(figure)
    left, _, right, _ = figure.axes[0].collections
    for side, ends in ((left, (-0.05, 0.0)), (right, (0.0, 1.05))):
        across = np.array(side.get_paths()[0].vertices)[:, 0]
        assert (across.min(), across.max()) == pytest.approx(ends, abs=1e-6)


# Policies over whole numbers


def fields(figure: Figure, row: int) -> dict[tuple[int, int], str]:
    """The colour of each field of a map, by row and column."""
    found = {}
    for squares in figure.axes[row].collections:
        if isinstance(squares, PolyCollection):
            for path in squares.get_paths():
                x, y = np.array(path.vertices)[:4].min(axis=0).astype(int)
                assert (y, x) not in found, "two colours in one place"
                found[int(y), int(x)] = shade(squares)
    return found


def test_a_map_shows_the_action_of_every_field_from_which_one_can_go_on() -> None:
    chosen = np.tile(np.arange(16) % 4, (4, 1))
    one = learner(LAKE, 0.0, 1.0)._replace(policy=choosing(chosen, 4))
    figure = policies.policies([one], LAKE)
    drawn, colours = fields(figure, 0), colours_of(4)
    assert len(drawn) == 16
    for hole in ((1, 1), (1, 3), (2, 3), (3, 0), (3, 3)):  # the last one is the goal
        assert drawn.pop(hole) == maps.NOWHERE
    assert all(colour == colours[x % 4] for (_, x), colour in drawn.items())
    arrows = {line.get_marker(): np.array(line.get_xydata()) for line in figure.axes[0].lines}
    assert arrows["<"].tolist() == [
        [0.5, 0.375],
        [0.5, 1.375],
        [0.5, 2.375],
    ]  # action 0, to the left
    assert [len(arrows[marker]) for marker in "<v>^"] == [3, 3, 4, 1]
    assert [text.get_text() for text in figure.axes[0].texts] == ["1.00"] * 11  # values, below them
    assert "number: the value of that action" in words(figure)


def test_a_wide_map_has_that_of_the_runs_beside_it_and_numbers_where_there_is_room() -> None:
    chosen = np.tile(np.arange(48) % 4, (4, 1))
    one = learner(CLIFF, -50.0, -13.0)._replace(policy=choosing(chosen, 4))
    two = policies.policies([one] * 2, CLIFF)
    assert [panel.get_title(loc="left") for panel in two.axes] == ["run 0", "4 runs", "", ""]
    assert [len(panel.texts) for panel in two.axes] == [37, 0, 37, 0]
    chosen = np.tile(np.arange(500) % 6, (4, 1))
    many = learner(TAXI, -50.0, 8.0)._replace(policy=choosing(chosen, 6))
    figure = policies.policies([many], TAXI)
    assert [len(panel.texts) for panel in figure.axes] == [0, 0]
    assert not any(len(panel.lines) for panel in figure.axes)  # no arrows either


def test_a_map_of_runs_is_deeper_where_more_agree_and_white_where_most_do_not() -> None:
    chosen = np.zeros((4, 16), np.int64)
    chosen[0, 1], chosen[:2, 2] = 1, 1  # three of four agree; two and two
    one = learner(LAKE, 0.0, 1.0)._replace(policy=choosing(chosen, 4))
    drawn = fields(policies.policies([one], LAKE), 1)
    deep = colours_of(4)[0]
    assert drawn[0, 0] == deep
    assert drawn[0, 1] == mixed(deep, 0.35)
    assert (0, 2) not in drawn


@pytest.mark.parametrize(
    ("task", "columns", "lasts"),
    [
        (LAKE, 4, 11),
        (LAKE._replace(id="FrozenLake8x8-v1", state_count=64), 8, 53),
        (LAKE._replace(options={"desc": ["SFF", "FHG"]}, state_count=6), 3, 4),
        (CLIFF, 12, 37),
        (TAXI, 20, 400),
        (OWN._replace(state_count=10), 4, None),
    ],
)
def test_the_form_of_a_map_is_that_of_the_environment(
    task: Task, columns: int, lasts: int | None
) -> None:
    assert shown.columns(task) == columns
    if lasts is not None:
        assert lasting(dynamics(task)).sum() == lasts


def test_every_action_up_to_seven_has_its_own_colour() -> None:
    for actions in range(1, 8):
        assert len(set(colours_of(actions))) == actions
    assert len(colours_of(18)) == 18
