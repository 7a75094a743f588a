"""What is drawn of each environment is what its state says."""

from collections import defaultdict
from types import ModuleType
from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image, ImageColor
from shown import (
    CARTPOLE,
    COLOUR,
    ENVIRONMENTS,
    animated,
    by_chance,
    frames,
    in_full_colour,
    middle_of,
    panel,
    picture,
    scenery_of,
    still,
    task_of,
)

from stages.pictures.animations import animation, bars, rendered, scene, sheet
from stages.pictures.animations.scenes import acrobot, cartpole, mountain_car
from stages.pictures.looks import COLOURS
from stages.rl.interface.set_up import set_up
from stages.rl.interface.task import Task

pytestmark = pytest.mark.slow  # the scenes of six environments, drawn pixel by pixel


@pytest.fixture
def unknown(monkeypatch: pytest.MonkeyPatch) -> Task:
    """An environment without a scene and without pictures, whose module says nothing."""
    monkeypatch.setattr("stages.rl.interface.task.module_of", ModuleType)
    monkeypatch.setattr(rendered, "make", lambda _: Mock(metadata={}))
    return Task("unknown", "Unknown-v0", {}, 1000, None, 2, 0, 3)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_environment_is_shown_in_its_colours(name: str) -> None:
    """All but smooth edges is in the palette; the file is small, and the same each time."""
    task = task_of(name)
    played = [by_chance(task, seed) for seed in range(2)]
    scenery = scenery_of(task, *played)
    panels = [panel(one, colour) for one, colour in zip(played, COLOURS, strict=False)]
    assert type(scenery).__module__ == f"stages.pictures.animations.scenes.{task.name}"
    colours = sheet.palette(panels, scenery)
    assert len(colours) < 32
    exact = sheet.Sheet(panels[0], scenery, colours, animation.DENSE)
    for step in (0, len(played[0].actions)):
        (drawn, _), *_ = animation.draw(panels, scenery, [step])
        assert drawn.max() < len(colours)
        exact.turn_to(step)
        rounded = np.array(sheet.flat(colours)).reshape(-1, 3)[drawn]
        width = scene.WIDTH * animation.DENSE
        off = abs(np.array(exact.picture()).astype(int) - rounded[:, :width]).max(axis=2)
        assert (off > 16).mean() < 0.02
    gif = animation.animate(panels, scenery, 2)
    assert len(gif) < 400_000
    assert gif == animation.animate(panels, scenery_of(task, *played), 2)


def test_sine_and_cosine_are_those_of_any_angle() -> None:
    angles = np.linspace(-30.0, 30.0, 5001)
    ours = np.array([scene.sin_cos(angle) for angle in angles.tolist()])
    assert ours == pytest.approx(np.stack([np.sin(angles), np.cos(angles)], axis=1), abs=1e-14)


def test_an_arrow_points_where_it_is_sent() -> None:
    for x, y in ((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.6, -0.8)):
        pen, drawn = scene.Pen(Image.new("L", (9, 9)), 2, {}), Mock()
        pen.polygon = drawn  # type: ignore[method-assign]
        pen.arrow((100.0, 50.0), (x, y))
        corners = drawn.call_args[0][0]
        along = [(at[0] - 100.0) * x + (at[1] - 50.0) * y for at in corners]
        across = [(at[0] - 100.0) * y - (at[1] - 50.0) * x for at in corners]
        assert along == pytest.approx([-6.0, 6.0, -6.0])
        assert sorted(across) == pytest.approx([-4.0, 0.0, 4.0])


def test_an_arrow_on_the_cart_shows_the_action() -> None:
    middles = []
    for action in (0, 1):
        drawn = picture(CARTPOLE, still([0.0, 0.0, 0.0, 0.0], [action]))
        cart = drawn[91:106, 118:146]
        middles.append(middle_of(cart, scene.WHITE)[0])
    middle = (cart.shape[1] - 1) / 2
    assert middles[0] - 0.5 > middle > middles[1] + 0.5  # more of an arrow is at its back


def test_pole_and_cart_stand_where_the_state_says() -> None:
    columns = []
    for x, theta in ((0.0, 0.0), (1.0, 0.0), (0.0, 0.2), (0.0, -0.2)):
        columns.append(middle_of(picture(CARTPOLE, still([x, 0.0, theta, 0.0], [0])), COLOUR)[0])
    middle = scene.WIDTH / 2
    lean = np.sin(0.2) * 0.5 * cartpole.METRE  # of the middle of the pole, 1 m long
    expected = [middle, middle + cartpole.METRE, middle + lean, middle - lean]
    assert columns == pytest.approx(expected, abs=1.5)


@pytest.mark.parametrize(("half", "metres"), [(0.25, 0.5), (0.5, 1.0), (40.0, cartpole.LONGEST)])
def test_a_pole_is_as_long_as_its_option(half: float, metres: float) -> None:
    task = set_up("cartpole", {"id": "CartPole-v1", "options": {"pole_half_length": half}})
    drawn = picture(task, still([0.0, 0.0, 0.0, 0.0], [0]))
    rows = np.nonzero((drawn == ImageColor.getrgb(COLOUR)).all(axis=2).any(axis=1))[0]
    assert np.ptp(rows) == pytest.approx(metres * cartpole.METRE, abs=4)


def test_the_links_hang_where_the_state_says() -> None:
    for first, second in ((0.0, 0.0), (1.0, 0.5), (2.5, -1.0), (np.pi, 0.0)):
        angles = [np.cos(first), np.sin(first), np.cos(second), np.sin(second), 0.0, 0.0]
        drawn = picture(task_of("Acrobot"), still(angles, [1]))
        # The middle of what is seen of the lower link, from the elbow's disc to its round end.
        middle = (1 + acrobot.LINK_WIDTH / acrobot.LINK) / 2
        x = np.sin(first) + np.sin(first + second) * middle
        y = np.cos(first) + np.cos(first + second) * middle
        expected = acrobot.JOINT[0] + x * acrobot.LINK, acrobot.JOINT[1] + y * acrobot.LINK
        assert middle_of(drawn, COLOUR) == pytest.approx(expected, abs=1.5)


def test_the_goal_of_the_tip_is_one_link_above_the_joint() -> None:
    drawn = picture(task_of("Acrobot"), still([1.0, 0.0, 1.0, 0.0, 0.0, 0.0], [1]))
    _, row = middle_of(drawn[:, :60], scene.GREY)
    assert row == pytest.approx(acrobot.JOINT[1] - acrobot.LINK, abs=1.0)


def test_a_torque_turns_the_lower_link_as_the_arrow_says() -> None:
    hanging = [1.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    columns = []
    for action in (0, 2):
        drawn = picture(task_of("Acrobot"), still(hanging, [action]))
        columns.append(middle_of(drawn[100:150], scene.GREY)[0] - acrobot.JOINT[0])
    none = picture(task_of("Acrobot"), still(hanging, [1]))
    assert columns[0] - 5 > 0 > columns[1] + 5  # clockwise down the right side, or down the left
    assert not (none[100:150] == ImageColor.getrgb(scene.GREY)).all(axis=2).any()


def test_the_car_stands_on_the_hills_where_the_state_says() -> None:
    for position in (-1.0, -0.5235988, 0.3):
        drawn = picture(task_of("MountainCar"), still([position, 0.0], [1]))
        x, y = mountain_car.ground(position)
        assert y == pytest.approx(
            mountain_car.MIDDLE - mountain_car.STEEPNESS * np.sin(3 * position)
        )
        column, row = middle_of(drawn, COLOUR)
        above = mountain_car.WHEEL + mountain_car.CAR[1] / 2
        assert np.hypot(column - x, row - y) == pytest.approx(above, abs=2.0)
        assert row < y


def test_the_flag_is_at_the_goal() -> None:
    drawn = picture(task_of("MountainCar"), still([-0.5, 0.0], [1]))
    assert middle_of(drawn, scene.GOLD)[0] == pytest.approx(
        mountain_car.ground(0.5)[0] + 4, abs=2.0
    )
    assert 0.0 < mountain_car.ground(0.6)[0] < scene.WIDTH


def test_an_environment_without_a_scene_is_shown_as_bars(unknown: Task) -> None:
    wide = still([4.0, -1.0], [1])
    scenery = scenery_of(unknown, wide, still([-4.0, 0.0], [1]))
    assert isinstance(scenery, bars.Scene)
    drawn = in_full_colour(panel(wide), scenery, 0)
    zero = (bars.LEFT + bars.RIGHT) / 2  # one scale for both: from -4 to 4
    first, second = int(scene.TITLE + bars.ROW / 2), int(scene.TITLE + bars.ROW * 1.5)
    lengths = []
    for row in (first, second):
        columns = np.nonzero((drawn[row] == ImageColor.getrgb(COLOUR)).all(axis=1))[0]
        lengths.append((columns.min(), columns.max()))
    assert lengths[0] == pytest.approx((zero, bars.RIGHT), abs=2)  # to the right, from 0 to 4
    assert lengths[1] == pytest.approx((bars.LEFT, bars.RIGHT), abs=2)  # from -1 to 0


def test_bars_show_the_names_and_at_most_ten_variables(unknown: Task) -> None:
    written: list[str] = []
    played = still([1.0] * 100, [2])
    scenery = scenery_of(unknown._replace(observation_size=100), played)
    pen = scene.Pen(Image.new("L", (9, 9)), 1, defaultdict(int))
    pen.text = lambda _, text, *__: written.append(text)  # type: ignore[method-assign]
    scenery.draw(pen, panel(played), 0)
    assert written == [*(f"observation {i}" for i in range(10)), "action", "action 2"]
    written.clear()
    numbered = unknown._replace(observation_size=1, state_count=50)
    scenery_of(numbered, still([17], [1])).draw(pen, panel(still([17], [1])), 1)
    assert written == ["state: 17"]


def test_a_text_is_cut_to_its_room() -> None:
    pen = scene.Pen(Image.new("L", (9, 9)), 2, {})
    assert pen.fits("angle", 100.0) == "angle"
    cut = pen.fits("angular velocity of the lower link, rad/s", 100.0)
    assert cut.startswith("angular vel")
    assert cut.endswith("...")


def test_what_an_environment_of_ones_own_shows_lasts_long_enough_to_be_read(unknown: Task) -> None:
    """Short episodes and whole numbers are slow; long episodes of vectors are quick."""
    for task, seconds in (
        (unknown, 60 * 0.03),
        (unknown._replace(max_episode_steps=60), 40 * 0.3 + 20 * 0.03),
        (unknown._replace(observation_size=1, state_count=9), 40 * 0.3 + 20 * 0.03),
    ):
        played = still([0.5, -0.5][: task.observation_size], [0, 1, 2] * 20)
        lasting = sum(duration for duration, _ in frames(animated([played], task)))
        assert lasting - animation.LAST_FRAME == pytest.approx(1000 * seconds)


@pytest.mark.parametrize(
    ("name", "last", "told"),
    [
        ("CartPole", [0.0, 0.0, 0.25, 0.0], "fell"),
        ("CartPole", [-2.5, 0.0, 0.1, 0.0], "left the track"),
        ("Acrobot", [1.0, 0.0, 1.0, 0.0, 0.0, 0.0], "swung up"),
        ("MountainCar", [0.5, 0.0], "on top"),
        ("FrozenLake", [15], "goal"),
        ("FrozenLake", [5], "in a hole"),
        ("own map", [5], "in a hole"),
        ("own map", [11], "goal"),
        ("CliffWalking", [47], "goal"),
        ("Taxi", [0], "brought home"),
    ],
)
def test_how_an_episode_ended_is_told_in_words_of_the_environment(
    name: str, last: list[float], told: str
) -> None:
    played = still(last, [0])
    scenery = scenery_of(task_of(name), played)
    assert scenery.ending(played) == told
    in_time = "balanced to the end" if name == "CartPole" else "not in time"
    assert scenery.ending(played._replace(truncated=True)) == in_time


def test_of_other_environments_it_is_told_whether_the_time_is_up(unknown: Task) -> None:
    played = still([0.0, 0.0], [0])
    scenery = scenery_of(unknown, played)
    assert scenery.ending(played) == "over"
    assert scenery.ending(played._replace(truncated=True)) == "time is up"
