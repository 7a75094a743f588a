"""Parameter files as text, some with changed values, and the lines that refuse them."""

import io
from pathlib import Path
from typing import Any

from checkout import ROOT
from graph import put
from ruamel.yaml import YAML

from stages.common import checking
from stages.common.script import InputError

TEXT = (ROOT / "params.yaml").read_text()


def changed(changes: dict[str, Any]) -> str:
    """Return params.yaml with other values; `...` takes a key away."""
    yaml, out = YAML(typ="safe"), io.StringIO()
    content = yaml.load(TEXT)
    for path, value in changes.items():
        put(content, path, value)
        if value is ...:
            *sections, key = path.split(".")
            section = content
            for name in sections:
                section = section[name]
            del section[key]
    yaml.dump(content, out)
    return out.getvalue()


def told(text: str, folder: Path) -> list[str]:
    """Check a parameter file of this text; return the lines that refuse it, without its path."""
    file = folder / "any.yaml"
    file.write_text(text)
    try:
        checking.check(str(file))
    except InputError as refusal:
        lines = str(refusal).splitlines()
        assert all(line.startswith(f"{file}: ") for line in lines)
        return [line.removeprefix(f"{file}: ") for line in lines]
    return []
