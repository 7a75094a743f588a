"""How experiments are set out in the terminal; test_experiments.py lists those of the real DVC."""

import sys
from typing import Any

import pytest

from stages import experiments
from stages.common import script


def test_without_dvc_it_is_told_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dvc.repo", None)
    with pytest.raises(script.InputError) as refusal:
        experiments.read()
    install = "`pip install --require-hashes -r requirements-dvc.txt`"
    assert str(refusal.value) == f"dvc: not installed; {install}"


OURS = (
    "stages/search.py",
    "stages/rl/agents",
    "stages/rl/agents/q_learning.py",
    "a",
    "b",
    "c",
    "d",
)


def state(params: dict[str, Any], mean: float, *code: str) -> dict[str, Any]:
    """Return what DVC knows of a commit: every agent has the same mean return, or none has one.

    Args:
        params: those of params.yaml.
        mean: the return.
        code: files that are not as they were.
    """
    of = {"runs": 30, "return": {"mean": mean}, "fraction": {"solved": 0.5}, "train": {}}
    files = {f"data/evaluate/{agent}/metrics.json": {"data": of} for agent in ("search", "policy")}
    module = f"stages/rl/environments/{params.get('environment', 'cartpole')}.py"
    deps = {path: {"hash": "before"} for path in (*OURS, module)}
    deps |= {path: {"hash": str(mean)} for path in ("data/train/policy", *code)}
    metrics = files if mean else {}
    data = {"params": {"params.yaml": {"data": params}}, "metrics": metrics, "deps": deps}
    return {"rev": "0123456789", "name": None, "data": data, "error": None}


def experiment(name: str, status: str, *known: Any) -> dict[str, Any]:
    return {"name": name, "executor": {"state": status}, "revs": [state(*known)]}


def test_the_table_is_set_out_for_a_terminal() -> None:
    before = {"seed": 0, "search": {"limits": [1, 2], "candidates": 500}}
    longer = {
        "seed": 0,
        "search": {"limits": [2.4, 2.5, 0.21, 2.0, 1000, 1000.5], "new_key": "two\nlines"},
    }
    commit = {
        **state(before, 500.0),
        "name": "main",
        "experiments": [
            experiment("a-name-that-is-longer-than-that", "success", longer, 9.4),
            experiment("edited", "success", before, 500.0, *OURS[:3]),
            experiment("many", "success", before, 0.0, *"abcd"),
            experiment("now", "running", {**before, "seed": 1}, 500.0),
        ],
    }
    table = """
                                                                           mean      runs  steps to
name    rev      changed                                agent            return    solved     solve
------  -------  -------------------------------------  ---------------  ------  --------  --------
main    0123456                                         random search     500.0  15 of 30     never
                                                        policy learning   500.0  15 of 30     never
a-name-that-is-longer-than-that
        0123456  search.limits=                         random search      9.40  15 of 30     never
                   [2.4, 2.5, 0.21, 2.0, 1000, 1000.5]  policy learning    9.40  15 of 30     never
                 search.candidates removed
                 search.new_key="two\\nlines"
edited  0123456  stages/search.py                       as before
                 stages/rl/agents/q_learning.py
many    0123456  4 files of code                        no results
now     0123456  seed=1                                 running

Running, or killed before its end: DVC cannot tell the two apart
Left out: agents that came out as before, other metrics, the workspace; see dvc exp show
"""
    assert experiments.lines([commit]) == table.splitlines()[1:]


def test_another_environment_is_one_change_with_numbers_of_its_own() -> None:
    """Of the sections that both have nothing is told, nor that one module is read for another."""
    sections = {
        name: {"env": {"id": name}, "search": {"candidates": 500}}
        for name in ("cartpole", "acrobot", "cliff_walking")
    }
    before = {"environment": "cartpole", **sections}
    acrobot = experiment("acrobot", "success", {**before, "environment": "acrobot"}, -87.25)
    cliff = experiment("cliff", "success", {**before, "environment": "cliff_walking"}, -13.0)
    for file in cliff["revs"][0]["data"]["metrics"].values():
        file["data"]["fraction"] = {}  # null, which DVC leaves out, as nothing counts as solved
    own = file["data"] | {"return": {"mean": 0.742}, "train": {"steps_to_solve": 3}}
    own |= {"fraction": {"solved": 1.0}}
    cliff["revs"][0]["data"]["metrics"] |= {
        "data/evaluate/my_own/metrics.json": {"data": own},
        "data/evaluate/broken/metrics.json": {"data": {"return": None}},
    }
    commit = {**state(before, 500.0), "name": "main", "experiments": [acrobot, cliff]}
    table = """
                                                                  mean      runs  steps to
name     rev      changed                      agent            return    solved     solve
-------  -------  ---------------------------  ---------------  ------  --------  --------
main     0123456                               random search     500.0  15 of 30     never
                                               policy learning   500.0  15 of 30     never
acrobot  0123456  environment="acrobot"        random search     -87.2  15 of 30     never
                                               policy learning   -87.2  15 of 30     never
cliff    0123456  environment="cliff_walking"  random search     -13.0         -         -
                                               policy learning   -13.0         -         -
                                               my own            0.742  30 of 30         3
                                               broken                -         -         -

Left out: agents that came out as before, other metrics, the workspace; see dvc exp show
"""
    assert experiments.lines([commit]) == table.splitlines()[1:]
