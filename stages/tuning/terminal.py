"""Plain text for people at a terminal."""

import sys
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
    widths = [max(map(len, column)) for column in zip(*full, strict=True)]
    aligned = [str.ljust] * (len(widths) - right) + [str.rjust] * right
    lines = []
    for cells in (*heads, ["-" * width for width in widths], *rows):
        filled = [
            align(cell, width) for align, cell, width in zip(aligned, cells, widths, strict=False)
        ]
        lines.append("  ".join(filled).rstrip() if len(cells) > 1 else cells[0])
    return lines


def tell(lines: Iterable[str]) -> None:
    """Print lines."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()
