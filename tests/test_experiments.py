"""Everyday moves of a DVC user, on the real tools: experiments, a queue, another environment."""

import csv
import json
import time
from pathlib import Path

import pytest
from checkout import Checkout
from graph import PARAMS, leaves, put
from inside import LOCK
from ruamel.yaml import YAML

RATE = "cartpole.train_policy.learning_rate"
HOME, THERE = "cartpole", "cliff_walking"
SHOWN = ("return", "solved", "steps_to_solve")
LITTLE = {
    "search.candidates": 20,
    "search.finalists": 2,
    "search.validation_episodes": 2,
    "train_policy.episodes": 20,
    "train_policy.checkpoint_every": 10,
    "train_policy.validation_episodes": 2,
    "train_q_learning.episodes": 40,
    "train_q_learning.checkpoint_every": 20,
    "train_q_learning.validation_episodes": 2,
    "evaluate.episodes": 4,
    "evaluate.bootstrap_resamples": 200,
}


@pytest.fixture(scope="module")
def project(scratch: Checkout) -> Checkout:
    """The small pipeline with its cache, and little to do in another environment, committed."""
    yaml = YAML()
    content = yaml.load(scratch.path / "params.yaml")
    for leaf, value in LITTLE.items():
        put(content, f"{THERE}.{leaf}", value)
    yaml.dump(content, scratch.path / "params.yaml")
    assert scratch.repro() == ["check_params"]
    scratch.commit()
    return scratch


def shown(project: Checkout) -> dict[str, dict[str, str]]:
    """Read what `dvc exp show` has of each experiment, by its name."""
    lines = project.dvc("exp", "show", "--csv", "--only-changed").splitlines()
    return {row["Experiment"]: row for row in csv.DictReader(lines)}


def listed(project: Checkout) -> list[list[str]]:
    """Run `make experiments`, in an environment that stands already; return the cells."""
    command = ("make", "-s", "--old-file=.venv/.installed", "RUN=python -m", "experiments")
    lines = project.run(*command).stdout.splitlines()
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line]


def mean_return(project: Checkout, experiment: str) -> float:
    """Read the mean return of Q-learning in an experiment, as Git holds it."""
    references = project.git("for-each-ref", "--format=%(refname)", "refs/exps").split()
    (commit,) = (name for name in references if name.endswith(f"/{experiment}"))
    text = project.git("show", f"{commit}:data/metrics/q_learning.json")
    return float(json.loads(text)["q_learning"]["return"])


def test_an_experiment_runs_what_it_affects_is_shown_and_can_be_undone(project: Checkout) -> None:
    before = project.results()
    setting = ("--name", "slow", "-S", f"{RATE}=0.0001")
    printed = project.dvc("exp", "run", *setting, "train_q_learning", "evaluate@reinforce")
    assert "Stage 'train_q_learning' didn't change, skipping" in printed
    assert "Running stage 'train_policy'" in printed
    was, now = (
        leaves(YAML(typ="safe").load(text))
        for text in (project.git("show", "HEAD:params.yaml"), project.path / "params.yaml")
    )
    assert now == {**was, RATE: 0.0001}
    row = shown(project)["slow"]
    assert row[RATE] == "0.0001"
    assert len(row) <= 20
    assert project.results() != before
    heads, _, main, experiment = listed(project)
    assert set(heads) <= {"Experiment", *(f"reinforce.{name}" for name in SHOWN), RATE}
    assert (main[-1], experiment[-1]) == ("0.02", "0.0001")
    assert experiment[0].endswith("[slow]")

    # Back again: what ran before is restored from the cache without running anything.
    project.git("checkout", "--", ".")
    assert project.repro() == []
    assert project.results() == before


def finish_queue(project: Checkout) -> str:
    """Run what is queued to the end; return the state of the queue."""
    project.dvc("queue", "start")
    try:
        end = time.monotonic() + 240
        while "Queued" in (status := project.dvc("queue", "status")) or "Running" in status:
            assert time.monotonic() < end, status
            time.sleep(0.5)
    finally:
        project.dvc("queue", "stop")
    return status


@pytest.mark.slow
def test_a_queue_runs_another_environment_and_leaves_the_workspace_alone(
    project: Checkout,
) -> None:
    before = project.results()
    queue = ("exp", "run", "--queue", "--name")
    project.dvc(*queue, "there", "-S", f"environment={THERE}", "evaluate@q_learning")
    project.dvc(*queue, "bad", "-S", f"{RATE}=20")
    status = finish_queue(project)
    assert status.count("Success") == 1
    assert status.count("Failed") == 1
    assert project.results() == before
    assert project.git("status", "--short") == ""
    assert -500.0 <= mean_return(project, "there") <= -13.0
    (row,) = (cells for cells in listed(project) if cells[0].endswith("[there]"))
    assert THERE in row


@pytest.mark.slow
def test_another_environment_is_one_word_and_the_way_back_runs_nothing(project: Checkout) -> None:
    before = project.results()
    project.edit("params.yaml", (f"environment: {HOME}", f"environment: {THERE}"))
    assert project.git("diff", "--numstat", "params.yaml") == "1\t1\tparams.yaml\n"
    assert set(LOCK) - set(project.repro()) <= {"train_q_learning", "evaluate@q_learning"}
    there = project.results()
    assert there.keys() == before.keys()
    same = {name for name in before if there[name] == before[name]}
    assert same == {name for name in before if name.endswith(".gitignore")} | {
        "data/check_params/passed.json",
        "data/check_params/schema.json",
    }
    assert PARAMS[THERE]["env"]["id"] in there["data/report/index.html"].decode()

    project.git("checkout", "--", ".")
    assert project.repro() == []
    assert project.results() == before


@pytest.mark.slow
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
