"""What the live section gets from Python: policies that fit on the page, and how far sliders go."""

import base64
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from acting import linear, table
from made_up import page_of
from tasks import cartpole, cliff_walking, frozen_lake, mountain_car, taxi

from stages.evaluation.files import Checkpoints
from stages.evaluation.testing import play
from stages.pictures.agent_style import AgentStyle
from stages.pictures.page import try_it
from stages.pictures.page.try_it import Packed, fitting, halvings, pack
from stages.pictures.page.worlds import sliders, success_rate
from stages.rl.interface.task import Task

FLOAT = 4 / 3 * 8  # letters of a float64 in base64


def agent(checkpoints: int, runs: int, size: int) -> Packed:
    """Make policies of so many numbers."""
    numbers = np.random.default_rng(0).uniform(size=(checkpoints + runs, size))
    episodes = 10 * np.arange(checkpoints)
    return Packed(episodes, numbers[:checkpoints], numbers[checkpoints:], 0.0)


def shown(agents: list[Packed], most: float, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Tell after how many episodes are the checkpoints that are kept, and which runs."""
    monkeypatch.setattr(try_it, "MOST", most)
    kept = fitting(agents)
    letters = sum(len(p["values"]) for one in kept for p in one["checkpoints"] + one["runs"][1:])
    assert letters <= most
    return [
        ([p["episodes"] for p in one["checkpoints"]], [p["run"] for p in one["runs"]])
        for one in kept
    ]


def test_the_last_and_the_first_come_first_then_each_halfway() -> None:
    assert halvings(1) == [0]
    assert halvings(2) == [1, 0]
    assert halvings(9) == [8, 0, 4, 2, 6, 1, 3, 5, 7]


def test_as_many_policies_are_kept_as_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = agent(5, 4, 3), agent(3, 2, 300)
    everything = [([0, 10, 20, 30, 40], [0, 1, 2, 3]), ([0, 10, 20], [0, 1])]
    assert shown([small, large], 1e6, monkeypatch) == everything
    # Room for two and a half of the large ones, beside all small ones: its checkpoints go first.
    some = [([0, 10, 20, 30, 40], [0, 1, 2, 3]), ([0, 20], [0])]
    assert shown([small, large], 2.5 * 300 * FLOAT, monkeypatch) == some
    many = shown([agent(1, 1000, 1)], 1e6, monkeypatch)
    assert many == [([0], list(range(100)))]  # as many as have a recorded episode
    few = [([0, 40], [0]), ([], [])]
    assert shown([small, large], 2.5 * 3 * FLOAT, monkeypatch) == few


def test_a_table_takes_what_differs_from_its_beginning_and_a_bit_for_each_number() -> None:
    values = np.full(128, 7.0)
    values[[0, 9]] = 1.0, 2.0
    packed = pack(values, 7.0)
    assert np.frombuffer(base64.b64decode(packed["values"])).tolist() == [1.0, 2.0]
    assert base64.b64decode(packed["told"]) == bytes([1, 2, *[0] * 14])
    assert packed["fill"] == 7.0
    assert pack(values, 0.0) == {"values": base64.b64encode(values.tobytes()).decode()}


def test_who_has_no_room_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    task = cartpole()
    trained = {}
    for name, made in (("small", linear), ("large", table)):
        policies = made(task, 2)
        episodes = play(task, 0, 1, policies, 1).episodes
        checkpoints = Checkpoints(np.array([0, 5]), policies)
        trained[AgentStyle(name, "#000000")] = try_it.Trained(policies, checkpoints, episodes)
    monkeypatch.setattr(try_it, "MOST", 300)
    section = try_it.section(trained, task)
    assert section is not None
    assert ([one["name"] for one in section.agents], section.missing) == (["small"], ["large"])
    monkeypatch.setattr(try_it, "MOST", 10)
    assert try_it.section(trained, task) is None


@pytest.mark.parametrize("name", ["cartpole", "taxi"])
def test_the_section_is_small_whatever_the_number_of_runs(name: str, tmp_path: Path) -> None:
    page = page_of(
        tmp_path, name, dict.fromkeys(("random_search", "reinforce", "sarsa"), 20.0), 300
    )
    text = page.read_text()
    start = text.index('<section id="live">')
    section = text[start : text.index("</section>", start)]
    assert len(section) < try_it.MOST + 120_000
    assert "http" not in section


def slider(task: Task, key: str) -> tuple[float, float, float]:
    (found,) = [one for one in sliders(task) if one["key"] == key]
    return found["trained"], found["low"], found["high"]


def test_options_go_a_factor_of_four_down_and_up_as_far_as_they_are_allowed() -> None:
    assert [one["key"] for one in sliders(cartpole())] == [
        "gravity",
        "cart_mass",
        "pole_mass",
        "pole_half_length",
        "force",
        "time_step",
        "noise",
        "randomly",
    ]
    assert slider(cartpole(gravity=20.0), "gravity") == (20.0, 5.0, 80.0)
    assert slider(cartpole(gravity=900.0), "gravity") == (900.0, 225.0, 1000.0)
    assert slider(mountain_car(), "goal_velocity") == (0.0, 0.0, 0.07)
    assert slider(taxi(), "success") == (1.0, 0.0, 1.0)


def test_how_often_a_step_goes_where_it_should() -> None:
    assert success_rate(frozen_lake()) == 1 / 3
    assert success_rate(frozen_lake(success_rate=0.9)) == 0.9
    assert success_rate(frozen_lake(is_slippery=False)) == 1.0
    assert success_rate(cliff_walking()) == 1.0
    assert success_rate(cliff_walking(is_slippery=True)) == 1 / 3
    assert success_rate(taxi(is_rainy=True)) == 0.8
    assert success_rate(taxi(rainy_probability=0.5)) == 1.0
