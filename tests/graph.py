"""What dvc.yaml and params.yaml hold, and another valid value of each parameter."""

import json
from pathlib import Path
from typing import Any

from checkout import ROOT, Checkout
from ruamel.yaml import YAML

from stages.common.checking import agents, modules
from stages.common.params import COMMON


def read_yaml(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load(file.read_text())
    return content


GRAPH = read_yaml(ROOT / "dvc.yaml")
PARAMS = read_yaml(ROOT / "params.yaml")
STAGES: dict[str, Any] = GRAPH["stages"]
AGENTS: list[str] = GRAPH["vars"][0]["all"]["agents"]
ENVIRONMENTS = modules("environments")
TRAININGS = set(agents())

# Another valid value of each leaf for all environments, and of CartPole's section.
CHANGED: dict[str, Any] = {
    "environment": "frozen_lake",
    "seed": 1,
    "runs": 31,
    "plot.smoothing_episodes": 21,
    "render_gif.steps_per_frame": 9,
    "robustness.episodes": 11,
    "robustness.factors": [0.5, 2.0],
    "robustness.noise": [0.3],
    "robustness.random_actions": [0.3],
    "cartpole.env.id": "CartPole-v0",
    "cartpole.search.candidates": 501,
    "cartpole.search.finalists": 11,
    "cartpole.search.validation_episodes": 101,
    "cartpole.search.scale": [1.0, 1.0, 8.0, 1.0],
    "cartpole.search.bias": True,
    "cartpole.train_policy.hidden_layers": [20],
    "cartpole.train_policy.scale": [1.0, 1.0, 4.0, 1.0],
    "cartpole.train_policy.episodes": 1240,
    "cartpole.train_policy.batch_episodes": 2,
    "cartpole.train_policy.discount": 0.98,
    "cartpole.train_policy.learning_rate": 0.03,
    "cartpole.train_policy.checkpoint_every": 20,
    "cartpole.train_policy.validation_episodes": 21,
    "cartpole.train_q_learning.bins": [1, 1, 6, 5],
    "cartpole.train_q_learning.low": [-2.4, -2.5, -0.21, -3.0],
    "cartpole.train_q_learning.high": [2.4, 2.5, 0.21, 3.0],
    "cartpole.train_q_learning.tilings": 2,
    "cartpole.train_q_learning.episodes": 650,
    "cartpole.train_q_learning.initial_value": 50.0,
    "cartpole.train_q_learning.discount": 0.98,
    "cartpole.train_q_learning.learning_rate": 0.3,
    "cartpole.train_q_learning.final_learning_rate": 0.02,
    "cartpole.train_q_learning.epsilon": 0.9,
    "cartpole.train_q_learning.final_epsilon": 0.05,
    "cartpole.train_q_learning.exploration_fraction": 0.7,
    "cartpole.train_q_learning.checkpoint_every": 25,
    "cartpole.train_q_learning.validation_episodes": 51,
    "cartpole.train_actor_critic.bins": [1, 1, 6, 5],
    "cartpole.train_actor_critic.low": [-2.4, -2.5, -0.21, -3.0],
    "cartpole.train_actor_critic.high": [2.4, 2.5, 0.21, 3.0],
    "cartpole.train_actor_critic.tilings": 2,
    "cartpole.train_actor_critic.episodes": 650,
    "cartpole.train_actor_critic.initial_value": 50.0,
    "cartpole.train_actor_critic.discount": 0.98,
    "cartpole.train_actor_critic.actor_rate": 0.01,
    "cartpole.train_actor_critic.critic_rate": 0.4,
    "cartpole.train_actor_critic.checkpoint_every": 25,
    "cartpole.train_actor_critic.validation_episodes": 51,
    "cartpole.evaluate.episodes": 101,
    "cartpole.evaluate.bootstrap_resamples": 9999,
}
# Leaves that need not stand in the file.
ADDED: dict[str, Any] = {
    "cartpole.env.options.gravity": 20.0,
    "cartpole.env.options.pole_half_length": 1.0,
    "cartpole.env.max_episode_steps": 150,
}


def leaves(tree: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Name each value by its keys, as `cartpole.search.candidates`."""
    found = {}
    for key, value in tree.items():
        inner = leaves(value, f"{prefix}{key}.") if isinstance(value, dict) else None
        found.update(inner or {prefix + key: value})
    return found


def put(tree: dict[str, Any], leaf: str, value: Any) -> None:
    """Set a leaf by its name."""
    *sections, key = leaf.split(".")
    for name in sections:
        tree = tree.setdefault(name, {})
    tree[key] = value


def own_leaves() -> set[str]:
    """Name the leaves for all environments, and those of CartPole's section."""
    return set(leaves({name: PARAMS[name] for name in ("environment", *COMMON, "cartpole")}))


def files_below(folder: Path) -> set[str]:
    """Name the files in a folder that DVC sees, from there."""
    found = (path for path in folder.rglob("*") if path.is_file() and seen_by_dvc(path))
    return {path.relative_to(folder).as_posix() for path in found}


def seen_by_dvc(path: Path) -> bool:
    """Tell whether .dvcignore lets a file through."""
    hidden = "__pycache__" in path.parts or path.name == ".gitignore"
    return not hidden and path.suffix != ".partial"


def to_do(checkout: Checkout) -> set[str]:
    """Ask DVC which stages have changed, those that follow from them aside."""
    return set(json.loads(checkout.dvc("status", "--json")))
