"""The colours of actions, paler where fewer of the runs take them; none is an agent's."""

from itertools import cycle, islice

from stages.pictures.agent_style import INK

# Slate and sand: the first action and the last one, often left and right. Between them mostly those
# of Tol ("Colour schemes", 2021) that no agent has. Colour-blind readers tell them apart.
FIRST, LAST = "#5b6b7c", "#ddcc77"
SEVERAL = ("#88ccee", "#8a5a2b", "#332288", "#b2dfc0", "#999933")
LIGHT, DARK = "#fafafa", "#111111"  # what is drawn upon a colour; the same on dark screens

LEVELS = ((0.5, 0.35), (0.75, 0.65), (0.95, 1.0))  # above a share of the runs: how deep a colour is


def colours_of(actions: int) -> list[str]:
    """Choose a colour for each action; beyond seven some have the same."""
    return [FIRST, *islice(cycle(SEVERAL), max(0, actions - 2)), LAST][:actions]


def mixed(colour: str, depth: float, paper: str = "#ffffff") -> str:
    """Mix a colour with that of the paper."""
    pairs = zip(_parts(colour), _parts(paper), strict=True)
    return "#" + "".join(f"{round(under - depth * (under - part)):02x}" for part, under in pairs)


def ink_on(colour: str, depth: float = 1.0) -> str:
    """Choose the colour of letters on a colour; on a pale one that of all others."""
    red, green, blue = _parts(colour)
    if depth < 1.0:
        return INK
    return DARK if 3 * red + 6 * green + blue > 1280 else LIGHT


def _parts(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue
