"""How the agents are shown, everywhere alike: a name and a colour for each."""

from collections.abc import Sequence
from typing import NamedTuple

NAMES = {
    "random_search": "random search",
    "reinforce": "REINFORCE",
    "q_learning": "Q-learning",
    "actor_critic": "actor-critic",
}

# Of Okabe and Ito ("Color universal design", 2008), which colour-blind readers tell apart; without
# those that are too light on white.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00")

INK = "#333333"  # of letters and lines in figures


class Look(NamedTuple):
    """How an agent is shown."""

    name: str
    colour: str  # "#rrggbb"


def look(agent: str, agents: Sequence[str]) -> Look:
    """Return how one of the agents is shown: its colour comes from its place among them."""
    name = NAMES.get(agent, agent.replace("_", " "))
    return Look(name, COLOURS[agents.index(agent) % len(COLOURS)])


def looks(agents: Sequence[str]) -> dict[str, Look]:
    """Return how each of the agents is shown."""
    return {agent: look(agent, agents) for agent in agents}
