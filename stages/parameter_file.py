"""Reading a parameter file: as DVC reads it, and nothing in it that reads otherwise than it looks.

DVC parses params.yaml with ruamel.yaml (YAML 1.2) and records in dvc.lock what it finds; so do we.
What YAML allows but people and programs read in different ways is refused with what to write.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    ScalarEvent,
)

from stages.script import InputError

LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+")
MAX_DEPTH = 10


def read(file: str) -> Any:
    """Parse a file as DVC does.

    Returns:
        What the file holds; of mappings and lists no two are the same object.

    Raises:
        InputError: no such file, not UTF-8, not YAML, or what stands in it has a surprising meaning
            (an alias, a merge, a tag, a whole number with a leading zero, a negative zero).
    """
    yaml = YAML(typ="safe")
    try:
        text = Path(file).read_text(encoding="utf-8")
        surprises = [f"{file}: line {line}: {what}" for line, what in _surprises(yaml, text)]
        if surprises:
            raise InputError(*surprises)
        return yaml.load(text)
    except FileNotFoundError:
        raise InputError(f"{file}: no such file; run from the root of the project") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: byte {error.start} is not UTF-8; save it as UTF-8") from None
    except (YAMLError, ValueError) as error:  # ValueError: the 99th of a month
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        problem = str(getattr(error, "problem", None) or error).splitlines()[0]
        raise InputError(f"{file}: {place}not YAML: {problem}") from None


def _surprises(yaml: YAML, text: str) -> Iterator[tuple[int, str]]:
    """Yield what looks otherwise than it reads: the line, and what to write instead."""
    depth = 0
    for event in yaml.parse(text):
        line = event.start_mark.line + 1
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > MAX_DEPTH:
            yield line, f"nested more than {MAX_DEPTH} deep; give a value for each key"
            return
        if isinstance(event, AliasEvent):
            yield line, f"*{event.anchor} stands for what is elsewhere; write the value out"
        elif getattr(event, "tag", None):
            yield line, f"the tag {event.tag}: none is used here; write the value alone"
        elif isinstance(event, ScalarEvent) and event.implicit[0]:
            if LEADING_ZERO.fullmatch(event.value):
                plain = event.value.replace("_", "").lstrip("+-0") or "0"
                yield line, f"{event.value}: a leading zero makes octal elsewhere; write {plain}"
            elif _is_negative_zero(event.value):
                yield line, f"{event.value}: a zero has no sign here; write 0.0"


def _is_negative_zero(text: str) -> bool:
    try:
        return text.startswith("-") and float(text) == 0.0
    except ValueError:
        return False
