"""Another environment is one word away, and so is the way back, on the real tools."""

import json
import sys

import pytest
from checkout import Checkout
from graph import AGENTS, PARAMS, put
from ruamel.yaml import YAML
from test_experiments import finish_queue
from test_reruns import EVERYTHING

HOME, THERE, ELSEWHERE = "cartpole", "cliff_walking", "frozen_lake"
LITTLE = {
    "search.candidates": 20,
    "search.finalists": 2,
    "search.selection_episodes": 2,
    "train_policy.episodes": 20,
    "train_policy.checkpoint_every": 10,
    "train_policy.selection_episodes": 2,
    "train_q_learning.episodes": 40,
    "train_q_learning.checkpoint_every": 20,
    "train_q_learning.selection_episodes": 2,
    "evaluate.episodes": 4,
    "evaluate.bootstrap_resamples": 200,
}


@pytest.fixture(scope="module")
def project(small: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy of the small pipeline, with little to do in two other environments, committed."""
    own = small.copied(tmp_path_factory.mktemp("switching") / "project")
    yaml = YAML()
    content = yaml.load(own.path / "params.yaml")
    for name in (THERE, ELSEWHERE):
        for leaf, value in LITTLE.items():
            put(content, f"{name}.{leaf}", value)
    yaml.dump(content, own.path / "params.yaml")
    assert own.repro() == ["check_params"]
    own.commit()
    return own


def switch(project: Checkout, here: str, there: str) -> list[str]:
    """Change the word, and run the pipeline; return the stages that ran."""
    project.edit("params.yaml", (f"environment: {here}  #", f"environment: {there}  #"))
    assert project.git("diff", "--numstat", "params.yaml") in {"", "1\t1\tparams.yaml\n"}
    return project.repro()


def metrics(project: Checkout, revision: str) -> dict[str, str]:
    """Read the metrics of each agent as Git holds them."""
    files = {agent: f"data/evaluate/{agent}/metrics.json" for agent in AGENTS}
    return {agent: project.git("show", f"{revision}:{file}") for agent, file in files.items()}


def reference(project: Checkout, experiment: str) -> str:
    """Find the commit of an experiment."""
    listed = project.git("for-each-ref", "--format=%(refname)", "refs/exps").split()
    (found,) = (name for name in listed if name.endswith(f"/{experiment}"))
    return found


def test_another_environment_is_one_word_and_the_way_back_runs_nothing(project: Checkout) -> None:
    before = project.results()
    assert set(switch(project, HOME, THERE)) == EVERYTHING
    there = project.results()
    assert there.keys() == before.keys()
    same = {name for name in before if there[name] == before[name]}
    assert same == {name for name in before if name.endswith(".gitignore")} | {
        "data/check_params/passed.json",
        "data/check_params/schema.json",
    }
    assert PARAMS[THERE]["env"]["id"] in there["data/report/index.html"].decode()
    project.commit()
    project.git("branch", "there")

    # What ran before is restored from the run-cache; only the check runs.
    assert switch(project, THERE, HOME) == ["check_params"]
    assert project.results() == before
    project.git("reset", "--quiet", "--hard", "HEAD~1")
    assert project.repro() == []
    assert project.results() == before


def test_an_experiment_in_another_environment_leaves_the_workspace_alone(project: Checkout) -> None:
    before = project.results()
    word = f"environment={ELSEWHERE}"
    told = project.dvc("exp", "run", "--temp", "--name", "elsewhere", "-S", word)
    ran = {line.split("'")[1] for line in told.splitlines() if line.startswith("Running")}
    assert ran == EVERYTHING
    assert project.results() == before
    assert project.git("status", "--short") == ""
    for text in metrics(project, reference(project, "elsewhere")).values():
        assert 0.0 <= json.loads(text)["return"]["mean"] <= 1.0


def test_a_queue_goes_through_environments(project: Checkout) -> None:
    """Both have run before, so little is left to do."""
    words = f"environment={THERE},{ELSEWHERE}"
    project.dvc("exp", "run", "--queue", "--name", "both", "-S", words)
    finish_queue(project)
    assert metrics(project, reference(project, "both-1")) == metrics(project, "there")
    elsewhere = reference(project, "elsewhere")
    assert metrics(project, reference(project, "both-2")) == metrics(project, elsewhere)
    lines = project.run(sys.executable, "-m", "stages.experiments").stdout.splitlines()
    for name, environment in (("both-1", THERE), ("both-2", ELSEWHERE), ("elsewhere", ELSEWHERE)):
        (line,) = (line for line in lines if line.startswith(f"{name} "))
        assert f'environment="{environment}"' in line
