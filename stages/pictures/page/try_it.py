"""The live section of the page: what its scripts need to know of environment and agents.

The scripts in stages/pictures/page/live act in the environment themselves, in the arithmetic of the
judge. They get constants, tables and policies from here, as JSON.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from stages.evaluation.episodes import RUNS, Episodes
from stages.evaluation.files import Checkpoints
from stages.evaluation.perturbations import spread
from stages.pictures.agent_style import AgentStyle
from stages.pictures.figures import shown
from stages.pictures.figures.shades import colours_of, ink_on
from stages.pictures.page.worlds import model_of, sliders
from stages.rl.interface.task import Task
from stages.rl.policies.policy import Policies

FOLDER = Path(__file__).with_name("live")
SCRIPTS = ("numbers", "environments", "policies", "pen", "scenes", "maps", "episode", "hand", "lab")
MOST = 1_500_000  # letters of all policies: the page stays small enough to be sent to somebody
BITS = 64  # of a number


class Trained(NamedTuple):
    """What an agent left behind."""

    policies: Policies  # of all runs
    checkpoints: Checkpoints  # of run 0
    episodes: Episodes  # recorded test episodes


class Live(NamedTuple):
    """What the template puts in."""

    scripts: list[Markup]
    style: Markup
    data: dict[str, Any]  # for the scripts
    json: Markup  # the same, as they get it
    agents: list[dict[str, Any]]  # those of which there are policies
    missing: list[str]  # names of the agents whose policies are too large


def section(agents: Mapping[AgentStyle, Trained], task: Task) -> Live | None:
    """Gather what the section needs; None where no agent's policy is small enough for it.

    Args:
        agents: by how they are shown.
        task: the environment, one of those that the scripts know.
    """
    chosen = fitting([packed(agent) for agent in agents.values()])
    held = [
        {**look._asdict(), **described(agent), **policies}
        for (look, agent), policies in zip(agents.items(), chosen, strict=True)
        if policies["runs"]
    ]
    if not held:
        return None
    colours = colours_of(task.actions)
    data = {
        "environment": task.name,
        "limit": task.max_episode_steps,
        "variables": task.observation_size,
        "state_count": task.state_count,
        "actions": task.action_names,
        "colours": colours,
        "inks": [ink_on(colour) for colour in colours],  # of what is drawn upon them
        "observation": task.observation_names,
        "plane": () if task.state_count else shown.plane(task),
        "model": model_of(task) if task.state_count else None,
        "sliders": sliders(task),
        "spread": spread([agent.episodes for agent in agents.values()]).tolist(),
        "agents": held,
    }
    left_out = [look.name for look in agents if look.name not in {one["name"] for one in held}]
    scripts = [own(f"{name}.js") for name in SCRIPTS]
    return Live(scripts, own("live.css"), data, as_script(data), held, left_out)


def own(name: str) -> Markup:
    """Read one of our own files, which stands on the page as it is."""
    return Markup((FOLDER / name).read_text(encoding="utf-8"))  # noqa: S704 # ours


def as_script(data: Mapping[str, Any]) -> Markup:
    """Write data as JSON that cannot end the element of the page that holds it."""
    return Markup(json.dumps(data, separators=(",", ":")).replace("<", "\\u003c"))  # noqa: S704


# Policies


def described(agent: Trained) -> dict[str, Any]:
    """Say of an agent what all its policies share."""
    held = dict(vars(agent.policies))
    weights = held.pop("weights")
    for name in ("state_count", "tilings"):
        if name in held:
            held[name] = held[name].item()
    held = {name: np.asarray(value).tolist() for name, value in held.items()}
    return {"kind": agent.policies.kind, "held": held, "size": weights[0].size}


def packed(agent: Trained) -> "Packed":
    """Prepare an agent's policies, each in as few letters as it takes."""
    checkpoints, runs = agent.checkpoints.policies.weights, agent.policies.weights
    return Packed(agent.checkpoints.episodes, checkpoints, runs, float(checkpoints.flat[0]))


class Packed(NamedTuple):
    """The numbers of an agent's policies."""

    episodes: NDArray[np.int64]  # [C]
    checkpoints: NDArray[np.float64]  # [C, ...], of run 0
    runs: NDArray[np.float64]  # [R, ...]
    fill: float  # with which a table begins, and which most of a large one keeps

    def order(self) -> list[tuple[str, int]]:
        """List the policies, the most important first: which of the two arrays, and its number."""
        between = [("checkpoints", number) for number in halvings(len(self.checkpoints))]
        return [*between, *(("runs", run) for run in range(1, min(len(self.runs), RUNS)))]

    def pack(self, which: str, number: int) -> dict[str, Any]:
        """Write one policy."""
        return pack(getattr(self, which)[number].ravel(), self.fill)


def pack(values: NDArray[np.float64], fill: float) -> dict[str, Any]:
    """Write numbers: all, or those that are not as most are, and a bit for each: whether it is."""
    told = values != fill
    if told.sum() + len(values) / BITS >= len(values):
        return {"values": in_base64(values.astype("<f8"))}
    mask = np.packbits(told, bitorder="little")
    return {"fill": fill, "told": in_base64(mask), "values": in_base64(values[told].astype("<f8"))}


def in_base64(values: NDArray[Any]) -> str:
    """Write the bytes of an array in base64."""
    return base64.b64encode(values.tobytes()).decode()


def halvings(count: int) -> list[int]:
    """Order the numbers below a count: the last, the first, then each halfway between others."""
    order, waiting = [count - 1, 0], [(0, count - 1)]
    for low, high in waiting:  # which grows on the way
        middle = (low + high) // 2
        if middle > low:
            order.append(middle)
            waiting += [(low, middle), (middle, high)]
    return order[: max(count, 1)]


def fitting(agents: Sequence[Packed]) -> list[dict[str, Any]]:
    """Choose and write as many policies as there is room for, of all agents in turn.

    Returns:
        Of each agent the checkpoints of run 0, in their order, and the runs with their numbers, of
        which run 0 is the last checkpoint; both are empty where not even that one fits.
    """
    queues = [agent.order() for agent in agents]
    kept: list[dict[tuple[str, int], dict[str, Any]]] = [{} for _ in agents]
    room = MOST
    for turn in range(max(map(len, queues))):
        for place, (agent, queue) in enumerate(zip(agents, queues, strict=True)):
            if turn < len(queue):
                policy = agent.pack(*queue[turn])
                letters = sum(len(part) for part in policy.values() if isinstance(part, str))
                if letters <= room:
                    room -= letters
                    kept[place][queue[turn]] = policy
                elif turn == 0 or queue[turn][0] == "runs":  # the other runs are as large
                    queue.clear()
    return [written(agent, some) for agent, some in zip(agents, kept, strict=True)]


def written(agent: Packed, kept: Mapping[tuple[str, int], dict[str, Any]]) -> dict[str, Any]:
    """Sort what is kept of an agent."""
    checkpoints = [
        {"episodes": int(agent.episodes[number]), **policy}
        for (which, number), policy in sorted(kept.items(), key=lambda item: item[0])
        if which == "checkpoints"
    ]
    runs = [{"run": run, **policy} for (which, run), policy in kept.items() if which == "runs"]
    return {"checkpoints": checkpoints, "runs": [{"run": 0}] * bool(checkpoints) + runs}
