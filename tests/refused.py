"""Parameter files of any text, and the lines that refuse them."""

from pathlib import Path

from checkout import ROOT

from stages.common import checking
from stages.common.script import InputError

TEXT = (ROOT / "params.yaml").read_text()


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
