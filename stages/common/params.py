"""The keys of params.yaml: which there are, what is allowed, and how stages read them.

The file has some keys for all environments, and a section for each environment. What an agent's
section holds stands in the agent's module, as `Settings`; what `env.options` holds in the
environment's. A stage gets the keys that it asks for and no others, so that none can read what
dvc.yaml does not declare; `stages.checking` checks the whole file.
"""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, NamedTuple, Protocol, get_type_hints

from annotated_types import Interval, Len
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from stages.common import parameter_file
from stages.common.refusals import describe, show
from stages.common.script import InputError
from stages.rl.interface.options import Count, Positive, Rate
from stages.rl.interface.setting_up import set_up
from stages.rl.interface.task import Task

FILE = "params.yaml"


class Strict(BaseModel):
    """One mapping of params.yaml: no other keys, no conversions, only finite numbers."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        # An optimising interpreter (python -OO) has no docstrings: the schema must not hold them.
        json_schema_extra=lambda schema: schema.pop("description", None),
    )


class Lenient(Strict):
    """The same, beside keys that others read."""

    model_config = ConfigDict(extra="ignore")


class Plot(NamedTuple):
    """Section plot."""

    smoothing_episodes: Count


class RenderGif(NamedTuple):
    """Section render_gif."""

    steps_per_frame: Annotated[int, Interval(ge=1, le=50)]


class Robustness(NamedTuple):
    """Section robustness."""

    episodes: Count
    factors: Annotated[list[Positive], Len(0, 20)]
    noise: Annotated[list[Positive], Len(0, 20)]
    random_actions: Annotated[list[Rate], Len(0, 20)]


class Evaluate(NamedTuple):
    """Section evaluate, of an environment."""

    episodes: Annotated[int, Interval(ge=1, le=100_000)]
    bootstrap_resamples: Annotated[int, Interval(ge=100, le=1_000_000)]


class Env(NamedTuple):
    """Section env, of an environment."""

    id: str
    options: dict[str, Any] = {}  # noqa: RUF012 # a field's default: what is as Gymnasium has it
    episode_limit: Count | None = None  # where it is not Gymnasium's


COMMON: dict[str, Any] = {
    "seed": Annotated[int, Interval(ge=0, le=2**32 - 1)],
    "runs": Annotated[int, Interval(ge=1, le=100_000)],
    "plot": Plot,
    "render_gif": RenderGif,
    "robustness": Robustness,
}
SECTION: dict[str, Any] = {"env": Env, "evaluate": Evaluate}


class WithSettings(Protocol):
    """An agent, as far as its section goes: see `stages.rl.learning.runs.Agent`."""

    @property
    def section(self) -> str:
        """Name the section."""

    @property
    def settings(self) -> Any:
        """Return the class of what it holds."""


class Given:
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


@cache
def model_of(settings: type[Any]) -> type[Strict]:
    """Make the check of a NamedTuple whose annotations tell what is allowed."""
    fields: dict[str, Any] = {}
    for name, hint in get_type_hints(settings, include_extras=True).items():
        fields[name] = (checked(hint), getattr(settings, "_field_defaults", {}).get(name, ...))
    return create_model(settings.__name__, __base__=Strict, **fields)


def checked(hint: Any) -> Any:
    """Return what pydantic checks a type by: a NamedTuple as a mapping."""
    return model_of(hint) if hasattr(hint, "_fields") else hint


def read(file: str) -> dict[str, Any]:
    """Read a parameter file, which has to be a mapping, with `environment` one of its sections."""
    content = parameter_file.read(file)
    if not isinstance(content, dict):
        known = ", ".join(["environment", *COMMON])
        raise InputError(f"{file}: is {show(content)}; give a mapping with the keys {known}")
    return content


def faults(content: Mapping[str, Any], model: type[BaseModel], file: str) -> list[str]:
    """List what a check finds in a parameter file, one line each."""
    try:
        model.model_validate(content)
    except ValidationError as error:
        tree = model.model_json_schema()
        errors = error.errors(include_url=False)
        return [f"{file}: {describe(one, tree)}" for one in errors]
    return []


def load(*keys: str, agent: WithSettings | None = None, file: str = FILE) -> Given:
    """Read the keys of a parameter file that a stage asks for.

    Args:
        keys: of those for all environments, or of the chosen environment's section; "section" is
            the whole of it, to be shown.
        agent: whose settings are read as well.
        file: the file; it needs to hold no more than what is asked for.

    Raises:
        InputError: the faults of these keys, one line each.
    """
    content = read(file)
    name = str(content.get("environment"))
    hints = {key: hint for key, hint in SECTION.items() if key in keys}
    if agent is not None:
        hints[agent.section] = agent.settings
    fields: dict[str, Any] = {key: (checked(COMMON[key]), ...) for key in keys if key in COMMON}
    if hints:
        inner: dict[str, Any] = {key: (checked(hint), ...) for key, hint in hints.items()}
        fields["environment"] = (str, ...)
        fields[name] = (create_model("Environment", __base__=Lenient, **inner), ...)
    found = faults(content, create_model("Params", __base__=Lenient, **fields), file)
    if found:
        raise InputError(*found)
    given = Given()
    for key in keys:
        if key == "env":
            given.task = _task(name, content[name][key], file)
        elif key == "section":
            given.section = content[name]
        else:
            value = content[key] if key in COMMON else content[name][key]
            hint = (COMMON | SECTION)[key]
            setattr(given, key, hint(**value) if hasattr(hint, "_fields") else value)
    if agent is not None:
        given.settings = agent.settings(**content[name][agent.section])
    return given


def _task(name: str, env: Mapping[str, Any], file: str) -> Task:
    try:
        return set_up(name, env)
    except ValueError as error:
        raise InputError(f"{file}: {name}.{error}") from None
