"""The tour does what it says, and its plain agents learn the same policies as the kernels."""

import math
import subprocess
import sys
from inspect import getclosurevars
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from checkout import ROOT
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from settings import POLICY, Q_LEARNING, SEARCH, train
from tasks import cartpole

from stages.rl.agents import q_learning, random_search, reinforce
from stages.rl.engine.random_numbers import Purpose, below, stream, uniform, uniform_between
from stages.rl.training.all_runs import train_run

TOUR = ROOT / "docs" / "tour.ipynb"
CELLS = {cell.id: cell for cell in nbformat.read(TOUR, as_version=4).cells}
CODE = {name: cell.source for name, cell in CELLS.items() if cell.cell_type == "code"}
TASK = cartpole()._replace(name="glider")  # a module without equations: Gymnasium itself is played


class Draws:
    """The kernels' random numbers, as a generator of NumPy's has them."""

    def __init__(self, agent: str) -> None:
        self.training = stream(0, agent, Purpose.TRAINING, 0)
        self.selection = stream(0, agent, Purpose.VALIDATION, 0)

    def random(self) -> float:
        return uniform(self.training)

    def uniform(self, low: float, high: float, size: Any) -> NDArray[np.float64]:
        count = math.prod(np.atleast_1d(size))
        drawn = [uniform_between(low, high, self.training) for _ in range(count)]
        return np.reshape(drawn, size)

    def integers(self, high: int, size: int = 0) -> Any:
        """Draw one number; or the seeds of all episodes of a selection."""
        if size:
            return [below(high, self.selection) for _ in range(size)]
        return below(high, self.training)


@pytest.fixture(scope="module")
def tour() -> dict[str, Any]:
    """Define what the tour defines."""
    names: dict[str, Any] = {}
    for name in ("imports", "world-play", "search-agent", "policy-network", "policy-agent"):
        exec(CODE[name], names)
    exec(CODE["q-agent"], names)
    return names


def test_random_search_chooses_the_same_weights(tour: dict[str, Any]) -> None:
    settings = SEARCH.replace(candidates=200, finalists=5, validation_episodes=4)
    kernels = train(random_search.AGENT, settings, TASK, 1)
    policy, _, returns = tour["random_search"](Draws("search"), 200, 5, 4)
    assert returns.tolist() == kernels.returns[0].tolist()
    assert getclosurevars(policy).nonlocals["w"].tolist() == kernels.policies[0, 0].tolist()


def test_reinforce_learns_the_same_network_but_for_the_order_of_sums(tour: dict[str, Any]) -> None:
    settings = POLICY.replace(
        scale=[1.0, 1.0, 5.0, 1.0],
        episodes=60,
        learning_rate=0.08,
        checkpoint_every=60,
        validation_episodes=1,
    )
    kernels = train_run(reinforce.AGENT, settings, TASK, 0, 0)
    _, (W, b, V, c), returns = tour["reinforce"](Draws("policy"), 60)  # noqa: N806 # as there
    assert returns == kernels.returns.tolist()
    plain = np.concatenate([W.ravel(), b, V.ravel(), c])
    assert_allclose(plain, kernels.policy, rtol=0, atol=1e-9)
    assert abs(kernels.policy - kernels.untrained).max() > 0.1


def test_q_learning_learns_the_same_table(tour: dict[str, Any]) -> None:
    settings = Q_LEARNING.replace(
        bins=[1, 1, 6, 3],
        low=[-2.4, -2.5, -0.21, -2.0],
        high=[2.4, 2.5, 0.21, 2.0],
        episodes=100,
        initial_value=100.0,
        discount=0.99,
        learning_rate=0.2,
        final_learning_rate=0.01,
        epsilon=1.0,
        exploration_fraction=0.8,
        checkpoint_every=100,
        validation_episodes=1,
    )
    kernels = train_run(q_learning.AGENT, settings, TASK, 0, 0)
    _, Q, returns = tour["q_learning"](Draws("q_learning"), 100)  # noqa: N806 # as there
    assert returns.tolist() == kernels.returns.tolist()
    assert Q.tolist() == kernels.policy.tolist()


@pytest.mark.slow
def test_it_comes_to_the_committed_outputs(tmp_path: Path) -> None:
    place = tmp_path / "tour.ipynb"
    subprocess.run([sys.executable, ROOT / "tests" / "tour.py", place], check=True)
    assert place.read_bytes() == TOUR.read_bytes(), "run `make tour-outputs`"
