"""The colours of actions, paler where fewer of the runs take them."""

from itertools import cycle, islice

# The first action and the last one, often left and right, from ColorBrewer's PuOr; between them a
# grey, or several colours of Tol ("Colour schemes", 2021). Colour-blind readers tell them apart.
FIRST, MIDDLE, LAST = "#8073ac", "#bbbbbb", "#e08214"
SEVERAL = ("#44aa99", "#88ccee", "#cc6677", "#ddcc77", "#332288")

LEVELS = ((0.5, 0.35), (0.75, 0.65), (0.95, 1.0))  # above a share of the runs: how deep a colour is


def colours_of(actions: int) -> list[str]:
    """Choose a colour for each action; beyond seven some have the same."""
    between = [MIDDLE] if actions == 3 else islice(cycle(SEVERAL), max(0, actions - 2))
    return [FIRST, *between, LAST][:actions]


def paler(colour: str, depth: float) -> str:
    """Mix a colour with white."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - depth * (255 - part)):02x}" for part in parts)
