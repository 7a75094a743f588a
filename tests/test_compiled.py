"""The compile cache: used between processes and between clones, and never stale."""

import os
import shutil
import subprocess
import sys
from itertools import cycle
from pathlib import Path

import pytest
from checkout import ROOT
from linux import needs_linux

from stages.rl.engine.machine_code import PACKAGE, fingerprint

# No Python starts there without it.
OF_WINDOWS = {"SYSTEMROOT": os.environ["SYSTEMROOT"]} if sys.platform == "win32" else {}

# Prints for how long the pole stays up, and how many kernels had to be compiled for it.
PROGRAM = """
import numba.core.caching as caching
from stages.rl.environments.cartpole import CartPole
from stages.rl.learning.playing import play
from stages.rl.policies.inputs import inputs_of
from stages.rl.policies.linear import Player
import numpy as np

compiled = []
save = caching.CacheImpl.reduce
caching.CompileResultCacheImpl.reduce = lambda self, data: compiled.append(1) or save(self, data)
weights = np.array([[0.0, 0.0, 1.0, 1.0]])
player = Player(weights, inputs_of(4, 0, []), np.zeros(4))
print(play(CartPole(), player, np.zeros(4), 500, np.array([1, 2, 3, 4], np.uint64))[1])
print(play.compiled.stats.cache_misses)
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "stages", tmp_path / "stages", ignore=shutil.ignore_patterns("*.pyc"))
    return tmp_path
