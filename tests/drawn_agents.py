"""Agents to draw, whose figures are known beforehand, and what is written in a figure."""

import sys
from collections.abc import Callable, Sequence
from types import ModuleType

import numpy as np
import pytest
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import NDArray

from stages.evaluation.episodes import ENDED, Episodes
from stages.evaluation.history import History
from stages.evaluation.perturbations import NOISE, RANDOM_ACTIONS
from stages.pictures.agent_style import styles
from stages.pictures.figures import (
    Agent,
    episodes,
    learning_curves,
    policies,
    robustness,
    sample_efficiency,
    test_returns,
    validation_scores,
)
from stages.pictures.figures.reference_lines import ReferenceLines
from stages.rl.interface.task import Task
from stages.rl.policies.linear import Linear
from stages.rl.policies.policy import Policies
from stages.rl.policies.tile_coding import TileCoding

CARTPOLE = Task("cartpole", "CartPole-v1", {}, 500, 475.0, 4, 0, 2)
ACROBOT = Task("acrobot", "Acrobot-v1", {}, 500, -100.0, 6, 0, 3)
LAKE = Task("frozen_lake", "FrozenLake-v1", {}, 100, 0.7, 1, 16, 4)
CLIFF = Task("cliff_walking", "CliffWalking-v1", {}, 500, None, 1, 48, 4)
TAXI = Task("taxi", "Taxi-v4", {}, 200, 8.0, 1, 500, 6)
CUSTOM = Task("custom", "Custom-v0", {}, 30, None, 7, 0, 5)
sys.modules["stages.rl.environments.custom"] = ModuleType("custom")  # without a specification

SOLVED = ReferenceLines(475.0, None, 22.0)
STATES = np.array([0])
NAMES = ["random_search", "reinforce", "q_learning", "actor_critic", "sarsa", "proximal_policy"]


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
    training: History,
    returns: Sequence[Sequence[float]],
    interval: tuple[float, float] = (np.nan, np.nan),
    policy: Policies | None = None,
) -> Agent:
    """The first agent; its policies push to the side to which the pole leans."""
    (style,) = styles(NAMES[:1]).values()
    upright = linear(0.0, 0.0, 1.0, 0.0, runs=len(returns))
    recorded = played([9] * len(returns), 4)
    return Agent(
        style, training, np.array(returns, np.float64), interval, policy or upright, recorded
    )


def linear(*weights: float, runs: int, actions: int = 2) -> Linear:
    """Return policies that are all the same."""
    return Linear(np.tile([weights], (runs, actions - 1, 1)), STATES)


def choosing(chosen: NDArray[np.int64], actions: int) -> TileCoding:
    """Return policies that choose these actions [R, N]."""
    nothing = np.zeros(1)
    count = np.array([chosen.shape[1]])
    one = np.array([1])
    return TileCoding(np.eye(actions)[chosen], count, one, nothing, nothing + 1, one)


def team(task: Task, least: float, most: float, count: int, runs: int = 4) -> list[Agent]:
    """Agents whose runs rise from one return to the other in 300 episodes; the last run does not.

    Their policies choose all actions; the first agent scores its own at one time.
    """
    rising = np.linspace(least, most, 300)
    returns = np.stack([rising] * (runs - 1) + [np.full(300, least)])
    scores = np.array([[most, least, most]] * (runs - 1) + [[least] * 3])
    if task.state_count:
        chosen = np.tile(np.arange(task.state_count) % task.actions, (runs, 1))
        policy: Policies = choosing(chosen, task.actions)
    else:
        weights = [(-1.0) ** v for v in range(task.observation_size)]
        policy = linear(*weights, runs=runs, actions=task.actions)
    training = history(returns, scores)._replace(
        lengths=np.full((runs, 300), 123.0, np.float32),
        known_after=np.tile([12_300, 24_600, 36_900], (runs, 1)),
    )
    at_once = training._replace(known_after=np.full((runs, 3), 60_000))
    tested = np.array([[most, most], [most, least], *[[least, least]] * (runs - 2)])
    recorded = played([40, 25, *[9] * (runs - 2)], task.observation_size)
    return [
        Agent(style, training, tested, (np.nan, np.nan), policy, recorded)
        if place
        else Agent(style, at_once, tested, (least, most), policy, recorded)
        for place, style in enumerate(styles(NAMES[:count]).values())
    ]


def perturbed(agents: list[Agent]) -> dict[str, list[robustness.Line]]:
    """Nine perturbations, in which an agent's return falls from its best to its worst."""
    levels = {name: [0.25, 0.5, 1.0, 2.0, 4.0] for name in ("gravity", "some_force", "a", "b", "c")}
    levels |= {"is_windy": [0.0, 1.0], "mass_of_the_longer_of_both_links": [0.5, 1.0, 2.0]}
    levels |= {NOISE: [0.0, 0.25, 1.0], RANDOM_ACTIONS: [0.0, 0.1, 0.2, 0.4]}
    return {
        change: [
            robustness.Line(
                np.array(those),
                np.linspace(one.returns.max(), one.returns.min(), len(those)),
                np.full(len(those), np.nan),
                np.full(len(those), np.nan),
                np.isin(those, (0.0, 1.0)).astype(float),
            )
            for one in agents
        ]
        for change, those in levels.items()
    }


def drawing(
    agents: list[Agent], task: Task, lines: ReferenceLines
) -> dict[str, Callable[[], Figure]]:
    """Return what draws each of the figures."""
    styles_of = [one.style for one in agents]
    return {
        "validation_scores": lambda: validation_scores.validation_scores(agents, lines),
        "learning_curves": lambda: curves(agents, lines, 20),
        "sample_efficiency": lambda: sample_efficiency.sample_efficiency(agents, lines),
        "test_returns": lambda: test_returns.test_returns(agents, lines),
        "policies": lambda: policies.policies(agents, task),
        "episodes": lambda: episodes.episodes(agents, task),
        "robustness": lambda: robustness.robustness(perturbed(agents), styles_of, lines),
    }


def curves(agents: list[Agent], lines: ReferenceLines, smoothing: int) -> Figure:
    """Draw the learning curves."""
    axis, drawn = learning_curves.curves(agents, smoothing, np.random.default_rng(0))
    return learning_curves.learning_curves(agents, axis, drawn, lines, smoothing)


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
    """All that is written in a figure, lines of a caption in one."""
    return " ".join(" ".join(text.get_text() for text in texts(figure)).split())
