"""A fault of params.yaml in one line: the key, its value, and what is allowed or may be meant."""

import difflib
import json
import os
from collections.abc import Iterable, Mapping
from typing import Any

from stages.rl.interface.settings import FOR_VECTORS

RENAMED = {  # keys of earlier versions, as they end, and what to write now
    "env.episode_limit": "env.max_episode_steps",
    "search.selection_episodes": "search.validation_episodes",
    "train_policy.selection_episodes": "train_policy.validation_episodes",
    "train_q_learning.selection_episodes": "train_q_learning.validation_episodes",
}
SYNONYMS = {  # what other libraries call our keys
    "alpha": "learning_rate",
    "batch_size": "batch_episodes",
    "end_e": "final_epsilon",
    "env_kwargs": "options",
    "epsilon_decay": "exploration_fraction",
    "epsilon_end": "final_epsilon",
    "epsilon_min": "final_epsilon",
    "epsilon_start": "epsilon",
    "gamma": "discount",
    "hidden_sizes": "hidden_layers",
    "lr": "learning_rate",
}
TYPES = {
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
}
BOUNDS = {"minimum": ">=", "exclusiveMinimum": ">", "maximum": "<=", "exclusiveMaximum": "<"}


def describe(fault: Mapping[str, Any], content: Any, root: dict[str, Any]) -> str:
    """Say what is wrong with a key, and what is allowed.

    Args:
        fault: one of pydantic's errors.
        content: all that was checked.
        root: its JSON schema.
    """
    if fault["type"] in ("extra_forbidden", "invalid_key"):
        _, (section,) = _find(fault["loc"][:-1], content, root)
        return _unknown(fault, list(section["properties"]))
    keys, schemas = _find(fault["loc"], content, root)
    what = "missing" if fault["type"] == "missing" else f"is {show(fault['input'])}"
    return f"{_path(keys)}: {what}; give {_allowed(schemas)}"


def _unknown(fault: Mapping[str, Any], siblings: list[str]) -> str:
    """Say which key an unknown one may stand for."""
    key, last = _path(fault["loc"]), str(fault["loc"][-1])
    for old, new in RENAMED.items():
        if f".{key}".endswith(f".{old}"):
            return f"{key}: renamed; write {new}"
    synonym = SYNONYMS.get(last.lower())
    near = [synonym] if synonym in siblings else difflib.get_close_matches(last, siblings, n=1)
    if near:
        return f"{key}: unknown key; did you mean {near[0]}?"
    if isinstance(fault["input"], dict) and "env" in fault["input"]:
        module = f"stages/rl/environments/{key}.py"
        line = f"{key}: unknown key; an environment has its module, {module}"
        in_git = "DVC_EXP_NAME" in os.environ  # an experiment in a folder of its own, perhaps
        return f"{line}; to an experiment it is there after `git add {module}`" if in_git else line
    return f"{key}: unknown key; known keys here are {', '.join(siblings)}"


def _find(place: Iterable[Any], content: Any, root: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Follow pydantic's place of a fault; return its keys, and the JSON schemas of which one holds.

    It ends at a value, or where nothing is known: a place leads beyond a number that stands for a
    list.
    """
    keys, schemas = [], _alternatives(root, root)
    for part in place:
        inner: list[dict[str, Any]] = []
        if isinstance(content, dict):
            content = content.get(part)
            inner = [
                one["properties"][part] for one in schemas if part in one.get("properties", ())
            ]
        elif isinstance(content, list) and isinstance(part, int):
            content = content[part]
            inner = [one["items"] for one in schemas if "items" in one]
        if not inner:
            break
        keys.append(part)
        schemas = _alternatives(inner[0], root)
    return keys, schemas


def _alternatives(schema: dict[str, Any], root: dict[str, Any]) -> list[dict[str, Any]]:
    """List the schemas of which one has to hold, but for null; references are followed."""
    some = [one for one in schema.get("anyOf", [schema]) if one != {"type": "null"}]
    return [root["$defs"][one["$ref"].split("/")[-1]] if "$ref" in one else one for one in some]


def _allowed(schemas: Iterable[dict[str, Any]]) -> str:
    """Say in words what JSON schemas allow."""
    return ", or ".join(map(_one_allowed, schemas))


def _one_allowed(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    kind = schema.get("type")
    if kind == "object":
        keys = ", ".join(schema.get("properties", {}))
        words = f"a mapping with the keys {keys}" if keys else "a mapping"
        if schema.get("required") or not keys:
            return words
        inner = schema["properties"].items()
        vectors = [key for key, one in inner if one.get("description") == FOR_VECTORS]
        unless = f", but for {', '.join(vectors)} if observations are vectors" if vectors else ""
        return f"{words}, or {{}} for defaults{unless}"
    if kind == "array":
        most = schema.get("maxItems")
        words = "a list" if most is None else f"a list of {schema.get('minItems', 0)} to {most}"
        return f"{words}, each {_one_allowed(schema.get('items', {}))}"
    bounds = [f"{sign} {schema[bound]:.15g}" for bound, sign in BOUNDS.items() if bound in schema]
    return f"{TYPES.get(str(kind), 'another value')} {' and '.join(bounds)}".rstrip()


def _path(keys: Iterable[Any]) -> str:
    return ".".join(map(one_line, keys))


def one_line(key: Any) -> str:
    """Show a key as it is, or quoted where it would not stand on one line."""
    return str(key) if str(key).isprintable() else json.dumps(str(key))


def show(value: Any) -> str:
    """Show a value as a person would write it, shortened, on one line."""
    text = json.dumps(value, default=str)
    kind = {str: " (text)", bool: " (a truth value)"}.get(type(value), "")
    return (text if len(text) <= 60 else text[:57] + "...") + kind
