"""A trained policy is taken along: with its environment, without params.yaml, with NumPy alone."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkout import ROOT, training

from stages.common.artifacts import load_arrays
from stages.common.script import InputError
from stages.policy import load

PAGE = (ROOT / "docs/extend.md").read_text().split("\n## A policy to take along\n")[1]
SNIPPETS = re.findall(r"```python\n(.*?)```", PAGE.split("\n## ")[0], re.S)


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def trained(folder: Path, stage: str, agent: str, params: str) -> str:
    """Train as a stage does, and leave no params.yaml behind; return the agent's folder."""
    shutil.copy(ROOT / "requirements.txt", folder)
    file = folder / "params.yaml"
    file.write_text(params)
    run(folder, *training(stage, f"data/train/{agent}"))
    file.unlink()
    return str(folder / "data/train" / agent)


@pytest.fixture(scope="module")
def pole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pole")
    params = (ROOT / "params.yaml").read_text().replace("runs: 30", "runs: 2")
    trained(folder, "train_policy", "reinforce", params)
    return folder


@pytest.mark.parametrize("snippet", SNIPPETS, ids=["stages.policy", "NumPy alone"])
def test_what_the_page_says_plays_to_the_limit(snippet: str, pole: Path) -> None:
    assert run(pole, sys.executable, "-c", snippet) == "500.0\n"


def test_a_run_that_is_not_there_is_refused(pole: Path) -> None:
    folder = f"{pole}/data/train/reinforce"
    for number in (-1, 2):
        with pytest.raises(InputError, match=rf"run is {number}; give a run from 0 to 1$"):
            load(folder, number)
    with pytest.raises(InputError, match="no such file"):
        load(f"{pole}/data/train/sarsa")


def test_untrained_is_as_it_began(pole: Path) -> None:
    seen = np.array([0.0, 0.0, 0.2, 1.0], np.float32)
    folder = f"{pole}/data/train/reinforce"
    assert [load(folder)(seen), load(folder, untrained=True)(seen)] == [1, 0]  # the first of equal


def test_options_and_the_limit_of_steps_go_along(tmp_path: Path) -> None:
    env = "{id: CartPole-v1, max_episode_steps: 7, options: {gravity: 20.0}}"
    section = f"{{env: {env}, search: {{candidates: 9, finalists: 1, validation_episodes: 1}}}}"
    params = f"environment: cartpole\nseed: 0\nruns: 1\ncartpole: {section}\n"
    policy = load(trained(tmp_path, "search", "random_search", params))
    made = policy.make()
    assert (made.unwrapped.gravity, made.spec.max_episode_steps) == (20.0, 7)


LAKE = """
environment: frozen_lake
seed: 0
runs: 2
frozen_lake:
  env: {id: FrozenLake-v1, options: {is_slippery: false}}
  train_q_learning: {episodes: 20, checkpoint_every: 20}
  train_actor_critic: {episodes: 20, checkpoint_every: 20}
"""


@pytest.mark.parametrize(("agent", "values"), [("q_learning", True), ("actor_critic", False)])
def test_a_table_is_of_values_or_of_preferences(agent: str, values: bool, tmp_path: Path) -> None:
    """And its policy takes the number of a state, as Gymnasium has it."""
    folder = trained(tmp_path, f"train_{agent}", agent, LAKE)
    arrays: dict[str, Any] = load_arrays(f"{folder}/policies.npz")
    assert arrays["action_values"].tolist() == [values]
    policy = load(folder, run=1)
    state, _ = policy.make().reset(seed=0)
    assert policy(state) == arrays["weights"][1, state].argmax()
