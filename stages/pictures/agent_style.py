"""The name and the colour that figures, animations, tables and the page show of each agent."""

from collections.abc import Sequence
from typing import NamedTuple

from stages.common.script import InputError

NAMES = {
    "random_search": "random search",
    "reinforce": "REINFORCE",
    "q_learning": "Q-learning",
    "actor_critic": "actor-critic",
}

# By Okabe and Ito ("Color universal design", 2008): colour-blind readers can distinguish these.
# Those too light on white are left out.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00")

INK = "#333333"  # of letters and lines in figures


class AgentStyle(NamedTuple):
    """How an agent is shown."""

    name: str  # "Q-learning"
    colour: str  # "#rrggbb"


def style_of(agent: str, agents: Sequence[str]) -> AgentStyle:
    """Return the style of one of the agents: its colour follows from its place among them.

    Raises:
        InputError: it is none of them.
    """
    if agent not in agents:
        raise InputError(f"{agent} is no agent; give one of {', '.join(agents)}")
    name = NAMES.get(agent, agent.replace("_", " "))
    return AgentStyle(name, COLOURS[agents.index(agent) % len(COLOURS)])


def styles(agents: Sequence[str]) -> dict[str, AgentStyle]:
    """Return the style of each agent."""
    return {agent: style_of(agent, agents) for agent in agents}
