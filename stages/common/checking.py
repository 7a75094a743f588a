"""The whole of params.yaml, checked at once, and its schema for editors.

What an agent's section holds is found in stages/rl/agents, and which environments there are in
stages/rl/environments: a module there is all that it takes.
"""

import traceback
from collections.abc import Container
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, NoReturn, get_type_hints

from pydantic import create_model

from stages.common.params import COMMON, FILE, Env, Evaluate, read, settings_of, validate
from stages.common.script import InputError, log
from stages.rl.interface.rules import check_rules
from stages.rl.interface.set_up import one_line, set_up
from stages.rl.interface.settings import Section, length_faults
from stages.rl.interface.task import Task, module_of, spec_of
from stages.rl.training.runs import Agent

SCIENCE = Path(__file__).parents[1] / "rl"


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


def section_model(name: str, *, whole: bool) -> type[Section]:
    """Make the check of an environment's section; a whole one has a section of every agent."""
    spec = spec_of(imported(name))
    env: dict[str, Any] = {"id": (Literal[spec.ids] if spec.ids else str, ...)}
    if spec.options is not None:
        defaults = spec.options._field_defaults
        hints = get_type_hints(spec.options, include_extras=True)
        options: dict[str, Any] = {key: (hint, defaults[key]) for key, hint in hints.items()}
        env["options"] = (create_model(f"{name}.env.options", __base__=Section, **options), {})
    fields: dict[str, Any] = {"env": (create_model(f"{name}.env", __base__=Env, **env), ...)}
    for section, agent in agents().items():
        fields[section] = (agent.settings, ...) if whole else (agent.settings | None, None)
    fields["evaluate"] = (Evaluate, ...)
    return create_model(name, __base__=Section, **fields)


def file_model(sections: Container[str], chosen: str = "") -> type[Section]:
    """Make the check of a parameter file with these sections; the chosen environment's is whole."""
    names = modules("environments")
    fields: dict[str, Any] = {"environment": (Literal[tuple(names)], ...)}
    fields |= {key: (kind, ...) for key, kind in COMMON.items()}
    for name in names:
        if name == chosen:
            fields[name] = (section_model(name, whole=True), ...)
        elif name in sections:
            fields[name] = (section_model(name, whole=False), ...)
        else:
            fields[name] = (dict | None, None)
    return create_model("Params", __base__=Section, **fields)


def schema(file: str = FILE) -> dict[str, Any]:
    """Return the JSON schema of a parameter file: the same whichever environment is chosen."""
    tree = file_model(read(file)).model_json_schema()
    tree["required"] = ["environment", *COMMON]
    return tree


def check(file: str = FILE) -> Task:
    """Check the whole of a parameter file, and the chosen environment, which is returned.

    Raises:
        InputError: the faults of the file, one line each.
    """
    content = read(file)
    chosen = str(content.get("environment"))
    validate(content, file_model(content, chosen), file)
    section = content[chosen]

    def refuse(*faults: str) -> NoReturn:
        raise InputError(*(f"{file}: {chosen}.{fault}" for fault in faults))

    options = section["env"].get("options", {})
    for leaf, fault in spec_of(module_of(chosen)).option_errors(options):
        refuse(f"env.options.{leaf}: {fault}")
    try:
        task = set_up(chosen, section["env"])
        remark = check_rules(task)
    except ValueError as error:
        refuse(str(error))
    if remark:
        log(remark)
    found = []
    for key, agent in agents().items():
        settings = settings_of(agent, section, task)
        unfit = list(length_faults(settings, task)) or agent.faults(settings, task)
        found += [f"{key}.{leaf}: {fault}" for leaf, fault in unfit]
    if found:
        refuse(*found)
    return task
