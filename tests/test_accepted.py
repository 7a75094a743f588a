"""Whatever the checks accept runs: every stage, at the ends of every range, in any environment."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from graph import AGENTS
from hypothesis import given, settings
from hypothesis import strategies as st
from inside import LOCK, run, working_in
from matplotlib.figure import Figure
from ruamel.yaml import YAML

from stages.common import checking
from stages.pictures.figures import style


def ends(low: float, high: float) -> st.SearchStrategy[float]:
    """Draw from a range, its ends more often than the rest; never -0.0, which is refused."""
    return st.sampled_from([low, high]) | st.floats(low, high).map(lambda value: value + 0.0)


def lists(values: st.SearchStrategy[Any], size: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, min_size=size, max_size=size)


FEW, LAYER = st.integers(1, 3), st.integers(1, 64)
NUMBER, SHARE, RATE = ends(-1e6, 1e6), ends(0.0, 1.0), ends(5e-324, 1.0)
CONSTANT = ends(0.001, 1000.0)

# Each environment's number of variables in an observation, 0 where it is a number; its id, what is
# drawn for its options, and what the file has to say beside them.
ENVIRONMENTS: dict[str, tuple[int, list[str], dict[str, Any], dict[str, Any]]] = {
    "cartpole": (
        4,
        ["CartPole-v1", "CartPole-v0"],
        {"gravity": CONSTANT, "pole_half_length": CONSTANT, "force": CONSTANT},
        {},
    ),
    "mountain_car": (2, ["MountainCar-v0"], {}, {}),
    "frozen_lake": (
        0,
        ["FrozenLake-v1"],
        {"is_slippery": st.booleans(), "success_rate": SHARE},
        {},
    ),
    "cliff_walking": (0, ["CliffWalking-v1"], {}, {"max_episode_steps": 20}),
}


@st.composite
def sections(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """Draw the section of an environment."""
    variables, ids, options, more = ENVIRONMENTS[name]
    candidates, tilings = draw(st.integers(1, 70)), draw(st.sampled_from([1, 1, 2, 64]))
    scale: st.SearchStrategy[Any] = lists(NUMBER, variables) | st.just([])
    if variables:
        scale |= NUMBER  # for all of them
    bins = lists(st.sampled_from([1]) | st.integers(1, 17), variables)
    most = st.sampled_from([(100, 100, 10, 1)[:variables]]).map(list)
    low = draw(lists(ends(-1e6, 999_999.0), variables))

    def over_tiles(intervals: st.SearchStrategy[list[int]]) -> dict[str, Any]:
        """Draw what all agents that learn over tiles have."""
        return {
            "bins": draw(intervals),
            "low": low,
            "high": [draw(ends(value + 0.002, 1e6)) for value in low],
            "tilings": tilings if variables else 1,
            "episodes": draw(st.integers(1, 9)),
            "initial_value": draw(NUMBER),
            "discount": draw(SHARE),
            "checkpoint_every": draw(st.integers(1, 10)),
            "validation_episodes": draw(FEW),
        }

    of_others: dict[str, Any] = {section: {} for section in checking.agents()}
    return of_others | {
        "env": {
            "id": draw(st.sampled_from(ids)),
            "options": {key: draw(value) for key, value in options.items() if draw(st.booleans())},
            **more,
        },
        "search": {
            "candidates": candidates,
            "finalists": draw(st.integers(1, candidates)),
            "validation_episodes": draw(FEW),
            "scale": draw(scale),
            "bias": draw(st.booleans()),
        },
        "train_policy": {
            "hidden_layers": draw(LAYER | st.lists(LAYER, min_size=1, max_size=4)),
            "scale": draw(scale),
            "episodes": draw(st.integers(1, 36)),
            "batch_episodes": draw(st.integers(1, 5)),
            "discount": draw(SHARE),
            "learning_rate": draw(RATE),
            "checkpoint_every": draw(st.integers(1, 40)),
            "validation_episodes": draw(FEW),
        },
        "train_q_learning": {
            **over_tiles(bins if tilings > 1 else bins | most),
            "learning_rate": draw(RATE),
            "final_learning_rate": draw(SHARE),
            "epsilon": draw(SHARE),
            "final_epsilon": draw(SHARE),
            "exploration_fraction": draw(RATE),
        },
        "train_actor_critic": {
            **over_tiles(bins),
            "actor_rate": draw(RATE),
            "critic_rate": draw(RATE),
        },
        "evaluate": {
            "episodes": draw(FEW),
            "bootstrap_resamples": draw(st.integers(100, 200)),
        },
    }


@st.composite
def parameters(draw: st.DrawFn, environments: list[str]) -> dict[str, Any]:
    """Draw a parameter file that the checks accept; only what costs time is kept low."""
    name, runs = draw(st.sampled_from(environments)), draw(FEW)
    return {
        "environment": name,
        "seed": draw(st.integers(0, 2**32 - 1)),
        "runs": runs,
        "robustness": {
            "episodes": draw(FEW),
            "factors": draw(st.sampled_from([[], [2.0, 0.5]])),
            "noise": draw(st.sampled_from([[], [0.5]])),
            "random_actions": draw(st.sampled_from([[], [1.0]])),
        },
        "plot": {"smoothing_episodes": draw(st.sampled_from([1, 2, 1_000_000]))},
        "render_gif": {
            "steps_per_frame": draw(st.sampled_from([7, 50])),
        },
        name: draw(sections(name)),
    }


def laid_out(figure: Figure) -> bytes:
    """Lay a figure out in place of encoding it, into which most of the time would go."""
    figure.draw_without_rendering()
    return b'<svg xmlns="http://www.w3.org/2000/svg" width="6" height="3"/>'


def accepted(content: dict[str, Any], folder: Path) -> None:
    """Check the parameters, run every stage, and look at what came of it."""
    with working_in(folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(style, "encode", laid_out)
        patch.setenv("WORKERS", "1")  # the test in Gymnasium would fork a process that has threads
        with Path("params.yaml").open("w") as file:
            yaml = YAML()
            yaml.representer.ignore_aliases = lambda _: True  # which stages do not read
            yaml.dump(content, file)
        checking.check()
        for stage in LOCK:
            run(stage)
        for agent in AGENTS:
            told = json.loads(Path(f"data/evaluate/{agent}/summary.json").read_text())["return"]
            assert told["worst"] <= told["mean"]
            if content["environment"] == "cartpole":
                assert 1 <= told["worst"] <= told["mean"] <= 500
            with np.load(f"data/train/{agent}/history.npz") as history:
                assert history["returns"].shape[0] == content["runs"]
                assert np.isfinite(history["returns"]).all()


@pytest.mark.filterwarnings("ignore:.*out of date.*")
@pytest.mark.parametrize(
    ("examples", "environments"),
    [
        (2, ["cartpole", "frozen_lake"]),  # whose kernels other tests need as well
        pytest.param(20, list(ENVIRONMENTS), marks=pytest.mark.slow),
    ],
)
def test_what_is_accepted_runs(
    examples: int, environments: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    @given(content=parameters(environments))
    @settings(max_examples=examples)
    def all_of_them(content: dict[str, Any]) -> None:
        accepted(content, tmp_path_factory.mktemp("accepted"))

    all_of_them()
