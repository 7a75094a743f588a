"""How a fault of params.yaml is told: in one line, with what is allowed and what may be meant."""

import difflib
import json
from typing import Any

OTHER_TYPES = {"string": "a text", "boolean": "true or false"}
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


def describe(fault: Any, root: dict[str, Any]) -> str:
    """Say what is wrong with a key and what is allowed, in one line.

    Args:
        fault: one of pydantic's errors.
        root: the JSON schema of the whole file.
    """
    place, kind = list(fault["loc"]), fault["type"]
    key = ".".join(one_line(part) for part in place)
    if kind in ("extra_forbidden", "invalid_key"):
        siblings = list(_schema(place[:-1], root)["properties"])
        meant = _meant(str(place[-1]), siblings)
        if meant:
            return f"{key}: unknown key; did you mean {meant}?"
        if isinstance(fault["input"], dict) and "env" in fault["input"]:
            return (
                f"{key}: unknown key; "
                f"an environment has its module, stages/rl/environments/{key}.py"
            )
        return f"{key}: unknown key; known keys here are {', '.join(siblings)}"
    schema = _schema(place, root)
    if kind == "missing":
        return f"{key}: missing; give {_allowed(schema)}"
    near = _nearest(str(fault["input"]), schema.get("enum", []))
    meant = f"; did you mean {near}?" if near else ""
    return f"{key}: is {show(fault['input'])}; give {_allowed(schema)}{meant}"


def _meant(key: str, siblings: list[str]) -> str | None:
    """Return the known key that an unknown one may stand for."""
    synonym = SYNONYMS.get(key.lower())
    return synonym if synonym in siblings else _nearest(key, siblings)


def _nearest(given: str, known: list[str]) -> str | None:
    return next(iter(difflib.get_close_matches(given, known, n=1)), None)


def _schema(place: list[Any], root: dict[str, Any]) -> dict[str, Any]:
    """Look up the JSON schema of a key."""
    schema: dict[str, Any] = root
    for part in place:
        schema = schema["items"] if isinstance(part, int) else schema["properties"][part]
        schema = next((one for one in schema.get("anyOf", []) if one != {"type": "null"}), schema)
        if "$ref" in schema:
            schema = root["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    return schema


def _allowed(schema: dict[str, Any]) -> str:
    """Say in words what a JSON schema allows."""
    if "enum" in schema:
        return "one of " + ", ".join(schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema["type"] == "object":
        keys = ", ".join(schema.get("properties", {}))
        return f"a mapping with the keys {keys}" if keys else "a mapping"
    if schema["type"] in OTHER_TYPES:
        return OTHER_TYPES[schema["type"]]
    if schema["type"] == "array":
        low, high = schema.get("minItems", 0), schema["maxItems"]
        count = low if low == high else f"{low} to {high}"
        return f"a list of {count} values, each {_allowed(schema['items'])}"
    words = "a whole number" if schema["type"] == "integer" else "a number"
    bounds = {
        "minimum": ">=",
        "exclusiveMinimum": ">",
        "maximum": "<=",
        "exclusiveMaximum": "<",
    }
    limits = [f"{sign} {schema[bound]:.15g}" for bound, sign in bounds.items() if bound in schema]
    return " and ".join([" ".join([words, *limits[:1]]), *limits[1:]])


def one_line(key: Any) -> str:
    """Show a key as it is, or quoted where it would not stand on one line."""
    return str(key) if str(key).isprintable() else json.dumps(str(key))


def show(value: Any) -> str:
    """Show a value as a person would write it, shortened, on one line."""
    text = json.dumps(value, default=str)
    kind = {str: " (text)", bool: " (a truth value)"}.get(type(value), "")
    return (text if len(text) <= 60 else text[:57] + "...") + kind
