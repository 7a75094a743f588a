"""How the agents are shown, everywhere alike: a name and a colour for each."""

from collections.abc import Sequence
from typing import NamedTuple

NAMES = {"search": "random search", "policy": "policy learning", "q_learning": "Q-learning"}

# Colours of Okabe and Ito ("Color universal design", 2008), which colour-blind readers tell apart.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")


class Look(NamedTuple):
    """How an agent is shown."""

    name: str
    colour: str  # "#rrggbb"


def look(agent: str, agents: Sequence[str]) -> Look:
    """Return how one of the agents is shown: its colour is that of its place among them."""
    colour = COLOURS[agents.index(agent) % len(COLOURS)]
    return Look(NAMES.get(agent, agent.replace("_", " ")), colour)
