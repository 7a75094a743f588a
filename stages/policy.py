"""A trained policy to take along: it needs no params.yaml, as its file names its environment.

from stages.policy import load

policy = load("data/train/reinforce", run=0)
environment = policy.make(render_mode="human")
observation, _ = environment.reset(seed=0)
action = policy(observation)
"""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stages.common.script import InputError
from stages.evaluation.files import read
from stages.rl.interface.set_up import set_up
from stages.rl.interface.task import Task, make
from stages.rl.policies.policy import Policies


class Policy:
    """The greedy policy of one run.

    Args:
        policies: of this run alone.
        task: the environment that it was trained in.
    """

    def __init__(self, policies: Policies, task: Task) -> None:
        self.policies = policies
        self.task = task
        environment = make(task)
        self.first_action = int(environment.action_space.start)
        self.first_state = int(getattr(environment.observation_space, "start", 0))
        environment.close()

    def __call__(self, observation: NDArray[Any] | int) -> int:
        """Choose an action of Gymnasium's environment, for a vector [S] or a state's number."""
        seen = np.float32(observation).reshape(1, 1, -1) - np.float32(self.first_state)
        return int(self.policies.act(seen)[0, 0]) + self.first_action

    def make(self, **more: Any) -> Any:
        """Make Gymnasium's environment as it was in training, its options and limit of steps too.

        Args:
            more: for `gymnasium.make`, such as render_mode="human".
        """
        return make(self.task, **more)


def load(folder: str, run: int = 0, *, untrained: bool = False) -> Policy:
    """Read the policy of a run from an agent's folder in data/train.

    Args:
        folder: such as data/train/reinforce.
        run: from 0.
        untrained: whether to read it as it was before the training.

    Raises:
        InputError: no such file, or no such run.
    """
    path = f"{folder}/{'untrained' if untrained else 'policies'}.npz"
    policies, about = read(path)
    if not 0 <= run < policies.runs:
        raise InputError(f"{path}: run is {run}; give a run from 0 to {policies.runs - 1}")
    env = json.loads(str(about["env"]))
    task = set_up(env.pop("name"), {"id": str(about["environment"]), **env})
    return Policy(policies.select(slice(run, run + 1)), task)
