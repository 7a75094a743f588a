"""What a user has set for all projects does not reach this one: DVC's options, and a gitignore."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from checkout import ROOT, Checkout

# Without Git, asking before each stage, locks by links, Hydra's composition, pages elsewhere.
DVC_OPTIONS = """
[core]
    no_scm = true
    interactive = true
    hardlink_lock = true
    autostage = true
[hydra]
    enabled = true
    config_dir = nowhere
[plots]
    out_dir = elsewhere
    html_template = /nowhere.html
"""
GITIGNORE = "*.lock\n*.yaml\ndata/\n*.png\n*.json\n"


@pytest.fixture
def configured(
    checkout: Callable[[], Checkout], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Checkout:
    """A checkout of a user who has set all that."""
    (tmp_path / "dvc").mkdir()
    (tmp_path / "dvc/config").write_text(DVC_OPTIONS)
    (tmp_path / "git").mkdir()
    (tmp_path / "git/ignore").write_text(GITIGNORE)
    (tmp_path / "git/config").write_text("[user]\nname = test\nemail = test@localhost\n")
    monkeypatch.setenv("DVC_GLOBAL_CONFIG_DIR", str(tmp_path / "dvc"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    return checkout()


def test_stages_run_and_experiments_are_queued(configured: Checkout) -> None:
    configured.edit("params.yaml", ("frame: 1", "frame: 2"))
    assert configured.repro("check_params") == ["check_params"]
    assert configured.git("status", "--short").split() == ["M", "dvc.lock", "M", "params.yaml"]
    told = configured.dvc("exp", "run", "--queue", "--name", "queued", "-S", "seed=1")
    assert "Queued experiment 'queued' for future execution." in told


def test_pages_of_plots_are_where_the_scripts_are_found(configured: Checkout) -> None:
    told = configured.dvc("plots", "show", "data/plot/test_returns.json")
    assert told.strip() == (configured.path / "dvc_plots/index.html").as_uri()
    assert "../.dvc/plots/vega.js" in (configured.path / "dvc_plots/index.html").read_text()


def test_everything_that_belongs_to_the_project_is_added_and_nothing_else(
    configured: Checkout,
) -> None:
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    named = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert set(configured.git("ls-files", "-z").split("\0")) == set(named.split("\0"))
    (configured.path / "data/plot/new.png").touch()
    (configured.path / "data/plot/new.png.partial").touch()
    (configured.path / "data/train/search/policies.npz").touch()
    assert configured.git("status", "--short") == "?? data/plot/new.png\n"
