"""A fault of params.yaml in one line: the key, its value, and what is allowed or may be meant."""

import difflib
import json
from collections.abc import Iterable, Mapping
from typing import Any

RENAMED: dict[str, str] = {  # keys of earlier versions, as `env.old_name`, and their names now
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
    "eps": "epsilon",
    "gamma": "discount",
    "hidden_sizes": "hidden_layers",
    "lr": "learning_rate",
    "max_episode_steps": "episode_limit",
    "n_eval_episodes": "selection_episodes",
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
        return _unknown(fault, content, root)
    place, schemas = _found(fault["loc"], content, root)
    key = ".".join(map(one_line, place))
    if fault["type"] == "missing":
        return f"{key}: missing; give {_allowed(schemas)}"
    value = fault["input"]
    near = difflib.get_close_matches(str(value), schemas[0].get("enum", []), n=1)
    meant = f"; did you mean {near[0]}?" if near else ""
    return f"{key}: is {show(value)}; give {_allowed(schemas)}{meant}"


def _unknown(fault: Mapping[str, Any], content: Any, root: dict[str, Any]) -> str:
    """Say which key an unknown one may stand for."""
    key, last = ".".join(map(one_line, fault["loc"])), str(fault["loc"][-1])
    for old, new in RENAMED.items():
        if f".{key}".endswith(f".{old}"):
            return f"{key}: has another name now, {new}"
    _, (schema,) = _found(fault["loc"][:-1], content, root)
    siblings = list(schema["properties"])
    synonym = SYNONYMS.get(last.lower())
    near = [synonym] if synonym in siblings else difflib.get_close_matches(last, siblings, n=1)
    if near:
        return f"{key}: unknown key; did you mean {near[0]}?"
    if isinstance(fault["input"], dict) and "env" in fault["input"]:
        module = f"stages/rl/environments/{key}.py"
        return f"{key}: unknown key; an environment has its module, {module}"
    return f"{key}: unknown key; known keys here are {', '.join(siblings)}"


def _found(place: Iterable[Any], content: Any, root: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Follow a place down to a value, at most; return its keys, and the JSON schemas it may have.

    Where a number stands for a list, pydantic's places lead into the list.
    """
    keys: list[Any] = []
    schemas = _resolved(root, root)
    for part in place:
        if isinstance(content, list):
            (content, inner) = content[part], (one["items"] for one in schemas if "items" in one)
        elif isinstance(content, dict):
            content = content.get(part)
            inner = (one["properties"][part] for one in schemas if "properties" in one)
        else:
            break
        keys, schemas = [*keys, part], _resolved(next(inner), root)
    return keys, schemas


def _resolved(schema: dict[str, Any], root: dict[str, Any]) -> list[dict[str, Any]]:
    """List the schemas of which one has to hold, those of null aside, without references."""
    some = [one for one in schema.get("anyOf", [schema]) if one != {"type": "null"}]
    return [root["$defs"][one["$ref"].split("/")[-1]] if "$ref" in one else one for one in some]


def _allowed(schemas: list[dict[str, Any]]) -> str:
    """Say in words what JSON schemas allow."""
    first, *others = schemas
    lists = [f", or a list of {_count(one)} of them" for one in others if one.get("items") == first]
    return _one_allowed(first) + "".join(lists)


def _one_allowed(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema["type"] == "object":
        keys = ", ".join(schema.get("properties", {}))
        words = f"a mapping with the keys {keys}" if keys else "a mapping"
        return words if schema.get("required") or not keys else f"{words}, or {{}} for defaults"
    if schema["type"] == "array":
        return f"a list of {_count(schema)} values, each {_one_allowed(schema['items'])}"
    bounds = [f"{sign} {schema[bound]:.15g}" for bound, sign in BOUNDS.items() if bound in schema]
    return f"{TYPES[schema['type']]} {' and '.join(bounds)}".rstrip()


def _count(schema: dict[str, Any]) -> str:
    """Say how many items a list may have."""
    low, high = schema.get("minItems", 0), schema["maxItems"]
    return str(low) if low == high else f"{low} to {high}"


def one_line(key: Any) -> str:
    """Show a key as it is, or quoted where it would not stand on one line."""
    return str(key) if str(key).isprintable() else json.dumps(str(key))


def show(value: Any) -> str:
    """Show a value as a person would write it, shortened, on one line."""
    text = json.dumps(value, default=str)
    kind = {str: " (text)", bool: " (a truth value)"}.get(type(value), "")
    return (text if len(text) <= 60 else text[:57] + "...") + kind
