"""The schema of params.yaml, and its loader.

The file is checked whole, and every fault is told at once, in one line each. A stage gets the keys
that it asks for and no others, so that none can read what dvc.yaml does not declare.
"""

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from stages import parameter_file
from stages.refusals import describe, show
from stages.script import InputError

FILE = "params.yaml"

Count = Annotated[int, Field(ge=1, le=1_000_000)]
Candidates = Annotated[int, Field(ge=1, le=100_000_000)]
Rate = Annotated[float, Field(gt=0, le=1)]
Probability = Annotated[float, Field(ge=0, le=1)]
Discount = Annotated[float, Field(ge=0, lt=1)]
Width = Annotated[int, Field(ge=4, le=256, multiple_of=4)]
Bins = Annotated[int, Field(ge=1, le=100)]
Limit = Annotated[float, Field(gt=0, le=100)]
MAX_CELLS = 100_000
MAX_VALUES = 20_000_000  # of one kind that all runs leave behind: so a stage stays under 1 GiB


class Section(BaseModel):
    """One mapping of params.yaml: no other keys, no conversions, only finite numbers."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        allow_inf_nan=False,
        # An optimising interpreter (python -OO) has no docstrings: the schema must not hold them.
        json_schema_extra=lambda schema: schema.pop("description", None),
    )


def refuse(key: str, fault: str) -> PydanticCustomError:
    """Describe a fault of one key that shows only beside another key."""
    return PydanticCustomError("together", "{fault}", {"key": key, "fault": fault})


def divide(section: str, part: str, parts: int, whole: str, wholes: int) -> None:
    """Refuse a number of episodes that does not go into another one."""
    if wholes % parts:
        raise refuse(part, f"is {parts}; give a divisor of {section}.{whole}, {wholes}")


class Environment(Section):
    """Section env."""

    id: Literal["CartPole-v1", "CartPole-v0"]


class Search(Section):
    """Section search."""

    candidates: Candidates
    finalists: Count
    selection_episodes: Count

    @model_validator(mode="after")
    def check(self) -> "Search":
        """Refuse keys that do not go together."""
        if self.finalists > self.candidates:
            allowed = f"at most search.candidates, {self.candidates}"
            raise refuse("finalists", f"is {self.finalists}; give {allowed}")
        return self


class TrainPolicy(Section):
    """Section train_policy."""

    hidden_layers: Annotated[list[Width], Field(min_length=1, max_length=4)]
    episodes: Count
    batch_episodes: Annotated[int, Field(ge=1, le=1000)]
    discount: Discount
    learning_rate: Rate
    checkpoint_every: Count
    selection_episodes: Count

    @model_validator(mode="after")
    def check(self) -> "TrainPolicy":
        """Refuse keys that do not go together."""
        every = self.checkpoint_every
        divide("train_policy", "checkpoint_every", every, "episodes", self.episodes)
        batch = self.batch_episodes
        divide("train_policy", "batch_episodes", batch, "checkpoint_every", every)
        return self


class TrainQLearning(Section):
    """Section train_q_learning."""

    bins: Annotated[list[Bins], Field(min_length=4, max_length=4)]
    limits: Annotated[list[Limit], Field(min_length=4, max_length=4)]
    episodes: Count
    initial_value: Annotated[float, Field(ge=-1e6, le=1e6)]
    discount: Discount
    learning_rate: Rate
    final_learning_rate: Probability
    epsilon: Probability
    final_epsilon: Probability
    exploration_fraction: Rate
    checkpoint_every: Count
    selection_episodes: Count

    @model_validator(mode="after")
    def check(self) -> "TrainQLearning":
        """Refuse keys that do not go together."""
        cells = self.bins[0] * self.bins[1] * self.bins[2] * self.bins[3]
        if cells > MAX_CELLS:
            raise refuse("bins", f"makes {cells} cells; give bins whose product is <= {MAX_CELLS}")
        every = self.checkpoint_every
        divide("train_q_learning", "checkpoint_every", every, "episodes", self.episodes)
        return self


class Evaluate(Section):
    """Section evaluate."""

    episodes: Annotated[int, Field(ge=1, le=100_000)]
    bootstrap_resamples: Annotated[int, Field(ge=100, le=1_000_000)]


class Plot(Section):
    """Section plot."""

    smoothing_episodes: Count


class RenderGif(Section):
    """Section render_gif."""

    run: Annotated[int, Field(ge=0, le=99)]
    steps_per_frame: Annotated[int, Field(ge=1, le=50)]


class Params(Section):
    """The whole of params.yaml."""

    seed: Annotated[int, Field(ge=0, le=2**32 - 1)]
    runs: Annotated[int, Field(ge=1, le=100_000)]
    env: Environment
    search: Search
    train_policy: TrainPolicy
    train_q_learning: TrainQLearning
    evaluate: Evaluate
    plot: Plot
    render_gif: RenderGif


def load(*keys: str, file: str = FILE) -> Params:
    """Check the whole of a parameter file; return the top-level keys asked for.

    Args:
        keys: what the caller reads. Only these have to be there (a stage may run beside a file
            that holds no more than what it declares), but what is there has to be right.
        file: the file.

    Returns:
        Params that hold the keys asked for; to read another one is an AttributeError.

    Raises:
        InputError: the faults of the file, one line each.
    """
    content = parameter_file.read(file)
    if not isinstance(content, dict):
        known = ", ".join(Params.model_fields)
        raise InputError(f"{file}: is {show(content)}; give a mapping with the keys {known}")
    faults = []
    try:
        Params.model_validate(content)
    except ValidationError as error:
        schema = Params.model_json_schema()
        for fault in error.errors(include_url=False):
            missing = fault["type"] == "missing"
            if not missing or fault["loc"][0] in keys:
                faults.append(f"{file}: {describe(fault, schema)}")
    if not faults:
        faults = [f"{file}: {fault}" for fault in _beside_runs(content)]
    if faults:
        raise InputError(*faults)
    asked = {name: value for name, value in content.items() if name in keys}
    for name, value in asked.items():
        model = Params.model_fields[name].annotation
        if isinstance(model, type) and issubclass(model, Section):
            asked[name] = model.model_validate(value)
    return Params.model_construct(**asked)


def _beside_runs(content: dict[str, Any]) -> Iterable[str]:
    """Find the faults of keys that show only beside the number of runs, where they are there."""
    runs = content.get("runs", 0)
    run = content.get("render_gif", {}).get("run", 0)
    if run >= runs > 0:
        yield f"render_gif.run: is {run}; give a run below runs, {runs}"
    for key, values in _values_of_a_run(content).items():
        if runs * values > MAX_VALUES:
            allowed = f"at most {MAX_VALUES // runs} with {runs} runs"
            yield f"{key}: leaves {values} values of each run; give what leaves {allowed}"


def _values_of_a_run(content: dict[str, Any]) -> dict[str, int]:
    """Count the numbers that a run leaves behind, by the key that decides on them."""
    values = {}
    if "search" in content:
        values["search.finalists"] = content["search"].get("finalists", 0)
    for learner in ("train_policy", "train_q_learning"):
        given = content.get(learner, {})
        if "episodes" in given and "checkpoint_every" in given:
            checkpoints = given["episodes"] // given["checkpoint_every"]
            values[f"{learner}.checkpoint_every"] = checkpoints
    widths = [4, *content.get("train_policy", {}).get("hidden_layers", []), 1]
    values["train_policy.hidden_layers"] = sum((a + 1) * b for a, b in pairwise(widths))
    cells = math.prod(content.get("train_q_learning", {}).get("bins", []))
    values["train_q_learning.bins"] = 2 * cells
    values["evaluate.episodes"] = content.get("evaluate", {}).get("episodes", 0)
    return values
