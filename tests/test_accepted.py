"""Whatever the schema accepts runs: every stage, at the ends of every range."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inside import LOCK, run, working_in
from ruamel.yaml import YAML

from stages import params
from stages.figures import style


def ends(low: float, high: float) -> st.SearchStrategy[float]:
    """Draw from a range, its ends more often than the rest; never -0.0, which is refused."""
    return st.sampled_from([low, high]) | st.floats(low, high).map(lambda value: value + 0.0)


@st.composite
def parameters(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a parameter file that the schema accepts; only what costs time is kept low."""
    runs, batch = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    rate, share = ends(5e-324, 1.0), ends(0.0, 1.0)
    discount = ends(0.0, math.nextafter(1.0, 0.0))
    candidates = draw(st.integers(1, 70))
    batches, updates, checkpoints = (draw(st.integers(1, 3)) for _ in range(3))
    bins = st.sampled_from([[100, 100, 10, 1], [1, 1, 1, 1]]) | st.lists(
        st.integers(1, 17), min_size=4, max_size=4
    )
    return {
        "seed": draw(st.integers(0, 2**32 - 1)),
        "runs": runs,
        "env": {"id": draw(st.sampled_from(["CartPole-v1", "CartPole-v0"]))},
        "search": {
            "candidates": candidates,
            "finalists": draw(st.integers(1, candidates)),
            "selection_episodes": draw(st.integers(1, 3)),
        },
        "train_policy": {
            "hidden_layers": [draw(st.integers(1, 64)) * 4],
            "episodes": batch * batches * checkpoints,
            "batch_episodes": batch,
            "discount": draw(discount),
            "learning_rate": draw(rate),
            "checkpoint_every": batch * batches,
            "selection_episodes": draw(st.integers(1, 3)),
        },
        "train_q_learning": {
            "bins": draw(bins),
            "limits": draw(st.lists(ends(5e-324, 100.0), min_size=4, max_size=4)),
            "episodes": updates * checkpoints,
            "initial_value": draw(ends(-1e6, 1e6)),
            "discount": draw(discount),
            "learning_rate": draw(rate),
            "final_learning_rate": draw(share),
            "epsilon": draw(share),
            "final_epsilon": draw(share),
            "exploration_fraction": draw(rate),
            "checkpoint_every": updates,
            "selection_episodes": draw(st.integers(1, 3)),
        },
        "evaluate": {
            "episodes": draw(st.integers(1, 3)),
            "bootstrap_resamples": draw(st.integers(100, 200)),
        },
        "plot": {"smoothing_episodes": draw(st.sampled_from([1, 2, 1_000_000]))},
        "render_gif": {
            "run": draw(st.integers(0, runs - 1)),
            "steps_per_frame": draw(st.sampled_from([7, 50])),
        },
    }


@pytest.mark.filterwarnings("ignore:.*out of date.*")
@settings(max_examples=15)
@given(content=parameters())
def test_what_is_accepted_runs(
    content: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("accepted")
    with working_in(folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(style, "DOTS_PER_INCH", 50)  # most of the time goes into pixels
        with Path("params.yaml").open("w") as file:
            YAML().dump(content, file)
        params.load(*content)
        for stage in LOCK:
            run(stage)
        for agent in ("search", "policy", "q_learning"):
            metrics = json.loads(Path(f"data/evaluate/{agent}/metrics.json").read_text())
            assert 1 <= metrics["return"]["worst"] <= metrics["return"]["mean"] <= 500
            with np.load(f"data/{agent}/history.npz") as history:
                assert history["returns"].shape[0] == content["runs"]
                assert history["returns"].min() >= 1
