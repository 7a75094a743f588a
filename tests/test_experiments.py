"""The everyday moves of a DVC user, on the real tools: experiments, a queue, and a shared cache."""

import csv
import sys
import time
from pathlib import Path

import pytest
from checkout import Checkout
from graph import leaves
from ruamel.yaml import YAML

LAYERS = "cartpole.train_policy.hidden_layers"
RATE = "cartpole.train_policy.learning_rate"
MEAN = "data/evaluate/policy/metrics.json:return.mean"
NONE = "none yet: dvc exp run --temp -n NAME -S KEY=VALUE"
HEADS = ["name", "rev", "changed", "agent"]
COMMAND = (sys.executable, "-m", "stages.experiments")


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
    command = ("make", "-s", "--old-file=.venv/.installed", "RUN=python -m", "experiments")
    return project.run(*command).stdout.splitlines()


def test_an_experiment_runs_what_it_affects_and_is_shown_compared_and_kept(
    project: Checkout,
) -> None:
    assert listed(project) == [NONE]
    before = project.results()
    told = project.dvc("exp", "run", "--name", "slow", "-S", f"{RATE}=0.0001")
    assert "Stage 'search' didn't change, skipping" in told
    assert "Running stage 'train_policy'" in told
    assert rate(project) == "0.0001"
    old, new = project.git("show", "HEAD:params.yaml"), (project.path / "params.yaml").read_text()
    assert new.count("#") == old.count("#")  # DVC writes lists on lines of their own, no more
    was, now = (leaves(YAML(typ="safe").load(text)) for text in (old, new))
    assert now == {**was, RATE: 0.0001}
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


def row(lines: list[str], name: str) -> list[str]:
    """Return the words of the line that lists an experiment, without its revision."""
    (words,) = (words for line in lines if (words := line.split())[:1] == [name])
    return [name, *words[2:]]


def finish_queue(project: Checkout) -> str:
    """Run what is queued to the end; return what the queue then tells of it."""
    project.dvc("queue", "start")
    try:
        end = time.monotonic() + 120
        while "Queued" in (status := project.dvc("queue", "status")) or "Running" in status:
            assert time.monotonic() < end, status
            time.sleep(0.5)
    finally:
        project.dvc("queue", "stop")
    return status


def test_a_queued_grid_runs_every_combination(project: Checkout) -> None:
    queue = ("exp", "run", "--queue", "--name")
    changes = ("-S", f"{RATE}=0.003,0.01", "-S", f"{LAYERS}=[8,8]")
    told = project.dvc(*queue, "grid", *changes, "evaluate@policy")  # and nothing behind it
    assert told.count("Queued experiment") == 2
    project.dvc(*queue, "bad", "-S", f"{RATE}=20")
    status = finish_queue(project)
    assert status.count("Success") == 2
    assert status.count("Failed") == 1
    rows = shown(project)
    assert [rows[f"grid-{number}"][RATE] for number in (1, 2)] == ["0.003", "0.01"]
    assert float(rows["grid-1"][MEAN]) > 0
    assert float(rows["bad"][MEAN]) > 0  # of the commit that it began from: dvc#9787


def test_experiments_are_listed_with_what_they_changed_and_what_came_of_it(
    project: Checkout,
) -> None:
    rows = shown(project)
    project.dvc("exp", "run", "--queue", "--name", "waiting", "-S", f"{RATE}=0.5")
    project.git("checkout", "--quiet", "-b", "feature/a,b")
    lines = listed(project)
    heads = [line.split() for line in lines[:2]]
    assert heads == [["mean", "runs", "steps", "to"], [*HEADS, "return", "solved", "solve"]]

    head = project.git("rev-parse", "--short=7", "HEAD").strip()
    began = [line.split() for line in lines[3:6]]
    assert began[0][:4] == ["feature/a,b", head, "random", "search"]
    assert [words[0] for words in began[1:]] == ["policy", "Q-learning"]

    mean = f"{float(rows['grid-1'][MEAN]):.1f}"
    (place,) = (place for place, line in enumerate(lines) if line.startswith("grid-1"))
    first, second = (line.split() for line in lines[place : place + 2])
    assert first[2:7] == [f"{LAYERS}=[8,", "8]", "policy", "learning", mean]
    assert second == [f"{RATE}=0.003"]

    # Neither has numbers, which could only be those of the commit.
    assert row(lines, "bad") == ["bad", f"{RATE}=20", "failed"]
    assert row(lines, "waiting") == ["waiting", f"{RATE}=0.5", "queued"]
    assert lines[-4:] == [
        "",
        "Why one failed: dvc queue logs NAME",
        "To run what is queued: dvc queue start",
        "Left out: agents that came out as before, other metrics, the workspace; see dvc exp show",
    ]


# What git allows in a name; `dvc exp run` refuses spaces, slashes and control characters.
NAMES = ["001", "1e3", "null", "a,b", 'a"b', "it's", "ünï", "@x", "$(x)", "#x", "rate-2", "rate-10"]


def test_names_are_listed_as_they_are(project: Checkout) -> None:
    project.dvc("exp", "save", "--name", "001")
    commit = project.git("rev-parse", "HEAD").strip()
    reference = f"refs/exps/{commit[:2]}/{commit[2:]}/"
    for name in (*NAMES[1:], "a\u0085b", "a\u202eb"):  # a new line, and writing from right to left
        project.git("update-ref", reference + name, f"{reference}001")
    assert set(NAMES) <= set(project.dvc("exp", "list", "--name-only").split())
    lines = listed(project)
    for name in (*NAMES, '"a\\u0085b"', '"a\\u202eb"'):
        assert row(lines, name) == [name, "as", "before"]
    names = [line.split()[0] for line in lines if line]
    assert names.index("rate-10") == names.index("rate-2") + 1
    told = project.run(*COMMAND, PYTHONIOENCODING="ascii").stdout
    assert "\\xfcn\\xef" in told


def test_experiments_on_other_commits_are_listed_below(project: Checkout) -> None:
    before = project.git("rev-parse", "--short=7", "HEAD").strip()
    project.commit()
    head, after = project.git("log", "-2", "--format=%h", "--abbrev=7").split()
    assert after == before
    names = [line.split()[:2] for line in listed(project) if line and not line.startswith(" ")]
    assert names[2] == ["feature/a,b", head]
    assert names[3][1] == before
    assert "bad" in [name for name, *_ in names[4:]]


def test_what_hinders_dvc_is_told_in_one_line(project: Checkout, tmp_path: Path) -> None:
    clone = project.shallow_clone(tmp_path / "shallow")
    assert clone.run(*COMMAND).stdout == f"{NONE}\n"

    with clone.edited(".dvc/config", ("[core]", "[core")):
        told = clone.run(*COMMAND, status=1).stderr
    assert told.startswith("dvc: config file error: ")
    assert len(told.splitlines()) == 1

    (clone.path / ".git").rename(tmp_path / "taken away")
    told = clone.run(*COMMAND, status=1, GIT_CEILING_DIRECTORIES=str(tmp_path)).stderr
    assert told == f"dvc: {clone.path} is not a git repository\n"


def test_a_commit_that_dvc_cannot_read_is_named_with_the_reason(
    project: Checkout, tmp_path: Path
) -> None:
    broken = project.copied(tmp_path / "broken")
    (broken.path / "dvc.lock").write_text("stages: [\n")
    broken.commit()
    head = broken.git("rev-parse", "--short=7", "HEAD").strip()
    lines = broken.run(*COMMAND).stdout.splitlines()
    assert lines[3].split() == ["feature/a,b", head, "unreadable"]
    assert lines[4] == "  unable to read: 'dvc.lock', YAML file structure is corrupted"
    assert lines[5] == ""


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
