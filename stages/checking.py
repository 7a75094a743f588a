"""The whole of params.yaml, checked at once, and its schema for editors.

What an agent's section holds is found in stages/rl/agents, and which environments there are in
stages/rl/environments: a module there is all that it takes.
"""

import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from pydantic import ConfigDict, create_model

from stages.common.params import (
    COMMON,
    FILE,
    Env,
    Evaluate,
    Strict,
    checked,
    faults,
    model_of,
    read,
)
from stages.common.script import InputError
from stages.rl.interface.setting_up import check_rules, one_line, set_up
from stages.rl.interface.spec import Dynamics
from stages.rl.interface.task import module_of, spec_of
from stages.rl.learning.runs import Agent

SCIENCE = Path(__file__).parent / "rl"
MAX_VALUES = 20_000_000  # of one kind that all runs leave behind: so a stage stays under 1 GiB


def modules(folder: str) -> list[str]:
    """List the modules of a folder of the science."""
    return sorted(path.stem for path in (SCIENCE / folder).glob("[!_]*.py"))


def agents() -> dict[str, Agent]:
    """Find the agents, by the names of their sections."""
    found = [import_module(f"stages.rl.agents.{name}").AGENT for name in modules("agents")]
    return {agent.section: agent for agent in sorted(found, key=lambda agent: agent.section)}


def imported(name: str) -> ModuleType:
    """Import the module of an environment, which may be a user's.

    Raises:
        InputError: it does not parse, or fails as it is imported.
    """
    file = f"stages/rl/environments/{name}.py"
    try:
        return module_of(name)
    except SyntaxError as error:
        raise InputError(f"{file}: line {error.lineno}: does not parse: {error.msg}") from None
    except Exception as error:
        trace = traceback.extract_tb(error.__traceback__)
        line = next((one.lineno for one in reversed(trace) if one.filename.endswith(file)), None)
        if line is None:
            raise
        raise InputError(f"{file}: line {line}: cannot import: {one_line(error)}") from None


def section_model(name: str | None = None, *, whole: bool) -> type[Strict]:
    """Make the check of an environment's section.

    Args:
        name: of the environment, which tells its options; None for any.
        whole: whether every agent has to have its section.
    """
    env = model_of(Env)
    if name is not None:
        spec = spec_of(imported(name))
        fields: dict[str, Any] = {"id": (Literal[spec.ids] if spec.ids else str, ...)}
        if spec.options is not None:
            fields["options"] = (model_of(spec.options), {})
        env = create_model("Env", __base__=env, **fields)
    fields = {"env": (env, ...)}
    for section, agent in agents().items():
        settings: Any = model_of(agent.settings)
        fields[section] = (settings, ...) if whole else (settings | None, None)
    fields["evaluate"] = (checked(Evaluate), ...)
    return create_model("Environment", __base__=Strict, **fields)


def schema() -> dict[str, Any]:
    """Return the JSON schema of the file: the same whatever environments there are."""

    class Params(Strict):
        model_config = ConfigDict(extra="allow")
        __pydantic_extra__: dict[str, section_model(whole=False)]  # type: ignore[valid-type]

    fields: dict[str, Any] = {"environment": (str, ...)}
    fields |= {name: (checked(hint), ...) for name, hint in COMMON.items()}
    return create_model("Params", __base__=Params, **fields).model_json_schema()


def check(file: str = FILE) -> None:
    """Check the whole of a parameter file, and the chosen environment.

    Raises:
        InputError: the faults of the file, one line each.
    """
    content = read(file)
    names = modules("environments")
    fields: dict[str, Any] = {"environment": (Literal[tuple(names)], ...)}
    fields |= {name: (checked(hint), ...) for name, hint in COMMON.items()}
    chosen = content.get("environment")
    for name in names:
        if name in content or name == chosen:
            fields[name] = (section_model(name, whole=name == chosen), ...)
        else:
            fields[name] = (dict | None, None)
    found = faults(content, create_model("Params", __base__=Strict, **fields), file)
    if not found:
        found = [f"{file}: {fault}" for fault in _together(content)]
    if found:
        raise InputError(*found)


def _nothing(*_: object) -> tuple[()]:
    """Stand in for what a module need not have."""
    return ()


def _together(content: dict[str, Any]) -> Iterator[str]:
    """Find the faults that show only beside other keys, or in the environment itself."""
    name, runs = content["environment"], content["runs"]
    section = content[name]
    options = section["env"].get("options", {})
    for leaf, fault in spec_of(module_of(name)).option_errors(options):
        yield f"{name}.env.options.{leaf}: {fault}"
        return
    try:
        task = set_up(name, section["env"])
        if task.spec.dynamics is Dynamics.GYMNASIUM:
            check_rules(task)
    except ValueError as error:
        yield f"{name}.{error}"
        return
    left = {"evaluate.episodes": section["evaluate"]["episodes"]}
    for key, agent in agents().items():
        settings = agent.settings(**section[key])
        found = list(agent.faults(settings, task))
        yield from (f"{name}.{key}.{leaf}: {fault}" for leaf, fault in found)
        sizes = () if found else agent.sizes(settings, task)
        left |= {f"{key}.{leaf}": values for leaf, values in sizes}
    for key, values in left.items():
        if runs * values > MAX_VALUES:
            allowed = f"at most {MAX_VALUES // runs} with {runs} runs"
            yield f"{name}.{key}: leaves {values} values of each run; give what leaves {allowed}"
