"""How the agents are shown, everywhere alike: a name and a colour for each."""

from typing import NamedTuple


class Look(NamedTuple):
    """How an agent is shown."""

    name: str
    colour: str  # "#rrggbb"


# Colours of Okabe and Ito ("Color universal design", 2008), which colour-blind readers tell apart.
LOOKS = {
    "search": Look("random search", "#0072b2"),
    "policy": Look("policy learning", "#d55e00"),
    "q_learning": Look("Q-learning", "#009e73"),
}
OTHER_COLOUR = "#555555"


def look(agent: str) -> Look:
    """Return how an agent is shown; one that is not in the list keeps its name, and is grey."""
    return LOOKS.get(agent, Look(agent, OTHER_COLOUR))
