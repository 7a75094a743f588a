"""Stages run inside the tests' own process, which spares their imports; in the current folder."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from checkout import ROOT
from ruamel.yaml import YAML

GRAPH, LOCKED = (
    YAML(typ="safe").load((ROOT / name).read_text()) for name in ("dvc.yaml", "dvc.lock")
)
# In the order of dvc.yaml, where no stage comes before one that it depends on.
LOCK: dict[str, Any] = {
    name: LOCKED["stages"][name]
    for stage in GRAPH["stages"]
    for name in LOCKED["stages"]
    if name.split("@")[0] == stage
}
# Imported here, as Gymnasium's import sets filters of warnings that would outlast those of a test.
MODULES = {stage: import_module(LOCK[stage]["cmd"].split()[3]) for stage in LOCK}


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Work in a folder that holds what stages read besides params.yaml and data/."""
    shutil.copy(ROOT / "requirements.txt", folder)
    with chdir(folder):
        yield


@contextmanager
def command_line(stage: str) -> Iterator[Callable[[], None]]:
    """Lend the main function of a stage, with the arguments of its command in dvc.lock.

    The variables that it sets, as for drawing without a display, end with it.
    """
    with pytest.MonkeyPatch.context() as patch, mock.patch.dict(os.environ):
        patch.setattr(sys, "argv", [stage, *LOCK[stage]["cmd"].split()[4:]])
        yield MODULES[stage].main


def run(stage: str) -> None:
    with command_line(stage) as main:
        main()
