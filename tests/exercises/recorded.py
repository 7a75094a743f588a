"""What DVC and Git know of an experiment."""

import io
import json
import subprocess
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from stages.common.script import InputError


def commit_of(name: str) -> str:
    """Find the commit that holds an experiment, the newest of that name.

    Raises:
        InputError: there is none.
    """
    form = "--format=%(objectname) %(refname)"
    told = git("for-each-ref", "--sort=-creatordate", form, "refs/exps")
    for line in told.splitlines():
        commit, reference = line.split()
        if reference.endswith(f"/{name}") and reference.count("/") == 4:
            return commit
    raise InputError(f"no experiment `{name}` yet: run `dvc exp run --temp -n {name} ...` first")


def git(*arguments: str) -> str:
    """Ask Git."""
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise InputError(done.stderr.strip().splitlines()[0])
    return done.stdout


def params(commit: str) -> dict[str, Any]:
    """Read the parameters of a commit, each by its keys, as `cartpole.search.candidates`."""
    found: dict[str, Any] = {}
    left = [("", yaml.safe_load(git("show", f"{commit}:params.yaml")))]
    while left:
        name, value = left.pop()
        if isinstance(value, dict):
            left += [(f"{name}.{key}".lstrip("."), inner) for key, inner in value.items()]
        else:
            found[name] = value
    return found


def metrics(commit: str, agent: str) -> dict[str, Any]:
    """Read an agent's metrics of a commit."""
    loaded: dict[str, Any] = json.loads(git("show", f"{commit}:data/metrics/{agent}.json"))[agent]
    return loaded


def arrays(commit: str, path: str) -> dict[str, NDArray[Any]]:
    """Read arrays that DVC keeps: of any commit, whatever the workspace holds."""
    import dvc.api  # noqa: PLC0415 # takes its time, and few need it

    with np.load(io.BytesIO(dvc.api.read(path, rev=commit, mode="rb"))) as file:
        return dict(file)
