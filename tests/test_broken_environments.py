"""An environment of one's own that is broken: one line, before any work, and nothing lost."""

from pathlib import Path

import pytest
from checkout import Checkout

from stages.common.checking import agents

OWN = """
import gymnasium
import numpy as np
from gymnasium.spaces import Box, Dict, Discrete


class Mine(gymnasium.Env):
    observation_space = Box(-1.0, 1.0, (1,), np.float32)
    action_space = Discrete(2)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return np.zeros(1, np.float32), {}

    def step(self, action):
        return np.zeros(1, np.float32), 1.0, False, False, {}


gymnasium.register("Mine-v0", Mine, max_episode_steps=9)
"""
SECTION = """
mine:
  env: {id: Mine-v0}
  search: {candidates: 10, finalists: 2, validation_episodes: 2, scale: [], bias: false}
  train_policy: {hidden_layers: [2], scale: [], episodes: 4, batch_episodes: 2, discount: 1.0,
    learning_rate: 0.1, checkpoint_every: 2, validation_episodes: 2}
  train_q_learning: {bins: [2], low: [-1.0], high: [1.0], tilings: 1, episodes: 4,
    initial_value: 0.0, discount: 1.0, learning_rate: 0.1, final_learning_rate: 0.1, epsilon: 0.1,
    final_epsilon: 0.1, exploration_fraction: 1.0, checkpoint_every: 2, validation_episodes: 2}
  train_actor_critic: {bins: [2], low: [-1.0], high: [1.0], episodes: 4, checkpoint_every: 2,
    validation_episodes: 2}
  evaluate: {episodes: 2, bootstrap_resamples: 100}
"""
SECTION += "".join(f"  {name}: {{}}\n" for name in agents() if f"  {name}:" not in SECTION)
FILE = "stages/rl/environments/mine.py"
BOX = "Box(-1.0, 1.0, (1,), np.float32)"
SEEN = "return np.zeros(1, np.float32), {}"
STEP = "    def step(self, action):\n        return np.zeros(1, np.float32),"
KEY = "params.yaml: mine.env.id"

# What is changed in the module, into what, and how the line begins that refuses it.
BROKEN = {
    "does not parse": ("(self, action):", "(self, action:", f"{FILE}: line 15: does not parse: "),
    "lacks a module": (
        "import numpy",
        "import numpyy",
        f"{FILE}: line 3: cannot import: No module named 'numpyy'",
    ),
    "raises": (
        "gymnasium.register",
        "1 / 0\ngymnasium.register",
        f"{FILE}: line 19: cannot import: division by zero",
    ),
    "has a malformed id": (
        '"Mine-v0"',
        '"Mine v0"',
        f"{FILE}: line 19: cannot import: Malformed environment ID: Mine v0.",
    ),
    "registers another id": (
        '"Mine-v0"',
        '"Other-v0"',
        f"{KEY}: is Mine-v0; Environment `Mine` doesn't exist.",
    ),
    "has no limit": (
        ", max_episode_steps=9",
        "",
        "params.yaml: mine.env.max_episode_steps: missing; Mine-v0 has none, so give one",
    ),
    "has continuous actions": (
        "Discrete(2)",
        BOX,
        f"{KEY}: Mine-v0 has the actions Box(-1.0, 1.0, (1,), float32); give one with Discrete",
    ),
    "shows a mapping": (
        f"= {BOX}",
        f"= Dict(x={BOX})",
        f"{KEY}: Mine-v0 shows Dict('x': Box(-1.0, 1.0, (1,), float32)); "
        "give one with Discrete or a vector, Box",
    ),
    "shows an image": (
        "(1,), np.float32)\n",
        "(8, 8, 3), np.float32)\n",
        f"{KEY}: Mine-v0 shows Box(-1.0, 1.0, (8, 8, 3), float32); "
        "give one with Discrete or a vector, Box",
    ),
    "takes arguments": (
        "    def reset",
        "    def __init__(self, size): pass\n\n    def reset",
        f"{KEY}: Mine.__init__() missing 1 required positional argument: 'size'",
    ),
    "is no environment": (
        "(gymnasium.Env)",
        "",
        f"{KEY}: The environment must inherit from the gymnasium.Env class",
    ),
    "shows what is not in its space": (
        SEEN,
        SEEN.replace("1", "2", 1),
        f"{KEY}: Mine-v0: reset: the observation is array([0., 0.], dtype=float32); allowed: Box",
    ),
    "takes no seed": (
        "(self, *, seed=None, options=None):\n        super().reset(seed=seed)",
        "(self):",
        f"{KEY}: Mine-v0: reset: raised TypeError: Mine.reset() got an unexpected keyword",
    ),
    "has chance beside its seed": (
        SEEN,
        "return np.float32(np.random.uniform(-1.0, 1.0, 1)), {}",
        f"{KEY}: Mine-v0: the same seed gives another episode when played again (from call 0 on)",
    ),
    "returns as before Gymnasium": (
        "False, False",
        "False",
        f"{KEY}: Mine-v0: step 1 of an episode: raised ValueError: not enough values to unpack",
    ),
    "raises in a step": (
        "1.0, False",
        "1 / 0, False",
        f"{KEY}: Mine-v0: step 1 of an episode: raised ZeroDivisionError: division by zero "
        "in mine.py, line 16 (step)",
    ),
    "shows float64": (
        "np.zeros(1, np.float32), 1.0",
        "np.zeros(1), 1.0",
        f"{KEY}: Mine-v0: step 1 of an episode: the observation is array([0.]); allowed: "
        "Box(-1.0, 1.0, (1,), float32): float32 numbers, not float64",
    ),
    "has state of its class": (
        "        return np.zeros(1, np.float32), 1.0",
        "        Mine.steps = getattr(Mine, 'steps', 0) + 1\n"
        "        return np.zeros(1, np.float32), Mine.steps % 7.0",
        f"{KEY}: Mine-v0: the same seed gives another episode when played again",
    ),
    "seeds the global generator": (
        f"super().reset(seed=seed)\n        {SEEN}\n\n{STEP} 1.0",
        f"np.random.seed(seed)\n        {SEEN}\n\n{STEP} np.random.rand()",
        f"{KEY}: Mine-v0: the same seed gives another episode when played beside a second copy",
    ),
    "imports another part of the project": (
        "import gymnasium\n",
        "import gymnasium\nfrom stages.evaluation import statistics\n",
        f"{FILE}: imports stages.evaluation.statistics; put what it needs into stages/rl/environ",
    ),
    "needs a package that is not pinned": (
        "import gymnasium\n",
        "import gymnasium\nimport ruamel.yaml\n",
        "requirements-environments.txt: lacks ruamel-yaml==",
    ),
    "names too few actions": (
        "gymnasium.register",
        "from stages.rl.interface.environment_spec import EnvironmentSpec\n"
        "SPEC = EnvironmentSpec(action_names=('stay',))\ngymnasium.register",
        f"{KEY}: mine.py: action_names: has 1 name; give 2, or none",
    ),
}


# Checks parameters with each of the modules, in processes that share what takes long to import.
EACH = f"""
import os, sys
from pathlib import Path
import gymnasium.utils.env_checker
from stages import check_params
from stages.common import script

modules, sys.argv[1:] = sys.argv[1:], ["checked"]
for module in map(Path, modules):
    Path("{FILE}").write_text(module.read_text())
    if (child := os.fork()) == 0:
        os.dup2(os.open(module.with_suffix(".told"), os.O_CREAT | os.O_WRONLY), 2)
        script.run(check_params.main)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture(scope="module")
def mine(scratch: Checkout) -> Checkout:
    """A checkout with results, whose parameters choose an environment of one's own."""
    scratch.edit("params.yaml", ("environment: cartpole", "environment: mine"))
    with (scratch.path / "params.yaml").open("a") as file:
        file.write(SECTION)
    return scratch


def check(mine: Checkout, folder: Path, sources: dict[str, str]) -> dict[str, tuple[int, str]]:
    """Check with each source of the module; return the exit statuses and what was told."""
    modules = [folder / f"{name}.py" for name in sources]
    for module, source in zip(modules, sources.values(), strict=True):
        module.write_text(source)
    done = mine.run("python", "-E", "-B", "-c", EACH, *map(str, modules))
    told = [module.with_suffix(".told").read_text() for module in modules]
    return dict(zip(sources, zip(map(int, done.stdout.split()), told, strict=True), strict=True))


def test_what_is_broken_is_told_in_one_line(mine: Checkout, tmp_path: Path) -> None:
    sources = {fault: OWN.replace(old, new, 1) for fault, (old, new, _) in BROKEN.items()}
    assert OWN not in sources.values()
    for fault, (status, told) in check(mine, tmp_path, sources).items():
        assert status == 1, fault
        assert told.startswith(BROKEN[fault][2])
        assert len(told.splitlines()) == 1
    assert not (mine.path / "checked/passed.json").exists()


def test_what_is_whole_passes_without_a_word(mine: Checkout, tmp_path: Path) -> None:
    assert check(mine, tmp_path, {"whole": OWN}) == {"whole": (0, "")}
    (mine.path / "checked/passed.json").unlink()


def test_what_is_broken_costs_no_result(mine: Checkout) -> None:
    before = mine.results()
    (mine.path / FILE).write_text(OWN.replace("1.0, False", "1 / 0, False"))
    told = mine.run("dvc", "repro", status=255).stderr
    assert f"{KEY}: Mine-v0: step 1 of an episode: raised ZeroDivisionError" in told
    assert "Traceback" not in told
    assert mine.results() == before


def test_what_is_broken_elsewhere_does_not_matter_without_its_section(
    small: Checkout, mine: Checkout, tmp_path: Path
) -> None:
    chosen = (mine.path / "params.yaml").read_text()
    (mine.path / "params.yaml").write_text((small.path / "params.yaml").read_text())
    try:
        assert check(mine, tmp_path, {"elsewhere": "1 / 0\n"}) == {"elsewhere": (0, "")}
    finally:
        (mine.path / "params.yaml").write_text(chosen)
