"""Agents to draw, whose figures are known beforehand, and what is written in a figure."""

import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import NDArray

from stages.evaluation.episodes import ENDED, Episodes
from stages.evaluation.history import History
from stages.evaluation.perturbations import NOISE, RANDOM_ACTIONS
from stages.pictures.agent_style import styles
from stages.pictures.figures import (
    Agent,
    courses,
    learning,
    playing,
    policies,
    robustness,
    solving,
)
from stages.pictures.figures.marks import Marks
from stages.rl.interface.task import Task
from stages.rl.policies.linear import Linear
from stages.rl.policies.network import Network
from stages.rl.policies.policy import Policies
from stages.rl.policies.tile_coding import TileCoding

CARTPOLE = Task("cartpole", "CartPole-v1", {}, 500, 475.0, 4, 0, 2)
ACROBOT = Task("acrobot", "Acrobot-v1", {}, 500, -100.0, 6, 0, 3)
LAKE = Task("frozen_lake", "FrozenLake-v1", {}, 100, 0.7, 1, 16, 4)
CLIFF = Task("cliff_walking", "CliffWalking-v1", {}, 500, None, 1, 48, 4)
TAXI = Task("taxi", "Taxi-v4", {}, 200, 8.0, 1, 500, 6)
OWN = Task("own", "Own-v0", {}, 30, None, 7, 0, 5)
sys.modules["stages.rl.environments.own"] = ModuleType("own")  # which tells nothing

MARKS = Marks(475.0, None, 22.0)
LOOKS = list(styles(["random_search", "reinforce", "another"]).values())
NO_NUMBERS = np.array([0])
NEVER = np.full((3, 2), 10.0)


def history(returns: NDArray[np.float64], scores: NDArray[np.float64]) -> History:
    """One stretch for each episode, as long as its return; a policy scored after each episode.

    To score it takes no steps.
    """
    runs, episodes = returns.shape
    after = np.tile(np.arange(1, scores.shape[1] + 1), (runs, 1))
    steps = np.abs(returns)
    return History(
        np.arange(1, episodes + 1),
        returns.astype(np.float32),
        steps.astype(np.float32),
        after.astype(np.int32),
        scores,
        np.zeros(scores.shape),
        np.array(20),
        np.cumsum(steps, axis=1)[:, : scores.shape[1]].astype(np.int64),
    )


def played(lengths: list[int], variables: int) -> Episodes:
    """Episodes of these lengths, whose variable v rises by v + 1 hundredths a step, which costs 2.

    Where there is one variable it counts 0, 1, 0, 1.
    """
    longest, ends = max(lengths), np.array(lengths)[:, np.newaxis]
    steps = np.minimum(np.arange(longest + 1), ends)[:, :, np.newaxis]
    seen = steps % 2 if variables == 1 else steps * 0.01 * np.arange(1, variables + 1)
    over = np.arange(longest) >= ends
    return Episodes(
        seen.astype(np.float32),
        np.where(over, ENDED, 1).astype(np.int16),
        np.where(over, 0.0, -2.0).astype(np.float32),
        np.zeros(len(lengths), np.bool_),
    )


def agent(
    policy: Policies,
    training: History,
    returns: Sequence[Sequence[float]],
    interval: tuple[float, float] = (np.nan, np.nan),
) -> Agent:
    """An agent whose recorded episodes are as long as its first returns say."""
    episodes = played([int(run[0]) for run in returns], 4)
    return Agent(LOOKS[0], training, np.array(returns, np.float64), interval, policy, episodes)


def linear(*weights: float, runs: int = 3, actions: int = 2) -> Linear:
    """Return policies that are all the same."""
    return Linear(np.tile([weights], (runs, actions - 1, 1)), NO_NUMBERS)


def learner(task: Task, least: float, most: float) -> Agent:
    """Four runs whose returns rise from one to the other, while they train 300 episodes."""
    rising = np.linspace(least, most, 300)
    returns = np.stack([rising, rising, rising, np.full(300, least)])
    scores = np.array([[least, most, most]] * 3 + [[least] * 3])
    if task.state_count:
        policy: Linear | TileCoding = choosing(
            np.zeros((4, task.state_count), np.int64), task.actions
        )
    else:
        weights = [(-1.0) ** v for v in range(task.observation_size)]
        policy = linear(*weights, runs=4, actions=task.actions)
    training = history(returns, scores)
    training = training._replace(
        lengths=np.full((4, 300), 123.0, np.float32),
        known_after=np.tile([12_300, 24_600, 36_900], (4, 1)),
    )
    tested = [[most, most], [most, least], [least, most], [least, least]]
    one = agent(policy, training, tested)
    return one._replace(episodes=played([40, 25, 9, 40], task.observation_size))


def choosing(chosen: NDArray[np.int64], actions: int) -> TileCoding:
    """Return policies that choose these actions [R, N]."""
    numbers = np.array([chosen.shape[1]])
    nothing = np.zeros(1)
    weights = np.eye(actions)[chosen]
    return TileCoding(weights, numbers, np.array([1]), nothing, nothing + 1, np.array([1]))


UPRIGHT = linear(0.0, 0.0, 1.0, 0.0)  # pushes to the side it leans to
FLAT = TileCoding(  # of two runs, the second of which always pushes to the right
    np.array([[[0.0, 0.0]], [[0.0, 1.0]]]),
    NO_NUMBERS,
    np.array([1, 1, 1, 1]),
    np.zeros(4),
    np.ones(4),
    np.array([1]),
)
NETWORK = Network(np.ones((1, 30)), NO_NUMBERS, [4, 4, 2], np.ones(4))
AGENTS = [
    one._replace(look=look)
    for look, one in zip(
        LOOKS,
        (
            agent(
                UPRIGHT,
                history(np.full((3, 4), 20.0), NEVER),
                [[500, 500], [480, 500], [9, 11]],
                (100.0, 450.0),
            ),
            agent(
                NETWORK,
                history(np.arange(1.0, 401).reshape(1, 400), np.array([[100.0, 480.0]])),
                [[500, 500]],
            ),
            agent(
                FLAT,
                history(np.ones((2, 1)), np.array([[475.0], [0.0]])),
                [[8, 9], [10, 9]],
                (8.5, 9.5),
            ),
        ),
        strict=True,
    )
]


def drawing(agents: list[Agent], task: Task, marks: Marks) -> dict[str, Callable[[], Figure]]:
    """Return what draws each of the figures."""

    return {
        "learning_curves": lambda: curves(agents, marks, 20),
        "sample_efficiency": lambda: solving.sample_efficiency(agents, marks),
        "test_returns": lambda: playing.returns(agents, marks),
        "policies": lambda: policies.policies(agents, task),
        "episodes": lambda: courses.episodes(agents, task),
        "robustness": lambda: robustness.robustness(
            other_worlds(agents), [one.look for one in agents], marks
        ),
    }


def curves(agents: list[Agent], marks: Marks, smoothing: int) -> Figure:
    """Draw the learning curves."""
    axis, drawn = learning.curves(agents, smoothing, np.random.default_rng(0))
    return learning.learning_curves(agents, axis, drawn, marks, smoothing)


def other_worlds(agents: list[Agent]) -> dict[str, list[robustness.Line]]:
    """Nine changes, in which an agent's return falls from its best to its worst."""
    levels = {name: [0.25, 0.5, 1.0, 2.0, 4.0] for name in ("gravity", "some_force", "a", "b", "c")}
    levels |= {"is_windy": [0.0, 1.0], "mass_of_the_longer_of_both_links": [0.5, 1.0, 2.0]}
    levels |= {NOISE: [0.0, 0.25, 1.0], RANDOM_ACTIONS: [0.0, 0.1, 0.2, 0.4]}
    rows = [
        {"agent": one.look.name, "change": change, "level": level, "return": mean, "solved": None}
        | {"low": None, "high": None, "as_trained": level in (0.0, 1.0)}
        for change, those in levels.items()
        for one in agents
        for level, mean in zip(
            those, np.linspace(one.returns.max(), one.returns.min(), len(those)), strict=True
        )
    ]
    return robustness.lines_of(rows, [one.look.name for one in agents])


def figures(agents: list[Agent], task: Task, marks: Marks) -> dict[str, Figure]:
    """Draw them all."""
    return {name: draw() for name, draw in drawing(agents, task, marks).items()}


def texts(figure: Figure) -> list[Text]:
    """Lay a figure out, and find what is written in it."""
    found = []
    with pytest.MonkeyPatch.context() as patch:
        draw = Text.draw

        def noted(self: Text, renderer: RendererBase) -> None:
            draw(self, renderer)
            if self.get_visible() and self.get_text().strip():
                found.append(self)

        patch.setattr(Text, "draw", noted)
        figure.draw_without_rendering()
    return found


def words(figure: Figure) -> str:
    """All that is written in a figure."""
    return "\n".join(text.get_text() for text in texts(figure))


def shade(filled: Collection) -> str:
    """Return the colour that something is filled with."""
    colours: Any = filled.get_facecolor()
    return to_hex(colours[0])
