"""How a fault of params.yaml is told: in one line, with what is allowed and what may be meant."""

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

# What others call our keys: Stable-Baselines3 and its Zoo, CleanRL, Spinning Up, the tutorials of
# Gymnasium and PyTorch. A word that counts is left out: n_episodes is read as episodes.
SYNONYMS = {
    "seed": "random_seed random_state manual_seed rng rng_seed seeds",
    "runs": "seeds trials repeats repetitions replications independent_runs agents",
    "environment": "env_name environment_name game task world",
    "env": "gym",
    "id": "env_id environment_id gym_id name",
    "search": "random random_policy hill_climbing",
    "train_policy": "policy reinforce policy_gradient policy_gradients pg vpg ppo a2c network",
    "train_q_learning": "q qlearning q_table dqn sarsa",
    "evaluate": "eval evaluation test testing",
    "render_gif": "render gif animation video rendering",
    "candidates": "samples population population_size pop_size individuals draws",
    "finalists": "elites elite elite_size top_k survivors",
    "selection_episodes": "eval_episodes validation_episodes",
    "hidden_layers": "hidden layers hidden_size hidden_sizes hidden_dim hidden_dims hidden_units "
    "hidden_nodes hidden_layer_size hidden_layer_sizes hidden_features layer_sizes units neurons "
    "nodes net_arch network_architecture architecture policy_kwargs fc_dims width",
    "episodes": "epochs steps timesteps iterations iters iter train_episodes "
    "training_episodes epoch train_steps training_steps train_timesteps games "
    "test_episodes eval_episodes evaluation_episodes",
    "batch_episodes": "batch batches batch_size minibatch_size mini_batch_size steps rollout_steps "
    "rollout_length trajectories episodes_per_batch episodes_per_update update_every update_freq "
    "minibatches train_freq train_frequency",
    "discount": "gamma discount_factor discount_rate discounting discounting_factor",
    "learning_rate": "lr alpha eta step_size stepsize pi_lr policy_lr lr_start start_lr initial_lr "
    "lr_init learning_rate_start initial_learning_rate learning_rate_init optimizer_lr",
    "final_learning_rate": "final_lr lr_final end_lr lr_end min_lr lr_min final_alpha alpha_final "
    "alpha_end min_alpha alpha_min learning_rate_final learning_rate_end end_learning_rate "
    "learning_rate_min min_learning_rate lr_decay alpha_decay learning_rate_decay anneal_lr "
    "lr_schedule",
    "epsilon": "eps e exploration exploration_rate exploration_prob exploration_probability "
    "start_e eps_start start_epsilon epsilon_start initial_epsilon epsilon_initial init_epsilon "
    "epsilon_init epsilon_greedy epsilon_max eps_max exploration_initial_eps initial_eps",
    "final_epsilon": "end_e eps_end epsilon_end end_epsilon epsilon_final final_eps eps_final "
    "min_epsilon epsilon_min eps_min min_eps exploration_final_eps min_exploration_rate "
    "exploration_min",
    "exploration_fraction": "epsilon_decay eps_decay decay decay_rate epsilon_decay_rate "
    "epsilon_decay_steps epsilon_decay_episodes exploration_decay exploration_decay_rate "
    "exploration_steps explore_fraction",
    "scale": "scaling scales normalize normalise observation_scale obs_scale",
    "bias": "intercept use_bias offset",
    "tilings": "n_tilings num_tilings tiles",
    "low": "lows minimum minimums lower lower_bound lower_bounds obs_low",
    "high": "highs maximum maximums upper upper_bound upper_bounds limits obs_high bounds ranges "
    "obs_bounds observation_bounds state_bounds state_limits obs_limits clip",
    "options": "kwargs env_kwargs make_kwargs arguments",
    "episode_limit": "max_episode_steps max_steps time_limit ep_len episode_steps episode_length "
    "horizon",
    "bins": "buckets states discretization discretisation bin_counts obs_bins grid resolution",
    "initial_value": "q_init init_q initial_q q_initial initial_q_value optimistic_value q0 "
    "initial_values q_values init_value optimistic_init",
    "checkpoint_every": "eval_freq eval_every eval_interval evaluation_interval save_freq "
    "save_every save_interval checkpoint_freq checkpoint_frequency checkpoint_interval log_every "
    "log_interval log_freq checkpoints",
    "bootstrap_resamples": "bootstrap bootstraps bootstrap_samples resamples reps boot",
    "smoothing_episodes": "smoothing smooth window window_size rolling rolling_window "
    "rolling_length moving_average moving_average_window",
    "steps_per_frame": "fps frame_skip frameskip frame_rate skip speed every",
}
OTHERS = {ours: frozenset(theirs.split()) for ours, theirs in SYNONYMS.items()}
OTHER_TYPES = {"string": "a text", "boolean": "true or false"}
COUNTED = re.compile(r"^((n|num|nb|number_of|max|total)_)+")  # what is counted follows


def describe(fault: Any, root: dict[str, Any], environment: str) -> str:
    """Say what is wrong with a key and what is allowed, in one line.

    Args:
        fault: one of pydantic's errors.
        root: the JSON schema of the whole file.
        environment: the one that is chosen, in whose section a key at the top may be meant.
    """
    place, kind = list(fault["loc"]), fault["type"]
    key = ".".join(one_line(part) for part in place)
    if kind in ("extra_forbidden", "invalid_key"):
        siblings = _schema(place[:-1], root)["properties"]
        section = place[0] if len(place) > 1 and "env" in _keys([place[0]], root) else environment
        meant = _meant_key(str(place[-1]), siblings, dict(_leaves(root, section)))
        known = "known keys here are " + ", ".join(siblings)
        if isinstance(fault["input"], dict) and "env" in fault["input"]:
            known = f"an environment has its module, stages/rl/environments/{key}.py"
        return f"{key}: unknown key; " + (f"did you mean {meant}?" if meant else known)
    schema = _schema(place, root)
    if kind == "missing":
        return f"{key}: missing; give {_allowed(schema)}"
    near = _nearest(str(fault["input"]), schema.get("enum", []), 0.6)
    meant = f"; did you mean {near[0]}?" if near else ""
    return f"{key}: is {show(fault['input'])}; give {_allowed(schema)}{meant}"


def _meant_key(given: str, siblings: Iterable[str], leaves: dict[str, str]) -> str:
    """Name the keys that may be meant: beside the given one, and by their paths elsewhere."""
    meant = _named(given, siblings)
    if not meant:
        near, named = _nearest(given, siblings, 0.6), _named(given, leaves.values())
        meant = near if given in leaves.values() or not named else []
        if not (meant or named):
            named = _nearest(given, leaves.values(), 0.8)
        meant += [path for path, key in leaves.items() if key in named]
    return " or ".join(filter(None, (", ".join(meant[:-1]), *meant[-1:])))


def _nearest(given: str, known: Iterable[str], alike: float) -> list[str]:
    return difflib.get_close_matches(given, known, n=1, cutoff=alike)


def _named(given: str, known: Iterable[str]) -> list[str]:
    """Find the known keys that others call by a name."""
    word = re.sub("(?<=[a-z])(?=[A-Z])", "_", given).lower().replace("-", "_")
    words = {word, COUNTED.sub("", word)}
    return [key for key in known if key in words or words & OTHERS.get(key, frozenset())]


def _leaves(root: dict[str, Any], environment: str) -> Iterator[tuple[str, str]]:
    """Yield the path of every key that has a value of its own, and its name.

    Of the environments' sections only one counts: the same keys stand in all of them.
    """
    for name in root["properties"]:
        inner = _keys([name], root)
        if not inner:
            yield f"{name} at the top level", name
        elif "env" not in inner:
            yield from ((f"{name}.{key}", key) for key in inner)
        elif name == environment:
            for section in inner:
                for key in _keys([name, section], root):
                    yield f"{name}.{section}.{key}", key


def _keys(place: list[Any], root: dict[str, Any]) -> list[str]:
    """List the keys that a mapping can have."""
    return list(_schema(place, root).get("properties", {}))


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
