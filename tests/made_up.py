"""Results that are made up, of any environment and any agents, in place of those of the stages."""

import io
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any
from unittest.mock import patch

import acting
import numpy as np
import yaml
from graph import PARAMS
from PIL import Image

from stages import report
from stages.common.artifacts import save_arrays, save_json
from stages.evaluation.history import History
from stages.evaluation.summary import Returns, summarise
from stages.pictures.page.page import FIGURES
from stages.rl.interface.set_up import set_up

LEARNERS = ("train_q_learning", "train_actor_critic")  # sections as in params.yaml
ENVIRONMENTS: dict[str, dict[str, Any]] = {
    "cartpole": {"id": "CartPole-v1", "options": {"gravity": 20.0, "force": 9.0}},
    "frozen_lake": {"id": "FrozenLake-v1"},
    "taxi": {"id": "Taxi-v4"},
    "cliff_walking": {"id": "CliffWalking-v1", "max_episode_steps": 500},
    "mountain_car": {"id": "MountainCar-v0"},
    "acrobot": {"id": "Acrobot-v1", "options": {"lower_mass": 1.3}},
    "my_own": {"id": "CartPole-v1"},  # a module beside those of the project, without any constant
}


def parameters(name: str, runs: int, *, learners: bool = False) -> dict[str, Any]:
    evaluate = {"episodes": 4, "bootstrap_resamples": 200}
    of_params = PARAMS.get(name, {})
    more = {key: of_params[key] for key in LEARNERS if learners}
    search = {"candidates": 77, "scale": [], "factors": [1.0, 0.5], "bias": True}
    return {
        "environment": name,
        "seed": 3,
        "runs": runs,
        "plot": {"smoothing_episodes": 20},
        "render_gif": {"steps_per_frame": 1},
        "robustness": {"episodes": 2, "factors": [], "noise": [], "random_actions": [0.5]},
        name: {"env": ENVIRONMENTS[name], "search": search, "evaluate": evaluate, **more},
        "another": {"env": {"id": "Elsewhere-v0"}},
    }


def picture(colour: int) -> bytes:
    """Make a GIF of two frames."""
    file = io.BytesIO()
    first, second = (Image.new("L", (528, 120), shade) for shade in (255, colour))
    first.save(file, "GIF", save_all=True, append_images=[second])
    return file.getvalue()


def elsewhere(levels: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    """Make up what `robustness` finds: half of the actions random cost each agent 10."""
    for agent, level in levels.items():
        for chance, value in ((0.0, level), (0.5, level - 10.0)):
            yield {
                "agent": agent,
                "change": "random actions",
                "level": chance,
                "as_trained": chance == 0.0,
                "return": value,
                "low": None,
                "high": None,
                "solved": None,
            }


def made_up(
    folder: Path, name: str, levels: Mapping[str, float], runs: int, *, learners: bool = False
) -> None:
    """Write what `report` reads.

    Args:
        folder: where.
        name: of the environment.
        levels: about which the returns of each agent are.
        runs: of each agent.
        learners: whether the page can train agents.
    """
    params = parameters(name, runs, learners=learners)
    (folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    task = set_up(name, params[name]["env"])
    for place, (agent, level) in enumerate(levels.items()):
        returns = level + np.linspace(-0.02, 0.02, 4 * runs).reshape(runs, 4)
        training = History(
            np.arange(1, 11),
            np.full((runs, 10), level, np.float32),
            np.full((runs, 10), 20.0, np.float32),
            np.full((runs, 1), 5, np.int32),
            returns.mean(axis=1, keepdims=True),
            np.zeros((runs, 1)),
            np.array(20),
            np.full((runs, 1), 12_345),
        )
        random = returns - level + 25.0
        of = summarise(Returns(returns, returns, random), training, task, 200, 0)
        save_json(str(folder / f"evaluate/{agent}/summary.json"), of)
        save_arrays(str(folder / f"evaluate/{agent}/returns.npz"), returns=returns)
        save_arrays(str(folder / f"train/{agent}/history.npz"), **training._asdict())
        acting.save(folder, agent, place, task, runs)
        write(folder / f"render_gif/{agent}.gif", picture(place))
    write(folder / "robustness/robustness.json", json.dumps(list(elsewhere(levels))).encode())
    for figure in FIGURES:
        drawn = b'<svg xmlns="http://www.w3.org/2000/svg" width="600" height="300"/>'
        write(folder / f"plot/{figure}.svg", drawn)


def write(path: Path, content: bytes) -> None:
    """Write a file, whose folder need not exist."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def page_of(
    folder: Path, name: str, levels: Mapping[str, float], runs: int, *, learners: bool = False
) -> Path:
    """Make up results, run the stage `report` on them, and return the page."""
    folder.mkdir(exist_ok=True)
    made_up(folder, name, levels, runs, learners=learners)
    command = f". . --agents {' '.join(levels)}"
    with chdir(folder), patch.object(sys, "argv", ["report", *command.split()]):
        report.main()
    return folder / "index.html"
