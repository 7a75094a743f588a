"""Policies in NumPy, all runs at once: what kernels do, and what their files have to hold."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from naive import inputs, linear_action, outputs
from numpy.typing import NDArray
from tasks import acrobot, cartpole, frozen_lake

from stages.rl.interface.task import Task
from stages.rl.judge.policy_files import KINDS, from_arrays
from stages.rl.policies import linear, network, table
from stages.rl.policies.inputs import Inputs, inputs_of
from stages.rl.policies.kind import Policy, greedy_action
from stages.rl.policies.linear import Linear
from stages.rl.policies.network import Network, layer_widths, parameter_count
from stages.rl.policies.table import Table, tile_count, tiling_of

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
    if task.numbers:
        return np.random.default_rng(2).integers(0, task.numbers, (RUNS, EPISODES, 1)).astype(float)
    return draw((RUNS, EPISODES, task.variables)).astype(np.float32).astype(np.float64)


def assert_acts_as(
    policy: Policy, seen: NDArray[np.float64], players: list[Any], plainly: Any = None
) -> None:
    """Compare a policy's actions with those of kernels, and with those of a function of a run."""
    found = policy.act(seen)
    kernels = [[greedy_action(player, x) for x in seen[r]] for r, player in enumerate(players)]
    assert found.tolist() == kernels
    if plainly:
        assert found.tolist() == [[plainly(r, x) for x in seen[r]] for r in range(RUNS)]
    # Some runs alone do what they do among others; others of an observation do not matter.
    assert policy.runs == RUNS
    assert policy.select(slice(1, 2)).act(seen[1:2, :7]).tolist() == found[1:2, :7].tolist()


@TASKS
@DRAWS
@pytest.mark.parametrize("bias", [False, True])
def test_linear_policies_act_as_in_kernels(task: Task, draw: Draw, bias: bool) -> None:
    width = (task.numbers or task.variables) + bias
    weights = draw((RUNS, task.actions - 1, width))
    given = inputs_of(task.variables, task.numbers, [])
    players = [linear.Player(weights[r], given, np.zeros(width)) for r in range(RUNS)]

    def plainly(r: int, x: NDArray[np.float64]) -> int:
        return linear_action(weights[r], inputs(task, x, bias=bias))

    policy = Linear(weights, np.array([task.numbers]))
    assert_acts_as(policy, observations(task, draw), players, plainly)
    # The preferences are the scores: zero for the first action.
    scores = policy.preferences(observations(task, draw))
    assert scores.shape == (RUNS, EPISODES, task.actions)
    assert (scores[:, :, 0] == 0.0).all()


@TASKS
@DRAWS
@pytest.mark.parametrize("hidden_layers", [[1], [16], [10, 10], [7, 3, 5]])
def test_networks_act_as_in_kernels(task: Task, draw: Draw, hidden_layers: list[int]) -> None:
    widths = layer_widths(task.numbers or task.variables, hidden_layers, task.actions)
    parameters = draw((RUNS, parameter_count(widths)))
    given = Inputs(task.numbers, np.abs(draw((task.variables,))))
    players = [
        network.Player(widths, parameters[r], given, np.zeros(int(widths.sum())))
        for r in range(RUNS)
    ]
    policy = Network(parameters, widths.astype(np.int64), given.scale, np.array([task.numbers]))
    seen = observations(task, draw)
    assert_acts_as(policy, seen, players)
    for r, player in enumerate(players):
        for e in range(EPISODES):
            greedy_action(player, seen[r, e])
            exact = player.activations[-task.actions :]
            assert policy.preferences(seen)[r, e].tolist() == exact.tolist()
            x = inputs(task, seen[r, e], bias=False) * (1.0 if task.numbers else given.scale)
            expected = outputs(parameters[r], widths.tolist(), x)
            np.testing.assert_allclose(exact, expected, rtol=1e-9, atol=1e-12)


@TASKS
@DRAWS
@pytest.mark.parametrize("tilings", [1, 2, 7])
def test_tables_act_as_in_kernels(task: Task, draw: Draw, tilings: int) -> None:
    bins = [2, 1, 5, 3, 2, 2][: task.variables]
    low, high = [-1.0] * task.variables, [1.5] * task.variables
    tilings = 1 if task.numbers else tilings
    tiling = tiling_of(task.numbers, bins, low, high, tilings)
    weights = draw((RUNS, tile_count(tiling), task.actions))
    policy = Table(
        weights,
        np.array(bins),
        np.array(low),
        np.array(high),
        np.array([tilings]),
        np.array([task.numbers]),
    )
    players = [table.player_of(tiling, weights[r]) for r in range(RUNS)]
    assert_acts_as(policy, observations(task, draw), players)


def files(task: Task) -> dict[str, dict[str, NDArray[Any]]]:
    """Return the arrays of a file of each kind."""
    numbers, wide = np.array([task.numbers]), task.numbers or task.variables
    parameters = normal((RUNS, parameter_count(layer_widths(wide, [5], task.actions))))
    tiles = tile_count(tiling_of(task.numbers, [3] * 4, [-1.0] * 4, [1.0] * 4, 1))
    return {
        "linear": {"weights": normal((RUNS, task.actions - 1, wide)), "numbers": numbers},
        "network": {
            "parameters": parameters,
            "widths": np.array([wide, 5, task.actions]),
            "scale": np.ones(task.variables),
            "numbers": numbers,
        },
        "table": {
            "weights": normal((RUNS, tiles, task.actions)),
            "bins": np.array([3] * task.variables),
            "low": np.array([-1.0] * task.variables),
            "high": np.array([1.0] * task.variables),
            "tilings": np.array([1]),
            "numbers": numbers,
        },
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("task", [cartpole(), frozen_lake()], ids=lambda t: t.id)
def test_a_file_tells_its_kind(kind: str, task: Task) -> None:
    arrays = files(task)[kind]
    policy = from_arrays({"kind": np.array(kind), **arrays}, task)
    assert policy.kind == kind
    assert policy.runs == RUNS
    assert vars(policy).keys() == arrays.keys()
    assert all((vars(policy)[name] == array).all() for name, array in arrays.items())


FAULTS = [
    ("linear", {"kind": np.array("deep")}, "a policy of kind deep; known kinds are linear, "),
    ("linear", {"more": np.zeros(1)}, "arrays other than those of a linear policy: kind, weights"),
    ("linear", {"weights": np.zeros((3, 4))}, "weights as float64 of shape"),
    ("linear", {"weights": np.full((3, 1, 4), np.nan)}, "weights with values that are not finite"),
    ("linear", {"weights": np.zeros((3, 1, 6))}, "weights of shape"),
    ("linear", {"weights": np.zeros((3, 2, 4))}, "weights of shape"),
    ("linear", {"numbers": np.array([7])}, "numbers"),
    ("network", {"widths": np.array([5, 5, 2])}, "widths"),
    ("network", {"widths": np.array([4, 5, 3])}, "widths"),
    ("network", {"widths": np.array([4, 6, 2])}, "parameters of shape"),
    ("network", {"widths": np.array([4, 0, 2])}, "parameters of shape"),
    ("network", {"scale": np.ones(3)}, "a scale of shape"),
    ("network", {"numbers": np.array([7])}, "numbers"),
    ("table", {"tilings": np.array([0])}, "bins or tilings that are not above 0"),
    ("table", {"bins": np.array([3, 3, 3, 0])}, "bins or tilings that are not above 0"),
    ("table", {"bins": np.array([3, 3, 3])}, "bins, low and high that do not fit the variables"),
    ("table", {"low": np.ones(4)}, "bins, low and high that do not fit the variables"),
    ("table", {"bins": np.array([3, 3, 3, 2])}, "weights of shape"),
    ("table", {"tilings": np.array([2])}, "weights of shape"),
    ("table", {"numbers": np.array([81])}, "numbers"),
]


@pytest.mark.parametrize(("kind", "changed", "told"), FAULTS)
def test_a_file_that_does_not_fit_is_refused(
    kind: str, changed: dict[str, NDArray[Any]], told: str
) -> None:
    arrays = {"kind": np.array(kind), **files(cartpole())[kind], **changed}
    with pytest.raises(ValueError, match=f"^{told}"):
        from_arrays(arrays, cartpole())


def test_a_file_without_its_arrays_or_of_another_environment_is_refused() -> None:
    with pytest.raises(ValueError, match="a policy of kind none"):
        from_arrays({}, cartpole())
    with pytest.raises(ValueError, match="arrays other than"):
        from_arrays({"kind": np.array("linear"), "weights": np.zeros((3, 1, 4))}, cartpole())
    for kind, arrays in files(cartpole()).items():
        with pytest.raises(ValueError, match="does not fit FrozenLake-v1"):
            from_arrays({"kind": np.array(kind), **arrays}, frozen_lake())
