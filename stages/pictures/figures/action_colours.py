"""The colours of actions, paler where fewer of the runs take them; none is an agent's."""

from itertools import cycle, islice

# Slate and sand: the first action and the last one, often left and right. Between them mostly those
# of Tol ("Colour schemes", 2021) that no agent has. Colour-blind readers can distinguish them.
FIRST, LAST = "#5b6b7c", "#ddcc77"
SEVERAL = ("#88ccee", "#8a5a2b", "#332288", "#b2dfc0", "#999933")


def colours_of(actions: int) -> list[str]:
    """Choose a colour for each action; beyond seven some have the same."""
    return [FIRST, *islice(cycle(SEVERAL), max(0, actions - 2)), LAST][:actions]


def mixed(colour: str, depth: float) -> str:
    """Mix a colour with white."""
    return "#" + "".join(f"{round(255 - depth * (255 - part)):02x}" for part in _parts(colour))


def ink_on(colour: str) -> str:
    """Choose the colour of signs on a colour."""
    red, green, blue = _parts(colour)
    return "#111111" if 3 * red + 6 * green + blue > 1280 else "#fafafa"


def _parts(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue
