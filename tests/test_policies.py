"""Policies in NumPy, all runs at once: what kernels do, and what their files have to hold."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from naive import inputs, linear_action, outputs
from numpy.typing import NDArray
from tasks import acrobot, cartpole, frozen_lake

from stages.common.artifacts import save_arrays
from stages.common.script import InputError
from stages.evaluation import files
from stages.rl.interface.task import Task
from stages.rl.policies.linear import Linear
from stages.rl.policies.network import Network, layers_of, parameter_count
from stages.rl.policies.policy import Policies, greedy_action
from stages.rl.policies.tile_coding import TileCoding, tile_count, tiling_of

RUNS, EPISODES = 3, 40
TASKS = pytest.mark.parametrize("task", [cartpole(), acrobot(), frozen_lake()], ids=lambda t: t.id)
Draw = Callable[[tuple[int, ...]], NDArray[np.float64]]


def normal(shape: tuple[int, ...]) -> NDArray[np.float64]:
    return np.random.default_rng(0).normal(size=shape)


def whole(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Draw small whole numbers, which make many preferences equal."""
    return np.random.default_rng(1).integers(-1, 2, shape).astype(np.float64)


DRAWS = pytest.mark.parametrize("draw", [normal, whole])


def observations(task: Task, draw: Draw) -> NDArray[np.float64]:
    if task.state_count:
        return (
            np.random.default_rng(2)
            .integers(0, task.state_count, (RUNS, EPISODES, 1))
            .astype(float)
        )
    return draw((RUNS, EPISODES, task.observation_size)).astype(np.float32).astype(np.float64)


def assert_acts_as_in_kernels(policies: Policies, seen: NDArray[np.float64]) -> None:
    found = policies.act(seen)
    for r in range(RUNS):
        policy = policies.of_run(r, seen.shape[2])
        assert [greedy_action(policy, x) for x in seen[r]] == found[r].tolist()
    # Some runs alone do what they do among others; others of an observation do not matter.
    assert policies.runs == RUNS
    assert policies.select(slice(1, 2)).act(seen[1:2, :7]).tolist() == found[1:2, :7].tolist()


@TASKS
@DRAWS
@pytest.mark.parametrize("bias", [False, True])
def test_linear_policies_act_as_in_kernels(task: Task, draw: Draw, bias: bool) -> None:
    weights = draw((RUNS, task.actions - 1, (task.state_count or task.observation_size) + bias))
    policies, seen = Linear(weights, np.array([task.state_count])), observations(task, draw)
    assert_acts_as_in_kernels(policies, seen)
    assert policies.act(seen).tolist() == [
        [linear_action(weights[r], inputs(task, x, bias=bias)) for x in seen[r]]
        for r in range(RUNS)
    ]
    # The preferences are the scores: zero for the first action.
    scores = policies.preferences(seen)
    assert scores.shape == (RUNS, EPISODES, task.actions)
    assert (scores[:, :, 0] == 0.0).all()


def network(task: Task, draw: Draw, *hidden_layers: int) -> Network:
    widths = [task.state_count or task.observation_size, *hidden_layers, task.actions]
    parameters = draw((RUNS, parameter_count(widths)))
    return Network(
        parameters, np.array([task.state_count]), widths, np.abs(draw((task.observation_size,)))
    )


@TASKS
@DRAWS
@pytest.mark.parametrize("hidden_layers", [[1], [16], [10, 10], [7, 3, 5]])
def test_networks_act_as_in_kernels(task: Task, draw: Draw, hidden_layers: list[int]) -> None:
    policies, seen = network(task, draw, *hidden_layers), observations(task, draw)
    assert_acts_as_in_kernels(policies, seen)
    for r in range(RUNS):
        policy = policies.of_run(r, task.observation_size)
        for e in range(EPISODES):
            greedy_action(policy, seen[r, e])
            exact = policy.activations[-1][0]
            assert policies.preferences(seen)[r, e].tolist() == exact.tolist()
            x = inputs(task, seen[r, e], bias=False) * (1.0 if task.state_count else policies.scale)
            expected = outputs(layers_of(policies.widths, policies.weights[r]), x)
            np.testing.assert_allclose(exact, expected, rtol=1e-9, atol=1e-12)


def table(task: Task, draw: Draw, tilings: int) -> TileCoding:
    bins = [2, 1, 5, 3, 2, 2][: task.observation_size]
    low, high = [-1.0] * task.observation_size, [1.5] * task.observation_size
    cut = task.state_count, bins, low, high, 1 if task.state_count else tilings
    return TileCoding.of(draw((RUNS, tile_count(tiling_of(*cut)), task.actions)), *cut)


@TASKS
@DRAWS
@pytest.mark.parametrize("tilings", [1, 2, 7])
def test_tables_act_as_in_kernels(task: Task, draw: Draw, tilings: int) -> None:
    assert_acts_as_in_kernels(table(task, draw, tilings), observations(task, draw))


def made(task: Task) -> dict[str, Policies]:
    """Make policies of each kind."""
    weights = normal((RUNS, task.actions - 1, task.state_count or task.observation_size))
    linear = Linear(weights, np.array([task.state_count]))
    return {
        "linear": linear,
        "network": network(task, normal, 16, 8),
        "table": table(task, normal, 2),
    }


def arrays_of(kind: str, task: Task) -> dict[str, NDArray[Any]]:
    """Return what their file holds."""
    about = {"kind": np.array(kind), "environment": np.array(task.id)}
    return about | made(task)[kind].arrays()


@pytest.mark.parametrize("kind", files.KINDS)
@TASKS
def test_policies_come_out_of_their_file_as_they_went_in(
    kind: str, task: Task, tmp_path: Path
) -> None:
    save_arrays(f"{tmp_path}/policies.npz", **arrays_of(kind, task))
    policies, held = files.policies(str(tmp_path), task), made(task)[kind]
    assert policies.kind == kind
    for name, array in vars(held).items():
        np.testing.assert_array_equal(vars(policies)[name], array)


def test_policies_for_another_environment_are_refused(tmp_path: Path) -> None:
    """As after a switch without `dvc repro`."""
    save_arrays(f"{tmp_path}/untrained.npz", **arrays_of("linear", acrobot()))
    with pytest.raises(InputError) as refused:
        files.policies(str(tmp_path), cartpole(), "untrained")
    assert str(refused.value) == (
        f"{tmp_path}/untrained.npz: is for Acrobot-v1, not CartPole-v1; `dvc repro` makes it anew"
    )


def test_ten_lines_of_numpy_play_the_file_of_a_network(tmp_path: Path) -> None:
    task = acrobot()
    save_arrays(str(tmp_path / "policies.npz"), **arrays_of("network", task))

    file, run = np.load(tmp_path / "policies.npz"), 0
    env = gymnasium.make(str(file["environment"]))
    observation, _ = env.reset(seed=0)
    seen: list[Any] = []
    actions: list[int] = []
    over = False
    while not over:
        x, layers = file["scale"] * observation, sum("weights" in name for name in file)
        for k in range(1, layers + 1):
            x = x @ file[f"weights_{k}"][run] + file[f"biases_{k}"][run]
            x = np.maximum(x, 0.0) if k < layers else x
        seen, actions = [*seen, observation], [*actions, int(x.argmax())]
        observation, _, terminated, truncated, _ = env.step(actions[-1])
        over = terminated or truncated

    policies = files.policies(str(tmp_path), task)
    assert policies.select(slice(run, run + 1)).act(np.array([seen]))[0].tolist() == actions
    assert len(set(actions)) > 1
