"""params.yaml means the same to a stage as to DVC, or is text, which no number may be."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from dvc.dependency.param import read_param_file
from dvc.fs import LocalFileSystem
from dvc.utils.serialize import YAMLFileCorruptedError
from hypothesis import given
from hypothesis import strategies as st

from stages.common import parameter_file
from stages.common.script import InputError

INFINITY = float("inf")
# What a value means, to a stage and to DVC. Where people differ (`yes`), the meaning is text.
# fmt: off
MEANINGS: dict[str, Any] = {
    "1e-3": 0.001, "1E5": 100000.0, ".5": 0.5, "5.": 5.0, "1.0": 1.0,  # 1e-3: text in YAML 1.1
    "+5": 5, "0": 0, "0777": 777, "0o17": 15, "0x1F": 31, "-0.0": -0.0,
    "1e400": INFINITY, ".inf": INFINITY, "-.inf": -INFINITY, ".nan": float("nan"),
    "true": True, "yes": "yes", "on": "on", "off": "off", "12:30": "12:30", "'7'": "7",
    "~": None, "": None, "null": None, "&name 5": 5, "[1, 2,]": [1, 2], "{a: 1}": {"a": 1},
    "|\n  5": "5\n", "1 # a remark": 1, "1,5": "1,5", "9" * 23: int("9" * 23),
}
# fmt: on
# What DVC alone reads as a number or a date: to a stage it is text.
TEXTS = ["1_000", "0b11", "2024-01-01"]
FILES: dict[str, Any] = {
    "\ufeffseed: 1\n": {"seed": 1},
    "seed: 1\r\nruns: 2\r\n": {"seed": 1, "runs": 2},
    "%YAML 1.1\n---\nseed: on\n": {"seed": "on"},
    "- 1\n": [1],
}
REFUSED: dict[str, str] = {
    "a: 1\na: 2\n": "line 2, column 1: not YAML: the key a stands here twice",
    "a: {1: x, 1.0: y}\n": "line 1, column 11: not YAML: the key 1.0 stands here twice",
    "a: [1\nb: 2\n": "line 2, column 2: not YAML: did not find expected ',' or ']'",
    "\tseed: 1\n": "line 1, column 1: not YAML: found character that cannot start any token",
    "a: 1\n---\na: 2\n": "line 2, column 1: not YAML: but found another document",
    "? {a: 1}\n: 2\n": "line 1, column 3: not YAML: found unhashable key",
    "a: \x01\n": "not YAML: unacceptable character #x0001: control characters are not allowed",
    "a: &x 1\nb: *x\n": "line 2: *x is not supported; write the value out",
    "a: !!python/object:os.system x\n": "line 1, column 4: not YAML: could not determine a "
    "constructor for the tag 'tag:yaml.org,2002:python/object:os.system'",
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("parameters") / "params.yaml"


def both(file: Path, text: str) -> tuple[str, str]:
    """Show what a stage and what DVC reads; repr tells 1 from 1.0 and from true."""
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    read = parameter_file.read(str(file))
    return repr(read), repr(read_param_file(LocalFileSystem(), str(file)))


@pytest.mark.parametrize("text", MEANINGS)
def test_a_value_means_the_same_to_a_stage_and_to_dvc(text: str, file: Path) -> None:
    meaning = repr({"seed": MEANINGS[text]})
    assert both(file, f"seed: {text}\n") == (meaning, meaning)


@pytest.mark.parametrize("text", FILES)
def test_a_file_means_the_same_to_a_stage_and_to_dvc(text: str, file: Path) -> None:
    assert both(file, text) == (repr(FILES[text]), repr(FILES[text]))


@pytest.mark.parametrize("text", TEXTS)
def test_what_dvc_knows_beyond_the_core_schema_is_text(text: str, file: Path) -> None:
    assert both(file, f"seed: {text}\n")[0] == repr({"seed": text})


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:30])
def test_what_is_no_plain_yaml_is_refused_in_one_line(text: str, file: Path) -> None:
    file.write_text(text)
    with pytest.raises(InputError) as refusal:
        parameter_file.read(str(file))
    assert str(refusal.value) == f"{file}: {REFUSED[text]}"


def alike(stage: Any, dvc: Any) -> bool:
    """Tell whether a stage reads what DVC reads, or text for a number or a date."""
    if isinstance(stage, list) and isinstance(dvc, list):
        return all(map(alike, stage, dvc)) and len(stage) == len(dvc)
    if isinstance(stage, dict) and isinstance(dvc, dict):
        return alike(list(stage), list(dvc)) and alike(list(stage.values()), list(dvc.values()))
    return repr(stage) == repr(dvc) or (isinstance(stage, str) and not isinstance(dvc, str))


PIECES = st.text(st.sampled_from("0123456789_.-+eExob:, []{}#'\"~<|>!&*\n\ttrueinfan"))


@given(text=PIECES | st.text(max_size=20))
def test_any_text_means_the_same_to_both_or_is_text_or_refused(text: str, file: Path) -> None:
    file.write_bytes(f"seed: {text}\n".encode("utf-8", "surrogatepass"))
    try:
        read = parameter_file.read(str(file))
    except InputError as refusal:
        lines = str(refusal).splitlines()
    else:
        lines = []
        with suppress(YAMLFileCorruptedError, ValueError):  # a lone =, a date without a day
            assert alike(read, read_param_file(LocalFileSystem(), str(file)))
    assert all(line.startswith(f"{file}: ") for line in lines)
