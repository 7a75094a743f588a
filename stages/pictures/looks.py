"""How the agents are shown, everywhere alike: a name and a colour for each."""

from collections.abc import Sequence
from typing import NamedTuple

from stages.common.script import InputError

NAMES = {"search": "random search", "policy": "policy learning", "q_learning": "Q-learning"}

# Of Okabe and Ito ("Color universal design", 2008), which colour-blind readers tell apart; without
# those that are too light on white.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00")


class Look(NamedTuple):
    """How an agent is shown."""

    name: str
    colour: str  # "#rrggbb"


def name_of(agent: str) -> str:
    """Return the name of an agent in words; by its key, if it is not in the list of names."""
    return NAMES.get(agent, agent.replace("_", " "))


def looks(agents: Sequence[str]) -> dict[str, Look]:
    """Return how each of the agents is shown: the first ones have the first colours.

    Raises:
        InputError: more agents than there are colours to tell them apart.
    """
    if len(agents) > len(COLOURS):
        raise InputError(f"dvc.yaml: agents: are {len(agents)}; give {len(COLOURS)} at most")
    pairs = zip(agents, COLOURS, strict=False)
    return {agent: Look(name_of(agent), colour) for agent, colour in pairs}
