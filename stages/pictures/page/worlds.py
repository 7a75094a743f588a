"""The worlds of the live section: what can be changed in an environment, and models of cells."""

from typing import Any, NamedTuple, get_type_hints

from pydantic import TypeAdapter

from stages.evaluation.perturbations import NOISE, RANDOM_ACTIONS
from stages.rl.interface.tabular_model import TabularModel, table_of
from stages.rl.interface.task import Task, make

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


class Slider(NamedTuple):
    """What can be changed of a world, and how far."""

    key: str  # of the option
    name: str
    trained: float  # its value in training
    low: float
    high: float
    linear: bool  # moves by differences; else by factors


def sliders(task: Task) -> list[dict[str, Any]]:
    """List what can be changed: the options, and what disturbs an agent."""
    random = Slider("randomly", RANDOM_ACTIONS, 0.0, 0.0, 1.0, linear=True)
    if task.state_count:
        rate = success_rate(task)
        own = [Slider("success", "steps that go where they should", rate, 0.0, 1.0, linear=True)]
        return [slider._asdict() for slider in (*own, random)]
    kind = task.spec.options
    hints = get_type_hints(kind, include_extras=True)
    own = [option(key, value, hints[key]) for key, value in kind(**task.options)._asdict().items()]
    noise = Slider("noise", f"{NOISE}, in each variable's spread", 0.0, 0.0, 2.0, linear=True)
    return [slider._asdict() for slider in (*own, noise, random)]


def option(key: str, trained: float, hint: Any) -> Slider:
    """Say how far an option can be changed: by a factor, as far as its range allows it."""
    highest = TypeAdapter(hint).json_schema()["maximum"]
    name = key.replace("_", " ")
    if trained == 0.0:
        return Slider(key, name, trained, 0.0, highest, linear=True)
    high = min(trained * FACTOR, highest)
    return Slider(key, name, trained, trained / FACTOR, high, linear=False)


def success_rate(task: Task) -> float:
    """Return how often an action leads where it should."""
    options = task.spec.options(**task.options)
    if task.name == "taxi":
        return options.rainy_probability if options.is_rainy else 1.0
    if not options.is_slippery:
        return 1.0
    return getattr(options, "success_rate", 1.0 / 3.0)


def model_of(task: Task) -> dict[str, Any]:
    """Describe a world of cells: where each action leads, were there no chance, and its map."""
    toy_text = make(task._replace(options=task.options | STATIC_OPTIONS[task.name])).unwrapped
    table: TabularModel = table_of(toy_text)
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
