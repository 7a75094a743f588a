"""Values put into params.yaml: nothing but their own characters changes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from stages.common import checking, parameter_file
from stages.common.artifacts import writing
from stages.common.script import InputError


def changed(settings: Any, other: Any) -> dict[str, Any]:
    """Return the values of other settings that differ, by their keys."""
    before = dict(settings)
    return {key: value for key, value in dict(other).items() if value != before[key]}


def written(value: Any) -> str:
    """Write a value as it stands in params.yaml."""
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return str(value).lower() if isinstance(value, bool) else repr(value)


def put(text: str, path: tuple[str, ...], values: Mapping[str, Any]) -> str:
    """Put values in the place of those that stand in a mapping.

    Args:
        text: of a parameter file, which passed the check.
        path: of the mapping, key by key.
        values: by their keys; a list is as long as the one that stands there.
    """
    node = yaml.compose(text, yaml.SafeLoader)
    for key in path:
        node = below(node)[key]
    places: list[tuple[int, int, str]] = []
    for key, value in values.items():
        standing = below(node)[key]
        pairs = [(standing, value)]
        if isinstance(standing, yaml.SequenceNode):
            pairs = list(zip(standing.value, value, strict=True))
        for one, number in pairs:
            if yaml.load(one.value, parameter_file.Loader) != number:  # noqa: S506 # a safe one
                places.append((one.start_mark.index, one.end_mark.index, written(number)))
    for start, end, new in sorted(places, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def below(node: Any) -> dict[str, Any]:
    """Return the nodes of a mapping's values, by its keys."""
    return {key.value: value for key, value in node.value}


def write(file: str, path: tuple[str, ...], values: Mapping[str, Any]) -> None:
    """Put values into a parameter file, which is checked before it takes the old one's place.

    Raises:
        InputError: with them the file would not pass its check.
    """
    text = Path(file).read_bytes().decode()
    with writing(str(Path(file).resolve())) as out:
        out.write(put(text, path, values).encode())
        out.flush()
        checking.check(out.name)
        content: Any = parameter_file.read(out.name)
        for key in path:
            content = content[key]
        for key, value in values.items():
            if content[key] != value:
                raise InputError(f"{file}: {'.'.join(path)}.{key}: give {written(value)} by hand")
