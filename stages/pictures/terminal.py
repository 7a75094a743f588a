"""Plain text for people at a terminal."""

import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence


def table(heads: Sequence[Sequence[str]], rows: Sequence[Sequence[str]], right: int) -> list[str]:
    """Set out a table.

    Args:
        heads: the lines above it, with a cell for each column.
        rows: a cell for each column, or one alone that goes across them.
        right: how many columns, the last ones, are aligned on the right.

    Returns:
        The lines: the heads, a rule under them, and the rows.
    """
    full = [*heads, *(cells for cells in rows if len(cells) > 1)]
    widths = [max(map(_columns, column)) for column in zip(*full, strict=True)]
    rule = ["-" * width for width in widths]
    lines = []
    for cells in (*heads, rule, *rows):
        gaps = [" " * (width - _columns(cell)) for cell, width in zip(cells, widths, strict=False)]
        first = len(widths) - right
        left = map("{}{}".format, cells[:first], gaps)
        numbers = map("{}{}".format, gaps[first:], cells[first:])
        lines.append("  ".join([*left, *numbers]).rstrip() if cells[1:] else cells[0])
    return lines


def _columns(text: str) -> int:
    """Count the columns of a terminal that a text takes: two for each Chinese character."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)


def tell(lines: Iterable[str]) -> None:
    """Print lines; nobody to read them, or a terminal without a character, is no failure.

    A stage that has written its results has done its work, whether or not it can say so.
    """
    if sys.stdout is None:  # closed from the beginning
        return
    text, encoding = "".join(f"{line}\n" for line in lines), sys.stdout.encoding
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except OSError:  # a closed pipe or a full disk; what is left would raise again at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
