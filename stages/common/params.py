"""The keys of params.yaml: which there are, what is allowed, and how stages read them.

The file has some keys for all environments, and a section for each environment. What an agent's
section holds stands in the agent's module, as `Settings`; what `env.options` holds in the
environment's. A stage gets the keys that it asks for and no others, so that none can read what
dvc.yaml does not declare; `stages.common.checking` checks the whole file.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, Field, ValidationError, create_model

from stages.common import parameter_file
from stages.common.refusals import describe, show
from stages.common.script import InputError
from stages.rl.interface.set_up import set_up
from stages.rl.interface.settings import Count, Positive, Rate, Section
from stages.rl.interface.task import Task

FILE = "params.yaml"


class Plot(Section):
    """Section plot."""

    smoothing_episodes: Count = 20  # that a learning curve averages over


class RenderGif(Section):
    """Section render_gif."""

    steps_per_frame: Annotated[int, Field(ge=1, le=50)] = 1


class Robustness(Section):
    """Section robustness."""

    episodes: Count = 10  # of each run under each perturbation
    factors: Annotated[list[Positive], Field(max_length=20)] = [0.25, 0.5, 2.0, 4.0]
    noise: Annotated[list[Positive], Field(max_length=20)] = [0.25, 0.5, 1.0]
    random_actions: Annotated[list[Rate], Field(max_length=20)] = [0.1, 0.2, 0.4]


class Evaluate(Section):
    """Section evaluate, of an environment."""

    episodes: Annotated[int, Field(ge=1, le=100_000)] = 100  # test episodes of each run
    bootstrap_resamples: Annotated[int, Field(ge=100, le=1_000_000)] = 10_000


class Env(Section):
    """Section env, of an environment."""

    id: str
    options: dict[str, Any] = {}  # what is not as Gymnasium has it
    max_episode_steps: Count | None = None  # where it is not Gymnasium's


COMMON: dict[str, Any] = {
    "seed": Annotated[int, Field(ge=0, le=2**32 - 1)],
    "runs": Annotated[int, Field(ge=1, le=100_000)],
    "plot": Plot,
    "render_gif": RenderGif,
    "robustness": Robustness,
}
SECTION: dict[str, Any] = {"env": Env, "evaluate": Evaluate}


class Lenient(Section):
    """A mapping that may have further keys, for other stages."""

    model_config = ConfigDict(extra="ignore")


class Params:
    """What a stage has asked for; to read anything else is an AttributeError."""

    seed: int
    runs: int
    plot: Plot
    render_gif: RenderGif
    robustness: Robustness
    task: Task  # of the keys environment and env
    evaluate: Evaluate
    settings: Any  # of an agent: its Settings
    section: dict[str, Any]  # of the environment, whole, as it stands


def read(file: str) -> dict[str, Any]:
    """Read a parameter file, which has to be a mapping."""
    content = parameter_file.read(file)
    if not isinstance(content, dict):
        known = ", ".join(["environment", *COMMON])
        raise InputError(f"{file}: is {show(content)}; give a mapping with the keys {known}")
    return content


def validate(content: Mapping[str, Any], model: type[Section], file: str) -> Any:
    """Return the model of a parameter file's content.

    Raises:
        InputError: its faults, one line each.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        schema = model.model_json_schema()
        found = [describe(one, content, schema) for one in error.errors(include_url=False)]
        raise InputError(*(f"{file}: {line}" for line in dict.fromkeys(found))) from None


def settings_of(agent: Any, section: Mapping[str, Any], task: Task) -> Any:
    """Return an agent's settings from an environment's section, which has passed its check."""
    variables = 0 if task.state_count else task.observation_size
    return agent.settings.model_validate(section[agent.section], context={"variables": variables})


def load(*keys: str, agent: Any = None, file: str = FILE) -> Params:
    """Read the keys of a parameter file that a stage asks for.

    Args:
        keys: of those for all environments, or of the chosen environment's section; "section" is
            the whole of it, to be shown.
        agent: whose settings are read as well, an Agent (rl/training/runs.py); with "env".
        file: the file; it needs to hold no more than what is asked for.

    Raises:
        InputError: the faults of these keys, one line each.
    """
    content = read(file)
    name = str(content.get("environment"))
    fields: dict[str, Any] = {key: (COMMON[key], ...) for key in keys if key in COMMON}
    inner: dict[str, Any] = {key: (SECTION[key], ...) for key in keys if key in SECTION}
    if agent is not None:
        inner[agent.section] = (agent.settings, ...)
    if inner:
        fields["environment"] = (str, ...)
        fields[name] = (create_model("Environment", __base__=Lenient, **inner), ...)
    found = validate(content, create_model("Params", __base__=Lenient, **fields), file)
    params, section = Params(), getattr(found, name, None)
    for key in keys:
        if key == "env":
            try:
                params.task = set_up(name, content[name][key])
            except ValueError as error:
                raise InputError(f"{file}: {name}.{error}") from None
        elif key == "section":
            params.section = content[name]
        else:
            setattr(params, key, getattr(found if key in COMMON else section, key))
    if agent is not None:
        params.settings = settings_of(agent, content[name], params.task)
    return params
