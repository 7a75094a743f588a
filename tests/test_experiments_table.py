"""How experiments are set out in the terminal; test_experiments.py lists those of the real DVC."""

import sys
from typing import Any

import pytest

from stages import experiments, script


def test_without_dvc_it_is_told_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dvc.repo", None)
    with pytest.raises(script.InputError) as refusal:
        experiments.read()
    install = "`pip install --require-hashes -r requirements.txt`"
    assert str(refusal.value) == f"dvc: not installed; {install}"


def state(params: dict[str, Any], mean: float, *code: str) -> dict[str, Any]:
    """Return what DVC knows of a commit: every agent has the same mean return, or none has one."""
    of = {"runs": 30, "return": {"mean": mean}, "fraction": {"solved": 0.5}, "train": {}}
    files = {f"data/evaluate/{agent}/metrics.json": {"data": of} for agent in ("search", "policy")}
    deps = {path: {"hash": str(mean)} for path in ("data/policy.npz", *code)}
    metrics = files if mean else {}
    data = {"params": {"params.yaml": {"data": params}}, "metrics": metrics, "deps": deps}
    return {"rev": "0123456789", "name": None, "data": data, "error": None}


def experiment(name: str, status: str, *known: Any) -> dict[str, Any]:
    return {"name": name, "executor": {"state": status}, "revs": [state(*known)]}


def test_the_table_is_set_out_for_a_terminal() -> None:
    before = {"seed": 0, "search": {"limits": [1, 2], "candidates": 500}}
    longer = {"seed": 0, "search": {"limits": [2.4, 2.5, 0.21, 2.0, 1000], "new_key": "two\nlines"}}
    commit = {
        **state(before, 500.0),
        "name": "main",
        "experiments": [
            experiment("a-name-that-is-longer-than-that", "success", longer, 9.4),
            experiment("edited", "success", before, 500.0, "stages/search.py"),
            experiment("many", "success", before, 0.0, *"abcd"),
            experiment("now", "running", {**before, "seed": 1}, 500.0),
        ],
    }
    table = """
                                                                   mean      runs  steps to
name    rev      changed                        agent            return    solved     solve
------  -------  -----------------------------  ---------------  ------  --------  --------
main    0123456                                 random search     500.0  15 of 30     never
                                                policy learning   500.0  15 of 30     never
a-name-that-is-longer-than-that
        0123456  search.limits=                 random search       9.4  15 of 30     never
                   [2.4, 2.5, 0.21, 2.0, 1000]  policy learning     9.4  15 of 30     never
                 search.candidates removed
                 search.new_key="two\\nlines"
edited  0123456  stages/search.py               as before
many    0123456  4 files of code                no results
now     0123456  seed=1                         running

Running, or killed before its end: DVC cannot tell the two apart
Left out: agents that came out as before, other metrics, the workspace; see dvc exp show
"""
    assert experiments.lines([commit]) == table.splitlines()[1:]
