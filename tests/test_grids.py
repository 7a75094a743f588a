"""What is drawn of worlds of cells is what Gymnasium says of them."""

from typing import Any

import numpy as np
import pytest
from PIL import ImageColor
from shown import COLOUR, OWN_MAP, middle_of, picture, scenery_of, still, task_of

from stages.pictures.animations import scene
from stages.rl.interface.task import make

GRIDS = ["FrozenLake", "FrozenLake8x8", "own map", "CliffWalking", "Taxi"]


@pytest.mark.parametrize("name", GRIDS)
def test_the_agent_is_in_the_cell_that_the_number_tells(name: str) -> None:
    task = task_of(name)
    world = make(task).unwrapped
    cells = (5, 5) if name == "Taxi" else (4, 12) if name == "CliffWalking" else world.desc.shape
    numbers = [0, task.state_count // 2, task.state_count - 1]
    scenery: Any = scenery_of(task)
    assert scenery.height == round(54 + scenery.cell * cells[0])
    for number in numbers:
        row, column = list(world.decode(number))[:2] if name == "Taxi" else divmod(number, cells[1])
        drawn = picture(task, still([number], [0]), 1)
        x = scene.WIDTH / 2 + (column + 0.5 - cells[1] / 2) * scenery.cell
        y = scene.TITLE + (row + 0.5) * scenery.cell
        assert middle_of(drawn, COLOUR) == pytest.approx((x, y), abs=1.5)


@pytest.mark.parametrize("name", ["FrozenLake", "FrozenLake8x8", "own map"])
def test_the_holes_of_a_lake_are_those_of_its_map(name: str) -> None:
    task = task_of(name)
    scenery: Any = scenery_of(task)
    rows = ["".join(row) for row in make(task).unwrapped.desc.astype(str)]
    assert name != "own map" or rows == OWN_MAP
    drawn = picture(task, still([0], [0]))
    for row, letters in enumerate(rows):
        for column, letter in enumerate(letters):
            x, y = scenery.at((row, column), 0.15, 0.15)
            colour = {"H": "#6f8798", "G": scene.GOLD}.get(letter, "#d7e9f4")
            assert tuple(drawn[int(y), int(x)]) == ImageColor.getrgb(colour)


def test_the_arrow_of_a_grid_leads_where_the_action_does() -> None:
    """Without chance: what follows in Gymnasium's table is the cell that the arrow points to."""
    for name, start in (("CliffWalking", 17), ("Taxi", 244)):
        task = task_of(name)
        scenery: Any = scenery_of(task)
        for action in range(4):
            _, following, _, _ = make(task).unwrapped.P[start][action][0]
            row, column = np.subtract(scenery.place(following), scenery.place(start))
            x, y = scenery.at(scenery.place(start))
            drawn = picture(task, still([start], [action]))
            part = drawn[int(y) - 8 : int(y) + 8, int(x) - 8 : int(x) + 8]
            back = np.subtract(middle_of(part, scene.WHITE), 7.5)
            assert np.dot(back, [column, row]) < -0.5  # more of an arrow is at its back


def test_a_path_is_drawn_but_not_where_the_agent_is_set_back() -> None:
    task, pale = task_of("CliffWalking"), scene.shades(COLOUR)[1]
    walked = still([36], [0, 1, 2])
    walked.observations[:, 0] = [36, 24, 25, 36]  # up, right, and down the cliff: set back
    scenery: Any = scenery_of(task)
    drawn = picture(task, walked, 3)

    def on_the_way(one: tuple[int, int], other: tuple[int, int]) -> bool:
        x, y = np.add(scenery.at(one), scenery.at(other)) / 2
        return tuple(drawn[int(y), int(x)]) == ImageColor.getrgb(pale)

    assert on_the_way((2, 0), (2, 1))
    assert not on_the_way((2, 1), (3, 1))
    assert not on_the_way((2, 1), (3, 0))


def test_the_walls_of_the_taxi_are_where_it_cannot_pass() -> None:
    task = task_of("Taxi")
    world, scenery = make(task).unwrapped, scenery_of(task)
    stopped = []
    for row in range(5):
        for column in range(1, 5):
            state = world.encode(row, column, 0, 1)
            if world.P[state][3][0][1] == state:  # westwards
                stopped.append((row, column))
    assert sorted(scenery.walls) == stopped


def test_the_passenger_waits_or_is_in_the_taxi_and_the_destination_is_golden() -> None:
    task = task_of("Taxi")
    scenery: Any = scenery_of(task)
    encode = make(task).unwrapped.encode
    for place, (row, column) in enumerate([(0, 0), (0, 4), (4, 0), (4, 3)]):
        x, y = scenery.at((row, column), 0.8, 0.8)
        waiting = picture(task, still([encode(2, 2, place, (place + 1) % 4)], [0]), 1)
        assert tuple(waiting[int(y), int(x)]) == ImageColor.getrgb(scene.BLACK)
        wanted = picture(task, still([encode(2, 2, 4, place)], [0]), 1)
        assert tuple(wanted[int(y), int(x)]) == ImageColor.getrgb(scene.GOLD)
    x, y = scenery.at((2, 2), 0.5, 0.5 - 0.36)
    assert tuple(wanted[int(y), int(x)]) == ImageColor.getrgb(scene.BLACK)
