"""Reading a parameter file as DVC reads it: by the core schema of YAML 1.2 (section 10.3).

PyYAML by itself follows YAML 1.1, where `1e-3` is text, `on` is true and `12:30` is 750. Beyond the
core schema DVC knows dates, binary numbers and underscores in numbers: here all of them are text,
which is refused where a number has to be.
"""

import re
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError

from stages.common.script import InputError

CORE = {  # what a plain word is
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
    r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
}


class Loader(yaml.CSafeLoader):
    """PyYAML's parser in C, with these words and numbers alone."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Make a mapping; refuse a key that stands in it twice, where PyYAML takes the last."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                mark = node.value[place][0].start_mark
                raise ConstructorError(
                    problem=f"the key {key} stands here twice", problem_mark=mark
                )
        return super().construct_mapping(node, deep)

    def construct_yaml_int(self, node: yaml.ScalarNode) -> int:
        """Make a whole number: with leading zeros it is a decimal one."""
        return int(node.value, 0 if node.value[:2] in ("0o", "0x") else 10)


Loader.yaml_implicit_resolvers = {}
for kind, words in CORE.items():
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(f"(?:{words})$"), None)
Loader.add_constructor("tag:yaml.org,2002:int", Loader.construct_yaml_int)


def read(file: str) -> Any:
    """Parse a file.

    Raises:
        InputError: no such file, not UTF-8, not YAML, or with aliases, which are not supported.
    """
    try:
        text = Path(file).read_text(encoding="utf-8")
        for event in yaml.parse(text, Loader):
            if isinstance(event, yaml.AliasEvent):
                line = event.start_mark.line + 1  # type: ignore[union-attr] # it has its place
                alias = f"*{event.anchor} is not supported; write the value out"
                raise InputError(f"{file}: line {line}: {alias}")
        return yaml.load(text, Loader)  # noqa: S506 # a safe one, above
    except FileNotFoundError:
        raise InputError(f"{file}: no such file; run from the root of the project") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: byte {error.start} is not UTF-8; save it as UTF-8") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        problem = str(getattr(error, "problem", None) or error).splitlines()[0]
        raise InputError(f"{file}: {place}not YAML: {problem}") from None
