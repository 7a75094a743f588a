"""params.yaml means the same to a stage as to DVC, and nothing in it is other than it looks."""

from pathlib import Path
from typing import Any

import pytest
from dvc.dependency.param import read_param_file
from dvc.fs import LocalFileSystem
from hypothesis import given
from hypothesis import strategies as st

from stages.common import parameter_file
from stages.common.script import InputError

INFINITY = float("inf")

# What a value means, to a stage and to DVC. Where people differ (`yes`), the meaning is text, which
# the schema refuses for a number.
MEANINGS: dict[str, Any] = {
    "1e-3": 0.001,  # text in YAML 1.1
    "1E5": 100000.0,
    ".5": 0.5,
    "5.": 5.0,
    "+5": 5,
    "1.0": 1.0,
    "0.0": 0.0,
    "0": 0,
    "1_000": 1000,
    "0o17": 15,
    "0x1F": 31,
    "0b11": 3,
    "12345678901234567890123": 12345678901234567890123,
    "1e400": INFINITY,
    ".inf": INFINITY,
    "-.inf": -INFINITY,
    ".nan": float("nan"),
    "true": True,
    "yes": "yes",
    "on": "on",
    "off": "off",
    "12:30": "12:30",  # 750 in YAML 1.1
    "1 000": "1 000",
    "1,5": "1,5",
    "0.1f": "0.1f",
    "'0777'": "0777",
    "~": None,
    "": None,
    "null": None,
    "&name 5": 5,
    "[1, 2,]": [1, 2],
    "{a: 1}": {"a": 1},
    "|\n  5": "5\n",
    "1 # a remark": 1,
    "# \u2028": None,
}
FILES: dict[str, Any] = {
    "\ufeffseed: 1\n": {"seed": 1},
    "seed: 1\r\nruns: 2\r\n": {"seed": 1, "runs": 2},
    "seed: 1\rruns: 2\r": {"seed": 1, "runs": 2},
    "seed:\t1\n": {"seed": 1},
    "--- \nseed: 1\n": {"seed": 1},
    "%YAML 1.1\n---\nseed: on\n": {"seed": "on"},
    "{seed: 1}": {"seed": 1},
    "- 1\n": [1],
}
# What is refused before the schema sees it: DVC reads the first ones otherwise than many people,
# and fails at the others too.
REFUSED: dict[str, str] = {
    "seed: 0777\n": "line 1: 0777: a leading zero makes octal elsewhere; write 777",
    "a: 1\nseed: -00\n": "line 2: -00: a leading zero makes octal elsewhere; write 0",
    "seed: 0_1\n": "line 1: 0_1: a leading zero makes octal elsewhere; write 1",
    "seed: -0.0\n": "line 1: -0.0: a zero has no sign here; write 0.0",
    "seed: -1e-400\n": "line 1: -1e-400: a zero has no sign here; write 0.0",
    "a: &x 1\nb: *x\n": "line 2: *x stands for what is elsewhere; write the value out",
    "a: &x {c: 1}\nb:\n  <<: *x\n": "line 3: <<: has a meaning in YAML; write '<<'\n"
    "{file}: line 3: *x stands for what is elsewhere; write the value out",
    "a: &x [*x]\n": "line 1: *x stands for what is elsewhere; write the value out",
    "seed: !!int '5'\n": "line 1: the tag tag:yaml.org,2002:int: none is used here; "
    "write the value alone",
    "seed: !!python/object:os.system x\n": "line 1: the tag tag:yaml.org,2002:python/object:"
    "os.system: none is used here; write the value alone",
    "a: " + "[" * 5000 + "]" * 5000: "line 1: nested more than 10 deep; give a value for each key",
    "a: 1\n---\na: 2\n": "line 2, column 1: not YAML: but found another document",
    "a: 1\na: 2\n": "line 2, column 1: not YAML: the key a stands here twice",
    "a: {1: x, 1.0: y}\n": "line 1, column 11: not YAML: the key 1.0 stands here twice",
    "\tseed: 1\n": "line 1, column 1: not YAML: found character that cannot start any token",
    "seed: *x\n": "line 1: *x stands for what is elsewhere; write the value out",
    "<<: {a: 1}\n": "line 1: <<: has a meaning in YAML; write '<<'",
    "seed: =\n": "line 1: =: has a meaning in YAML; write '='",
    "2024-01-01: 1\n": "line 1: 2024-01-01: has a meaning in YAML; write '2024-01-01'",
    "seed: 2024-99-99\n": "line 1: 2024-99-99: has a meaning in YAML; write '2024-99-99'",
    "seed: 2024-1-2T3:04:05Z\n": "line 1: 2024-1-2T3:04:05Z: has a meaning in YAML; "
    "write '2024-1-2T3:04:05Z'",
    "seed: 0x_\n": "line 1: 0x_: has a meaning in YAML; write '0x_'",
    "seed: -_\n": "line 1: -_: has a meaning in YAML; write '-_'",
    "seed: ._\n": "not YAML: could not convert string to float: '.'",
    "? {a: 1}\n: 2\n": "line 1, column 3: not YAML: a key that is no single value",
    "a: \x01\n": "not YAML: unacceptable character #x0001: control characters are not allowed",
}


def dvc_reads(file: Path) -> Any:
    """Read parameters as DVC does for dvc.lock."""
    return read_param_file(LocalFileSystem(), str(file))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("parameters") / "params.yaml"


@pytest.mark.parametrize("text", MEANINGS)
def test_a_value_means_the_same_to_a_stage_and_to_dvc(text: str, file: Path) -> None:
    file.write_text(f"seed: {text}\n")
    meaning = repr({"seed": MEANINGS[text]})  # repr tells 1 from 1.0 and from true
    assert repr(parameter_file.read(str(file))) == meaning
    assert repr(dvc_reads(file)) == meaning


@pytest.mark.parametrize("text", FILES)
def test_a_file_means_the_same_to_a_stage_and_to_dvc(text: str, file: Path) -> None:
    file.write_bytes(text.encode())
    assert repr(parameter_file.read(str(file))) == repr(dvc_reads(file)) == repr(FILES[text])


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:30])
def test_what_reads_otherwise_than_it_looks_is_refused(text: str, file: Path) -> None:
    file.write_text(text)
    with pytest.raises(InputError) as refusal:
        parameter_file.read(str(file))
    assert str(refusal.value) == f"{file}: {REFUSED[text].replace('{file}', str(file))}"


def test_an_empty_file_holds_nothing(file: Path) -> None:
    """To DVC it is an empty mapping, to a stage null; the schema refuses both."""
    file.write_text("# nothing\n")
    assert parameter_file.read(str(file)) is None
    assert dvc_reads(file) == {}


def test_what_is_not_utf_8_is_refused(file: Path) -> None:
    file.write_bytes(b"seed: \xff\n")
    with pytest.raises(InputError, match="byte 6 is not UTF-8; save it as UTF-8"):
        parameter_file.read(str(file))


YAML_PIECES = st.text(st.sampled_from("0123456789_.-+eExob:, []{}&*!#'\"~<>|\n\ttrueinfan"))


@given(text=YAML_PIECES | st.text(max_size=20))
def test_any_text_means_the_same_to_both_or_is_refused(text: str, file: Path) -> None:
    file.write_bytes(f"seed: {text}\n".encode("utf-8", "surrogatepass"))
    try:
        read = parameter_file.read(str(file))
    except InputError as refusal:
        lines = str(refusal).splitlines()
    else:
        lines = []
        assert repr(read) == repr(dvc_reads(file))
    assert all(line.startswith(f"{file}: ") for line in lines)
