"""Policies: the actions that are drawn over two variables, or over the states of a map."""

import numpy as np
import pytest
from drawn_agents import (
    CARTPOLE,
    CUSTOM,
    LAKE,
    STATES,
    TAXI,
    agent,
    choosing,
    history,
    team,
    words,
)
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_hex

from stages.pictures.figures import plot_hints
from stages.pictures.figures.action_colours import colours_of, mixed
from stages.pictures.figures.episodes import episodes
from stages.pictures.figures.policies import NOWHERE, levels, policies
from stages.rl.policies.linear import Linear

LEFT, RIGHT = colours_of(2)


def filled(panel: Axes) -> dict[str, tuple[float, float]]:
    """The extent across of what is filled in each colour over two variables."""
    found = {}
    for area in panel.collections:
        across = np.concatenate([np.array(path.vertices)[:, 0] for path in area.get_paths()])
        found[to_hex(np.asarray(area.get_facecolor())[0])] = (across.min(), across.max())
    return found


def leaning(*signs: float) -> Linear:
    """A run for each sign: with 1 it pushes to the side to which the pole leans."""
    return Linear(np.array([[[0.0, 0.0, sign, 0.0]] for sign in signs]), STATES)


def drawn(policy: Linear) -> list[Axes]:
    """Draw such policies over pole angles from -0.113 to 0.183."""
    runs = policy.runs
    one = agent(history(np.ones((runs, 1)), np.zeros((runs, 1))), [[9]] * runs, policy=policy)
    one.episodes.observations[:, :, 2] -= 0.1
    return policies([one], CARTPOLE).axes


def test_policies_change_where_the_action_does() -> None:
    run_0, all_runs = drawn(leaning(1.0, 1.0, 1.0))
    step = np.diff(run_0.get_xlim())[0] / 64  # between two points
    for panel in (run_0, all_runs):
        found = filled(panel)
        assert found[LEFT][1] == pytest.approx(0.0, abs=step)
        assert found[RIGHT][0] == pytest.approx(0.0, abs=step)
    (way, start) = (np.array(line.get_xydata()) for line in run_0.lines)
    assert way[-1] == pytest.approx([0.27 - 0.1, 0.36])
    assert start.tolist() == [way[0].tolist()]


def test_colour_is_deeper_where_more_of_the_runs_agree_and_absent_where_most_do_not() -> None:
    _, all_runs = drawn(leaning(1.0, 1.0, 1.0, -1.0))
    assert set(filled(all_runs)) == {mixed(LEFT, 0.35), mixed(RIGHT, 0.35)}  # three of four
    _, all_runs = drawn(leaning(1.0, 1.0, -1.0, -1.0))
    assert not filled(all_runs)
    assert levels(1) == {0.5: 1.0}
    assert levels(30) == {15.5: 0.35, 22.5: 0.65, 28.5: 1.0}


def test_one_variable_and_missing_names_of_actions_are_enough() -> None:
    task = CUSTOM._replace(observation_size=1)
    agents = team(task, -2.0, -1.0, 2)
    assert len(episodes(agents, task).axes) == 2
    figure = policies(agents, task)
    assert "its recorded episode" not in words(figure)
    assert "action 4" in words(figure)
    more = CARTPOLE._replace(actions=4)  # than it has names
    assert plot_hints.action_names(more) == ["left", "right", "action 2", "action 3"]
    assert "action 3" in words(policies(team(more, 9.0, 500.0, 1), more))


def fields(panel: Axes) -> list[list[str]]:
    """The colours of a map, row by row."""
    (mesh,) = (drawn for drawn in panel.collections if isinstance(drawn, QuadMesh))
    return [[to_hex(colour) for colour in row] for row in np.asarray(mesh.get_array())]


def test_map_shows_the_action_of_every_state_from_which_one_can_go_on() -> None:
    run_0, _ = policies(team(LAKE, 0.0, 1.0, 1), LAKE).axes  # action n mod 4 in state n
    expected = [colours_of(4) for _ in range(4)]
    for y, x in ((1, 1), (1, 3), (2, 3), (3, 0), (3, 3)):  # holes; the last one is the goal
        expected[y][x] = NOWHERE
    assert fields(run_0) == expected
    arrows = {line.get_marker(): np.array(line.get_xydata()).tolist() for line in run_0.lines}
    assert arrows["<"] == [[0.5, 0.5], [0.5, 1.5], [0.5, 2.5]]  # action 0, to the left
    assert [len(arrows[marker]) for marker in "<v>^"] == [3, 3, 4, 1]


def test_map_of_all_runs_is_paler_where_fewer_agree_and_white_where_most_do_not() -> None:
    chosen = np.zeros((4, 16), np.int64)
    chosen[0, 1], chosen[:2, 2] = 1, 1  # three of four agree; two and two
    (one,) = team(LAKE, 0.0, 1.0, 1)
    _, all_runs = policies([one._replace(policy=choosing(chosen, 4))], LAKE).axes
    deep = colours_of(4)[0]
    assert fields(all_runs)[0] == [deep, mixed(deep, 0.35), "#ffffff", deep]


def test_form_of_a_map_is_that_of_the_environment() -> None:
    island = LAKE._replace(options={"desc": ["SFF", "FHG"]}, state_count=6)
    custom = CUSTOM._replace(state_count=10)
    assert [plot_hints.columns(task) for task in (LAKE, island, TAXI, custom)] == [4, 3, 20, 4]


def test_every_action_up_to_seven_has_its_own_colour() -> None:
    assert [len(set(colours_of(actions))) for actions in range(1, 8)] == list(range(1, 8))
    assert len(colours_of(18)) == 18
