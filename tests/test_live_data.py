"""What the live section gets from Python: policies that fit on the page, and how far sliders go."""

from pathlib import Path
from typing import Any

import pytest
from made_up import made_up, page_of
from tasks import cartpole, cliff_walking, frozen_lake, mountain_car

from stages.pictures.agent_style import styles
from stages.pictures.page import live_data
from stages.pictures.page.live_data import options_of, sliders, spread
from stages.rl.interface.task import Task

AGENTS = ("random_search", "reinforce", "q_learning", "actor_critic")


def test_as_many_checkpoints_are_kept_as_there_is_room_for_the_last_one_always() -> None:
    assert spread(9, 100) == list(range(9))
    assert spread(9, 5) == [0, 2, 4, 6, 8]
    assert spread(9, 2) == [0, 8]
    assert spread(9, 1) == [8]
    assert spread(9, 0) == []


def test_agents_whose_policies_are_too_large_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up(tmp_path, "cartpole", dict.fromkeys(AGENTS[:3], 20.0), 2)
    monkeypatch.setattr(live_data, "MOST", 1_000)  # the linear policies have 54 letters each
    section = live_data.section(str(tmp_path), styles(AGENTS[:3]), cartpole(), {})
    assert section is not None
    assert [one["name"] for one in section.data["agents"]] == ["random search"]
    assert section.data["missing"] == ["REINFORCE", "Q-learning"]
    assert section.data["learners"] == []


@pytest.mark.parametrize("name", ["cartpole", "cliff_walking"])
def test_the_section_is_small_and_refers_to_nothing_outside(name: str, tmp_path: Path) -> None:
    text = page_of(tmp_path, name, dict.fromkeys(AGENTS, 20.0), 300, learners=True).read_text()
    start = text.index('<section id="live">')
    section = text[start : text.index("</section>", start)]
    assert len(section) < live_data.MOST + 120_000
    assert "http" not in section


def test_an_environment_without_scripts_has_no_section(tmp_path: Path) -> None:
    assert 'id="live"' not in page_of(tmp_path, "taxi", {"q_learning": 5.0}, 2).read_text()


def slider(task: Task, key: str) -> dict[str, Any]:
    (found,) = [one for one in sliders(task) if one["key"] == key]
    return found


def test_options_go_a_factor_of_four_down_and_up_as_far_as_they_are_allowed() -> None:
    keys = [one["key"] for one in sliders(cartpole())]
    assert keys == ["gravity", "pole_half_length", "cart_mass", "pole_mass", "force", "time_step"]
    assert slider(cartpole(gravity=20.0), "gravity") == {
        "key": "gravity",
        "name": "gravity",
        "trained": 20.0,
        "low": 5.0,
        "high": 80.0,
    }
    assert slider(cartpole(gravity=900.0), "gravity")["high"] == 1000.0
    assert [one["key"] for one in sliders(mountain_car())] == ["gravity", "force"]


def test_how_often_a_step_goes_where_it_should() -> None:
    assert options_of(frozen_lake()) == {"success_rate": 1 / 3}
    assert options_of(frozen_lake(success_rate=0.9)) == {"success_rate": 0.9}
    assert options_of(frozen_lake(is_slippery=False)) == {"success_rate": 1.0}
    assert options_of(cliff_walking()) == {"success_rate": 1.0}
    assert options_of(cliff_walking(is_slippery=True)) == {"success_rate": 1 / 3}
