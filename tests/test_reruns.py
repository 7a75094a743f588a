"""The table: which stages run again when a parameter or an environment's module changes."""

import json
import sys
from fnmatch import fnmatch

from checkout import Checkout
from graph import ADDED, AGENTS, CHANGED, PARAMS, TRAININGS, leaves, own_leaves, to_do

EVALUATIONS = {f"evaluate@{agent}" for agent in AGENTS}
GIFS = {f"render_gif@{agent}" for agent in AGENTS}
SHOWN_TOGETHER = {"robustness", "plot", "render_together", "report"}
EVERYTHING = {"check_params"} | SHOWN_TOGETHER | TRAININGS | EVALUATIONS | GIFS

# Which stages run again when a leaf of params.yaml changes, as long as CartPole is the
# environment. check_params reads all of them, but what it hands on stays the same; report lists
# all that are CartPole's.
RERUNS = {
    "environment": EVERYTHING,
    "seed": EVERYTHING,
    "runs": EVERYTHING,
    "cartpole.env.*": EVERYTHING,
    "cartpole.search.*": SHOWN_TOGETHER
    | {"check_params", "search", "evaluate@search", "render_gif@search"},
    "cartpole.train_policy.*": SHOWN_TOGETHER
    | {"check_params", "train_policy", "evaluate@policy", "render_gif@policy"},
    "cartpole.train_q_learning.*": SHOWN_TOGETHER
    | {"check_params", "train_q_learning", "evaluate@q_learning", "render_gif@q_learning"},
    "cartpole.evaluate.*": {"check_params"} | SHOWN_TOGETHER | EVALUATIONS | GIFS,
    "robustness.*": {"check_params", "robustness", "plot", "report"},
    "plot.*": {"check_params", "plot", "report"},
    "render_gif.*": {"check_params", "render_together", "report"} | GIFS,
    "acrobot.*": {"check_params"},
    "frozen_lake.*": {"check_params"},
    "of_my_own.*": {"check_params"},
}
OF_OTHERS = {
    "acrobot.env.episode_limit": 100,
    "acrobot.search.candidates": 501,
    "acrobot.train_policy.learning_rate": 0.5,
    "frozen_lake.train_q_learning.epsilon": 0.5,
    "frozen_lake.evaluate.episodes": 7,
    "of_my_own.env.id": "MyOwn-v0",
}


def reruns(leaf: str) -> list[str]:
    """Look up a leaf in the table."""
    return next(sorted(stages) for pattern, stages in RERUNS.items() if fnmatch(leaf, pattern))


def test_the_table_holds_every_leaf_and_changes_it() -> None:
    assert set(CHANGED) == own_leaves()
    told = leaves(PARAMS)
    assert all(told.get(leaf) != value for leaf, value in (CHANGED | ADDED | OF_OTHERS).items())


# Runs inside a checkout: prints, for each change, the stages that DVC would run, as JSON.
ASK_DVC = """
import json, sys
import networkx
from pathlib import Path
from dvc.dependency import ParamsDependency
from dvc.repo import Repo
from ruamel.yaml import YAML

yaml, file = YAML(), Path("params.yaml")
before = file.read_text()
told = {}
with Repo() as repo:
    stages, graph = repo.index.stages, repo.index.graph
    read = [(stage, dep) for stage in stages for dep in stage.deps if type(dep) is ParamsDependency]
    for leaf, value in json.load(sys.stdin).items():
        content = yaml.load(before)
        *sections, key = leaf.split(".")
        section = content
        for name in sections:
            section = section.setdefault(name, {})
        section[key] = value
        with file.open("w") as out:
            yaml.dump(content, out)
        changed = {stage for stage, dep in read if dep.status()}
        passing_on = {stage for stage in changed if stage.addressing != "check_params"}
        following = set().union(*(networkx.ancestors(graph, stage) for stage in passing_on))
        told[leaf] = sorted(stage.addressing for stage in changed | following)
file.write_text(before)
print(json.dumps(told))
"""


def test_a_change_of_a_leaf_reruns_the_stages_of_the_table(small: Checkout) -> None:
    changes = CHANGED | ADDED | OF_OTHERS
    del changes["environment"]  # by which dvc.yaml itself reads otherwise
    asked = small.run(sys.executable, "-c", ASK_DVC, given=json.dumps(changes))
    assert json.loads(asked.stdout) == {leaf: reruns(leaf) for leaf in changes}


def test_another_environment_reruns_everything(small: Checkout) -> None:
    other = f"environment: {CHANGED['environment']}"
    with small.edited("params.yaml", ("environment: cartpole", other)):
        assert sorted(to_do(small)) == reruns("environment")


def test_comments_and_order_rerun_nothing(small: Checkout) -> None:
    before = (small.path / "params.yaml").read_text()
    head, tail = before.split("\nacrobot:")
    (small.path / "params.yaml").write_text(f"acrobot:{tail}\n# a remark\n{head}\n")
    assert to_do(small) == set()
    (small.path / "params.yaml").write_text(before)


def test_the_module_of_another_environment_reruns_nothing_but_the_check(small: Checkout) -> None:
    folder = small.path / "stages/rl/environments"
    with small.edited("stages/rl/environments/acrobot.py", ('"""\n', '"""  # a remark\n')):
        assert to_do(small) == {"check_params"}
    (folder / "of_my_own.py").write_text('"""Mine."""\n')
    assert to_do(small) == {"check_params"}
    (folder / "of_my_own.py").unlink()
    with small.edited("stages/rl/environments/cartpole.py", ('"""\n', '"""  # a remark\n')):
        assert to_do(small) == EVERYTHING
    assert to_do(small) == set()
