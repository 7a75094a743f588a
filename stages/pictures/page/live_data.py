"""The live section of the page: what its scripts need to know of the environment and the agents.

The scripts in stages/pictures/page/live train agents and play policies in the environment itself.
They get options, tables, settings and policies from here, as JSON.
"""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray
from pydantic import TypeAdapter

from stages.common.params import settings_of
from stages.evaluation import files
from stages.evaluation.history import fall_margin
from stages.pictures.agent_style import AgentStyle
from stages.pictures.figures import plot_hints
from stages.pictures.figures.action_colours import colours_of
from stages.rl.agents import actor_critic, q_learning
from stages.rl.interface.tabular_model import table_of
from stages.rl.interface.task import Task, make

FOLDER = Path(__file__).with_name("live")
SCRIPTS = (
    *("numbers", "environments", "policies", "q_learning", "actor_critic", "training"),
    *("drawing", "scenes", "charts", "panels", "learn", "hand", "play", "main"),
)
LEARNERS = {"q_learning": q_learning.AGENT, "actor_critic": actor_critic.AGENT}
ENVIRONMENTS = ("cartpole", "mountain_car", "frozen_lake", "cliff_walking")  # that the scripts have
SHARED = ("max_episode_steps", "threshold", "observation_size", "state_count")  # with `Task`
FACTOR = 4.0  # of an option, up and down from its value in training
FIRST = ("gravity", "pole_half_length")  # of the sliders
MOST = 1_000_000  # letters of all policies, so that the page stays small


class Live(NamedTuple):
    """What the template puts in."""

    script: Markup
    style: Markup
    data: dict[str, Any]  # for the script
    json: Markup  # the same, as it gets it


def section(
    data: str, agents: Mapping[str, AgentStyle], task: Task, params: Mapping[str, Any]
) -> Live | None:
    """Gather what the section needs; None if the scripts do not have the environment.

    Args:
        data: the folder of the stages' results.
        agents: whose results there are, in the order in which they are shown.
        task: the environment.
        params: its section of params.yaml.
    """
    if task.name not in ENVIRONMENTS:
        return None
    room, folder = MOST // len(agents), f"{data}/train"
    trained = [trained_agent(f"{folder}/{name}", agents[name], task, room) for name in agents]
    known = [name for name in LEARNERS if name in agents and LEARNERS[name].section in params]
    content = {
        "environment": task.name,
        **{name: getattr(task, name) for name in SHARED},
        "actions": task.action_names,
        "colours": colours_of(task.actions),
        "observation": task.observation_names,
        "plane": plot_hints.plane(task),
        "model": model_of(task) if task.state_count else None,
        "options": options_of(task),
        "sliders": sliders(task),
        "learners": [learner(name, agents[name], task, params) for name in known],
        "agents": [agent for agent in trained if agent["checkpoints"]],
        "missing": [agent["name"] for agent in trained if not agent["checkpoints"]],  # too large
    }
    script = Markup("\n").join(read(f"{name}.js") for name in SCRIPTS)
    return Live(script, read("live.css"), content, as_script(content))


def read(name: str) -> Markup:
    """Read a file of the folder, which stands on the page as it is."""
    return Markup((FOLDER / name).read_text(encoding="utf-8"))  # noqa: S704 # ours


def as_script(content: Mapping[str, Any]) -> Markup:
    """Write data as JSON that cannot end the element of the page that holds it."""
    return Markup(json.dumps(content, separators=(",", ":")).replace("<", "\\u003c"))  # noqa: S704


def learner(name: str, style: AgentStyle, task: Task, params: Mapping[str, Any]) -> dict[str, Any]:
    """Describe an agent that learns on the page: its settings, as in params.yaml."""
    settings = settings_of(LEARNERS[name], params, task)
    scores = -(-settings.episodes // settings.checkpoint_every)
    margin = fall_margin(scores, max(2, settings.validation_episodes))
    return {**style._asdict(), "agent": name, "settings": settings.model_dump(), "margin": margin}


def trained_agent(folder: str, style: AgentStyle, task: Task, room: int) -> dict[str, Any]:
    """Describe run 0 of an agent: its scores and, as many as have room, its checkpoints."""
    episodes, policies = files.checkpoints(folder, task)
    history = files.history(folder)
    after, scores = history.scored_after[0].tolist(), history.scores[0].tolist()
    best: dict[int, float] = {}  # after how many episodes; a search scores several at the end
    for count, score in zip(after, scores, strict=True):
        best[count] = max(score, best.get(count, score))
    fields = dict(vars(policies))
    weights = fields.pop("weights")
    fields = {key: np.asarray(value).tolist() for key, value in fields.items()}
    fields |= {key: fields[key][0] for key in ("state_count", "tilings") if key in fields}
    checkpoints = [
        {
            "episodes": int(episodes[k]),
            "score": best.get(int(episodes[k])),
            "weights": packed(weights[k]),
        }
        for k in spread(len(episodes), room // len(packed(weights[0])))
    ]
    return {
        **style._asdict(),
        "kind": policies.kind,
        "policy": fields,
        "scores": [{"after": count, "mean": score} for count, score in best.items()],
        "checkpoints": checkpoints,
    }


def packed(weights: NDArray[np.float64]) -> str:
    """Write numbers in base64."""
    return base64.b64encode(weights.astype("<f8").tobytes()).decode()


def spread(count: int, most: int) -> list[int]:
    """Choose at most so many of the numbers below a count, evenly, the last one always."""
    if most < 2:
        return [count - 1][:most]
    return sorted({round(k) for k in np.linspace(0, count - 1, min(count, most)).tolist()})


def options_of(task: Task) -> dict[str, float]:
    """Return the options of the environment that the scripts know."""
    options = task.spec.options(**task.options)
    if not task.state_count:
        return dict(options._asdict())
    slippery = getattr(options, "success_rate", 1.0 / 3.0)
    return {"success_rate": slippery if options.is_slippery else 1.0}


def sliders(task: Task) -> list[dict[str, Any]]:
    """List the options that can be changed, and how far from their value in training."""
    hints = get_type_hints(task.spec.options, include_extras=True)
    found = []
    for key, trained in options_of(task).items():
        low, high = 0.0, 1.0  # of a success rate
        if not task.state_count:
            most = TypeAdapter(hints[key]).json_schema()["maximum"]
            low, high = trained / FACTOR, min(trained * FACTOR, most)
        if low < high:
            name = key.replace("_", " ")
            found.append({"key": key, "name": name, "trained": trained, "low": low, "high": high})
    return sorted(found, key=lambda one: one["key"] not in FIRST)


def model_of(task: Task) -> dict[str, Any]:
    """Describe a grid: where each action leads if nothing slips, and the letters of its cells."""
    toy_text = make(task._replace(options=task.options | {"is_slippery": False})).unwrapped
    table = table_of(toy_text)
    if task.name == "frozen_lake":
        rows = ["".join(row) for row in toy_text.desc.astype(str)]
    else:
        rows = ["".join(".C"[cliff] for cliff in row) for row in toy_text._cliff.astype(int)]
        rows[-1] = "S" + rows[-1][1:-1] + "G"
    names = ("following", "rewards", "terminated")
    found = {name: getattr(table, name)[:, :, 0].tolist() for name in names}
    return {**found, "starts": table.starts.tolist(), "rows": rows}
