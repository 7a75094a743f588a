"""The live section of the page: what its scripts need to know of environment and agents.

The scripts in stages/pictures/page/live act in the environment themselves, in the arithmetic of the
judge. They get constants, tables and policies from here, as JSON.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import numpy as np
from numpy.typing import NDArray

from stages.pictures.figures import shown
from stages.pictures.figures.shades import colours_of
from stages.pictures.looks import Look
from stages.rl.interface.table import Table, table_of
from stages.rl.interface.task import Task, make
from stages.rl.judge.policy_files import Checkpoints
from stages.rl.policies.kind import Policy

FOLDER = Path(__file__).with_name("live")
SCRIPTS = ("numbers", "environments", "policies", "pen", "scenes", "maps", "episode", "lab")
MOST = 1_000_000  # letters of all policies: the page stays small enough to be sent to somebody
PLACE, NUMBER = 4, 8  # bytes
FACTOR = 4.0  # of an option, up and down from what the agents were trained with
STATIC_OPTIONS: dict[str, dict[str, Any]] = {  # without chance
    "frozen_lake": {"is_slippery": False},
    "cliff_walking": {"is_slippery": False},
    "taxi": {"is_rainy": False},
}
# Where an action leads when it slips: as one of these two others would.
AROUND = [[3, 1], [0, 2], [1, 3], [2, 0]]
SIDES = {"frozen_lake": AROUND, "cliff_walking": AROUND, "taxi": [[2, 3], [3, 2], [1, 0], [0, 1]]}
KNOWN = ("cartpole", "mountain_car", "acrobot", *SIDES)  # environments that the scripts have


class Trained(NamedTuple):
    """What an agent left behind."""

    policies: Policy  # of all runs
    checkpoints: Checkpoints  # of run 0


class Live(NamedTuple):
    """What the template puts in."""

    scripts: list[str]
    style: str
    data: dict[str, Any]  # for the scripts
    agents: list[dict[str, Any]]  # those of which there are policies
    missing: list[str]  # names of the agents whose policies are too large
    options: list[dict[str, Any]]


def live(agents: Mapping[Look, Trained], task: Task) -> Live | None:
    """Gather what the section needs; None where there is none of it.

    Args:
        agents: by how they are shown.
        task: the environment.
    """
    chosen = fitting([packed(agent) for agent in agents.values()])
    held = [
        {**look._asdict(), **described(agent), **policies}
        for (look, agent), policies in zip(agents.items(), chosen, strict=True)
        if policies["runs"]
    ]
    if not held:
        return None
    options = options_of(task)
    data = {
        "environment": task.name,
        "limit": task.limit,
        "variables": task.variables,
        "numbers": task.numbers,
        "actions": task.action_names,
        "colours": colours_of(task.actions),
        "observation": task.observation_names,
        "plane": () if task.numbers else shown.plane(task),
        "model": model_of(task) if task.numbers else None,
        "options": options,
        "agents": held,
    }
    left_out = [look.name for look in agents if look.name not in {one["name"] for one in held}]
    scripts = [(FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS]
    style = (FOLDER / "live.css").read_text(encoding="utf-8")
    return Live(scripts, style, data, held, left_out, options)


def as_script(data: Mapping[str, Any]) -> str:
    """Write data as JSON that cannot end the element of the page that holds it."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


# Policies


def described(agent: Trained) -> dict[str, Any]:
    """Say of an agent what all its policies share."""
    policy, (main, *others) = agent.policies, agent.policies.layout
    held = {name: getattr(policy, name).tolist() for name in others}
    for name in ("numbers", "tilings"):
        if name in held:
            (held[name],) = held[name]
    size = getattr(policy, main)[0].size
    return {"kind": policy.kind, "held": held, "size": size}


def packed(agent: Trained) -> "Packed":
    """Prepare an agent's policies, each in as few letters as it takes."""
    main = next(iter(agent.policies.layout))
    checkpoints: NDArray[np.float64] = getattr(agent.checkpoints.policies, main)
    runs: NDArray[np.float64] = getattr(agent.policies, main)
    return Packed(agent.checkpoints.episodes, checkpoints, runs, float(checkpoints.flat[0]))


class Packed(NamedTuple):
    """The numbers of an agent's policies."""

    episodes: NDArray[np.int64]  # [C]
    checkpoints: NDArray[np.float64]  # [C, ...], of run 0
    runs: NDArray[np.float64]  # [R, ...]
    fill: float  # with which a table begins, and which most of a large one keeps

    def order(self) -> list[tuple[str, int]]:
        """List the policies, the most important first: which of the two arrays, and its number."""
        between = [("checkpoints", number) for number in spread(len(self.checkpoints))]
        return [*between, *(("runs", run) for run in range(1, len(self.runs)))]

    def pack(self, which: str, number: int) -> dict[str, Any]:
        """Write one policy."""
        return pack(getattr(self, which)[number].ravel(), self.fill)


def pack(values: NDArray[np.float64], fill: float) -> dict[str, Any]:
    """Write numbers: all, or those that are not as most are, and their places."""
    (places,) = np.nonzero(values != fill)
    if len(places) * (PLACE + NUMBER) >= len(values) * NUMBER:
        return {"values": in_base64(values, "<f8")}
    kept = in_base64(values[places], "<f8")
    return {"fill": fill, "places": in_base64(places, "<u4"), "values": kept}


def in_base64(values: NDArray[Any], dtype: str) -> str:
    """Write an array in base64, the lowest byte first."""
    return base64.b64encode(values.astype(dtype).tobytes()).decode()


def spread(count: int) -> list[int]:
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
                else:
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


# Environments


def options_of(task: Task) -> list[dict[str, Any]]:
    """List what can be changed of an environment: as trained, and how far down and up."""
    if task.numbers:
        trained = success_rate(task)
        slips = {"key": "success", "name": "steps that go where they should"}
        return [{**slips, "trained": trained, "low": 0.0, "high": 1.0, "linear": True}]
    kind = task.module.Environment
    hints = get_type_hints(kind, include_extras=True)
    return [
        {"key": key, "name": key.replace("_", " "), **bounds(value, hints[key])}
        for key, value in kind(**task.options)._asdict().items()
    ]


def bounds(trained: float, hint: Any) -> dict[str, Any]:
    """Say how far an option can be changed: by a factor, as far as its range allows it."""
    (interval,) = hint.__metadata__
    if trained == 0.0:
        return {"trained": trained, "low": 0.0, "high": interval.le, "linear": True}
    high = min(trained * FACTOR, interval.le)
    return {"trained": trained, "low": trained / FACTOR, "high": high, "linear": False}


def success_rate(task: Task) -> float:
    """Return how often an action leads where it should."""
    options = task.module.Options(**task.options)
    if task.name == "taxi":
        return options.rainy_probability if options.is_rainy else 1.0
    if not options.is_slippery:
        return 1.0
    return getattr(options, "success_rate", 1.0 / 3.0)


def model_of(task: Task) -> dict[str, Any]:
    """Describe a world of cells: where each action leads, were there no chance, and its map."""
    toy_text = make(task._replace(options=task.options | STATIC_OPTIONS[task.name])).unwrapped
    table: Table = table_of(toy_text)
    rows, walls = map_of(task, toy_text)
    return {
        "starts": table.starts.tolist(),
        "following": table.following[:, :, 0].tolist(),
        "rewards": table.rewards[:, :, 0].tolist(),
        "terminated": table.terminated[:, :, 0].tolist(),
        "sides": SIDES[task.name],
        "blocked": task.name == "taxi",  # who drives against a wall does not slip
        "rows": rows,
        "walls": walls,
    }


def map_of(task: Task, toy_text: Any) -> tuple[list[str], list[tuple[int, int]]]:
    """Return the letters of the cells, and the cells with a wall to their left."""
    if task.name == "cliff_walking":
        rows = ["".join(".C"[cliff] for cliff in row) for row in toy_text._cliff.astype(int)]
        rows[-1] = "S" + rows[-1][1:-1] + "G"
        return rows, []
    rows = ["".join(row) for row in toy_text.desc.astype(str)]
    if task.name == "frozen_lake":
        return rows, []
    streets = [row[1:-1] for row in rows[1:-1]]  # cells with what is between them
    walls = [
        (y, x // 2 + 1)
        for y, row in enumerate(streets)
        for x, letter in enumerate(row)
        if x % 2 and letter == "|"
    ]
    return [row[::2] for row in streets], walls
