"""Values are put into params.yaml, and nothing else in it changes by a byte."""

import re
from pathlib import Path

import pytest
import yaml
from checkout import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from test_own import blocks

from stages.common import parameter_file
from stages.common.script import InputError
from stages.tuning.values import put, write, written

TEXT = (ROOT / "params.yaml").read_text()
SOME = TEXT.split("\nacrobot:")[0]
CATCH = next(
    code
    for name, code in blocks("docs/own.md", "A game that Gymnasium has not")
    if name == "params.yaml"
)
PLACE = "cartpole", "train_q_learning"
NUMBERS = st.floats(0.0, 1000.0).map(lambda number: float(f"{number:.3g}"))


@settings(max_examples=30)
@given(st.lists(st.integers(1, 100), min_size=4, max_size=4), NUMBERS, NUMBERS)
def test_the_values_stand_there_and_all_else_is_as_before(
    bins: list[int], rate: float, epsilon: float
) -> None:
    values = {"bins": bins, "learning_rate": rate, "epsilon": epsilon}
    text = put(SOME, PLACE, values)
    content = yaml.load(text, parameter_file.Loader)
    section = content["cartpole"]["train_q_learning"]
    assert {key: section[key] for key in values} == values
    section |= {"bins": [1, 1, 6, 3], "learning_rate": 0.2, "epsilon": 1.0}
    assert content == yaml.load(SOME, parameter_file.Loader)
    before, after = SOME.splitlines(), text.splitlines()
    changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert len(changed) <= 3
    for old, new in changed:
        assert old.split(":")[0] == new.split(":")[0]
        assert old.split("  #")[1] == new.split("  #")[1]


def test_values_stand_as_they_are_written_by_hand() -> None:
    text = put(TEXT, PLACE, {"bins": [1, 1, 8, 3], "learning_rate": 0.31, "initial_value": 80.0})
    assert "\n    bins: [1, 1, 8, 3]  # intervals of position, velocity," in text
    assert "\n    learning_rate: 0.31  # alpha at the first episode;" in text
    assert "\n    initial_value: 80.0  # Q before learning;" in text
    assert "\n    bias: true  # whether" in put(TEXT, ("cartpole", "search"), {"bias": True})
    assert [written(value) for value in (1e-05, 3, [0.5, 2.0], False)] == [
        "1e-05",
        "3",
        "[0.5, 2.0]",
        "false",
    ]


def test_on_one_line_and_over_several_it_is_the_same() -> None:
    text = put(CATCH, ("catch", "search"), {"bias": False})
    assert text == CATCH.replace("true", "false")
    several = "a:\n  rate: 1e-3\n  bins:\n    - 1  # one\n    - 2\r\n"
    assert put(several, ("a",), {"bins": [1, 30]}) == several.replace("- 2", "- 30")
    assert put(several, ("a",), {"rate": 0.001}) == several  # it stands there already


def test_a_file_is_replaced_only_by_one_that_passes_its_check(tmp_path: Path) -> None:
    file = tmp_path / "params.yaml"
    file.write_bytes(TEXT.replace("\n", "\r\n").encode())
    write(str(file), PLACE, {"learning_rate": 0.31})
    assert (
        file.read_bytes()
        == re.sub(r"(\n    learning_rate: )0.2(  # alpha)", r"\g<1>0.31\2", TEXT)
        .replace("\n", "\r\n")
        .encode()
    )
    with pytest.raises(InputError, match=r"learning_rate: is 3\.0"):
        write(str(file), PLACE, {"learning_rate": 3.0})
    assert b"    learning_rate: 0.31  # alpha" in file.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["params.yaml"]
