"""What the DVC view of VS Code and Codespaces asks for.

The extension iterative.dvc runs `python -m dvc` by the interpreter that it is told, whose folder it
puts first in PATH; the commands are those of its `DvcReader`.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from checkout import Checkout
from graph import AGENTS

pytestmark = pytest.mark.slow


def asked(checkout: Checkout, *arguments: str) -> Any:
    """Ask as the extension does, in a shell that knows nothing of the environment."""
    path = os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"])
    done = checkout.run(sys.executable, "-m", "dvc", *arguments, "--json", PATH=path)
    return json.loads(done.stdout)


def test_the_view_of_experiments_has_parameters_and_metrics(scratch: Checkout) -> None:
    workspace, *commits = asked(scratch, "exp", "show", "--num", "3")
    assert workspace["rev"] == "workspace"
    assert len(commits) >= 1
    assert workspace["data"]["params"]["params.yaml"]["data"]["environment"] == "cartpole"
    for agent in AGENTS:
        metrics = workspace["data"]["metrics"][f"data/metrics/{agent}.json"]
        assert metrics["data"][agent]["runs"] == 3


def test_the_view_of_plots_has_every_figure_curve_and_film(
    scratch: Checkout, tmp_path: Path
) -> None:
    shown = asked(scratch, "plots", "diff", "--out", str(tmp_path), "--split")
    here = {
        name: plot
        for name, plots in shown["data"].items()
        for plot in plots  # an image has one for each revision, a chart holds them all
        if "workspace" in plot["revisions"]
    }
    charts = {name for name, plot in here.items() if plot["type"] == "vega"}
    assert charts == {"data/plot/learning_curves.json", "data/plot/test_returns.json"}
    for name, plot in here.items():
        if name in charts:
            assert plot["content"]["$schema"].endswith("/vega-lite/v5.json")
            points = plot["anchor_definitions"]["<DVC_METRIC_DATA>"]
            assert {"workspace"} <= {point["rev"] for point in points}
        else:
            assert Path(plot["url"]).stat().st_size > 1000
    films = {name for name in here if name.endswith(".gif")}
    assert films == {f"data/render_gif/{agent}.gif" for agent in AGENTS}


def test_the_view_of_data_finds_all_of_it_in_place(scratch: Checkout, tmp_path: Path) -> None:
    own = scratch.copied(tmp_path / "project")
    own.commit()
    status = asked(own, "data", "status", "--granular", "--unchanged")
    assert list(status) == ["unchanged"]  # nothing is missing in the cache, nor other than there
    assert "data/report/index.html" in status["unchanged"]
