"""The everyday moves of a DVC user, on the real tools: experiments, a queue, and a shared cache."""

import csv
import re
import time
from pathlib import Path

import pytest
from checkout import Checkout

RATE = "train_policy.learning_rate"
MEAN = "data/evaluate/policy/metrics.json:return.mean"


@pytest.fixture(scope="module")
def project(small: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy of the small pipeline with its cache, committed, for experiments of its own."""
    own = small.copied(tmp_path_factory.mktemp("experiments") / "project")
    own.commit()
    return own


def shown(project: Checkout) -> dict[str, dict[str, str]]:
    """Read what `dvc exp show` tells of each experiment, by its name."""
    told = project.dvc("exp", "show", "--csv").splitlines()
    return {row["Experiment"]: row for row in csv.DictReader(told)}


def rate(project: Checkout) -> str:
    (line,) = (
        line
        for line in (project.path / "params.yaml").read_text().splitlines()
        if line.strip().startswith("learning_rate") and "Adam" in line
    )
    return line.split()[1]


def listed(project: Checkout) -> list[str]:
    """Run `make experiments`, in an environment that stands already."""
    command = ("make", "-s", "--old-file=.venv/.installed", "experiments")
    return project.run(*command).stdout.splitlines()


def test_an_experiment_runs_what_it_affects_and_is_shown_compared_and_kept(
    project: Checkout,
) -> None:
    assert listed(project) == ["none yet: dvc exp run --temp -n NAME -S KEY=VALUE"]
    before = project.results()
    told = project.dvc("exp", "run", "--name", "slow", "-S", f"{RATE}=0.0001")
    assert "Stage 'search' didn't change, skipping" in told
    assert "Running stage 'train_policy'" in told
    assert rate(project) == "0.0001"
    assert project.git("diff", "--numstat", "params.yaml") == "1\t1\tparams.yaml\n"
    assert shown(project)["slow"][RATE] == "0.0001"
    assert project.results() != before
    diff = project.dvc("exp", "diff", "HEAD", "slow")
    assert "return.mean" in diff
    assert RATE in diff

    # Back again: what ran before is restored from the cache without running anything.
    project.git("checkout", "--", ".")
    assert project.repro() == []
    assert project.results() == before

    project.dvc("exp", "apply", "slow")
    assert rate(project) == "0.0001"
    project.git("checkout", "--", ".")
    project.dvc("exp", "branch", "slow", "kept")
    assert "learning_rate: 0.0001" in project.git("show", "kept:params.yaml")
    project.repro()


def test_a_queued_grid_runs_every_combination(project: Checkout) -> None:
    told = project.dvc("exp", "run", "--queue", "-S", f"{RATE}=0.003,0.01")
    assert told.count("Queued experiment") == 2
    project.dvc("queue", "start")
    try:
        end = time.monotonic() + 120
        while "Queued" in (status := project.dvc("queue", "status")) or "Running" in status:
            assert time.monotonic() < end, status
            time.sleep(0.5)
    finally:
        project.dvc("queue", "stop")
    assert status.count("Success") == 2
    rows = [row for row in shown(project).values() if row[RATE] in {"0.003", "0.01"}]
    assert len(rows) == 2
    assert all(float(row[MEAN]) > 0 for row in rows)

    table = listed(project)
    agent = ["policy return", "policy solved", "policy steps_to_solve"]
    assert re.split(r"\s{2,}", table[0]) == ["Experiment", "rev", *agent, RATE]
    assert {line.split()[-1] for line in table[2:]} >= {"0.003", "0.01", "0.02"}


def test_a_colleague_pulls_every_artefact_and_runs_nothing(
    project: Checkout, tmp_path: Path
) -> None:
    project.dvc("remote", "add", "--local", "--default", "shared", str(tmp_path / "remote"))
    project.dvc("push")
    colleague = project.moved(tmp_path / "clone")
    project.git("clone", "--quiet", str(project.path), str(colleague.path))
    colleague.dvc("remote", "add", "--local", "--default", "shared", str(tmp_path / "remote"))
    colleague.dvc("pull")
    assert colleague.results() == project.results()
    assert colleague.repro() == []
