"""Reading a parameter file: as DVC reads it, and nothing in it that reads otherwise than it looks.

DVC parses params.yaml as YAML 1.2 and records in dvc.lock what it finds. PyYAML by itself follows
YAML 1.1, where `1e-3` is text, `on` is true and `12:30` is 750; so it gets the words and numbers of
the core schema of YAML 1.2 (section 10.3), and those that DVC knows beside them. What YAML allows
but people and programs read in different ways is refused with what to write.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError

from stages.common.script import InputError

WORDS = {
    "null": re.compile(r"~|null|Null|NULL|"),
    "bool": re.compile(r"true|True|TRUE|false|False|FALSE"),
    # DVC knows binary numbers, and underscores between digits.
    "int": re.compile(r"[-+]?(0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|[0-9_]+)"),
    "float": re.compile(
        r"[-+]?([0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|\.[0-9_]+([eE][-+][0-9]+)?)"
        r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
    ),
}
FIRST_LETTERS = {"null": ["~", "n", "N", ""], "bool": [*"tTfF"]}
IN_NUMBERS = [*"-+0123456789."]

LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+")
OTHER_MEANING = re.compile(
    r"<<|="  # a merge, a value
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t].*)?"  # a date
    r"|[-+]?(0[box])?_+"  # a number without a digit
)
MAX_DEPTH = 10


class Loader(yaml.CSafeLoader):
    """PyYAML's parser in C, with those words and numbers alone."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Make a mapping; refuse a key that stands in it twice, where PyYAML takes the last."""
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            try:
                known = key in mapping
            except TypeError:
                raise ConstructorError(
                    problem="a key that is no single value", problem_mark=key_node.start_mark
                ) from None
            if known:
                raise ConstructorError(
                    problem=f"the key {key} stands here twice", problem_mark=key_node.start_mark
                )
            mapping[key] = self.construct_object(value_node, deep=deep)
        return mapping


Loader.yaml_implicit_resolvers = {}
for kind, word in WORDS.items():
    whole = re.compile(f"(?:{word.pattern})$")
    letters = FIRST_LETTERS.get(kind, IN_NUMBERS)
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", whole, letters)


def read(file: str) -> Any:
    """Parse a file as DVC does.

    Returns:
        What the file holds; of mappings and lists no two are the same object.

    Raises:
        InputError: no such file, not UTF-8, not YAML, or what stands in it has a surprising meaning
            (an alias, a merge, a tag, a date, a whole number with a leading zero, a negative zero).
    """
    try:
        text = Path(file).read_text(encoding="utf-8")
        surprises = [f"{file}: line {line}: {what}" for line, what in _surprises(text)]
        if surprises:
            raise InputError(*surprises)
        return yaml.load(text, Loader)  # noqa: S506 # a safe one, above
    except FileNotFoundError:
        raise InputError(f"{file}: no such file; run from the root of the project") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: byte {error.start} is not UTF-8; save it as UTF-8") from None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: ._
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        problem = str(getattr(error, "problem", None) or error).splitlines()[0]
        raise InputError(f"{file}: {place}not YAML: {problem}") from None


def _surprises(text: str) -> Iterator[tuple[int, str]]:
    """Yield what looks otherwise than it reads: the line, and what to write instead."""
    depth = 0
    for event in yaml.parse(text, Loader):
        line = event.start_mark.line + 1  # type: ignore[union-attr] # a parsed event has its place
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            yield line, f"nested more than {MAX_DEPTH} deep; give a value for each key"
            return
        if isinstance(event, yaml.AliasEvent):
            yield line, f"*{event.anchor} stands for what is elsewhere; write the value out"
        elif tag := getattr(event, "tag", None):
            yield line, f"the tag {tag}: none is used here; write the value alone"
        elif isinstance(event, yaml.ScalarEvent) and event.implicit[0]:
            if LEADING_ZERO.fullmatch(event.value):
                plain = event.value.replace("_", "").lstrip("+-0") or "0"
                yield line, f"{event.value}: a leading zero makes octal elsewhere; write {plain}"
            elif _is_negative_zero(event.value):
                yield line, f"{event.value}: a zero has no sign here; write 0.0"
            elif OTHER_MEANING.fullmatch(event.value):
                yield (
                    line,
                    f"{event.value}: has a meaning in YAML; write '{event.value}'",
                )


def _is_negative_zero(text: str) -> bool:
    try:
        return text.startswith("-") and float(text) == 0.0
    except ValueError:
        return False
