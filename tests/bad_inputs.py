"""Bad inputs, for test_refusals.py: parameters of bad_parameters.txt, and files."""

import io
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from checkout import ROOT
from refused import TEXT


class Bad(NamedTuple):
    """One bad input: the stage that meets it, what is done to its folder, and the line told."""

    stage: str
    damage: Callable[[Path], object]
    line: str


def bad_parameters() -> list[Bad]:
    """Read the table of bad parameters; all are checked by check_params, before other stages."""
    blocks = (ROOT / "tests" / "bad_parameters.txt").read_text().strip().split("\n\n")
    return [bad_parameter(*block.split("\n")) for block in blocks[1:]]


def bad_parameter(*parts: str) -> Bad:
    *changes, line = parts
    plain = ["" if part == "(nothing)" else part for part in changes]
    plain = [part.replace("\\n", "\n").replace("\\t", "\t") for part in plain]
    content = TEXT
    for old, new in zip(plain[::2], plain[1::2], strict=True):
        assert old == "(everything)" or old in content, old
        content = new if old == "(everything)" else content.replace(old, new, 1)
    return Bad("check_params", write("params.yaml", content.encode()), f"params.yaml: {line}")


def write(file: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / file).write_bytes(content)


def remove(file: str) -> Callable[[Path], object]:
    return lambda folder: (folder / file).unlink()


def in_the_way_of(output: str) -> Callable[[Path], object]:
    """Put a file where the folder of an output should be."""

    def damage(folder: Path) -> None:
        shutil.rmtree(folder / output)
        (folder / output).write_text("")

    return damage


def packed(**arrays: Any) -> bytes:
    """Encode arrays as a file; pickles too, which a stage must not read."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def holding(stage: str, file: str, fault: str, new: Callable[[bytes], bytes]) -> Bad:
    """Replace what a file holds."""

    def damage(folder: Path) -> None:
        (folder / file).write_bytes(new((folder / file).read_bytes()))

    return Bad(stage, damage, f"{file}: {fault}")


def arrays(stage: str, file: str, fault: str, **changed: Any) -> Bad:
    """Replace arrays of a file, or take them away (None)."""

    def new(old: bytes) -> bytes:
        held = {**np.load(io.BytesIO(old)), **changed}
        return packed(**{name: array for name, array in held.items() if array is not None})

    return holding(stage, file, f"holds {fault}; `dvc repro` makes it anew", new)


def linear(fault: str, **changed: Any) -> Bad:
    return arrays("evaluate@random_search", LINEAR, fault, **changed)


def network(fault: str, **changed: Any) -> Bad:
    return arrays("evaluate@reinforce", "data/train/reinforce/policies.npz", fault, **changed)


def table(fault: str, **changed: Any) -> Bad:
    return arrays("evaluate@q_learning", "data/train/q_learning/policies.npz", fault, **changed)


def history(fault: str, **changed: Any) -> Bad:
    return arrays("evaluate@random_search", HISTORY, fault, **changed)


def recorded(fault: str, **changed: Any) -> Bad:
    return arrays("plot", EPISODES, fault, **changed)


def no_policies(new: Callable[[bytes], bytes]) -> Bad:
    return holding("evaluate@random_search", LINEAR, BROKEN, new)


def not_as(name: str, held: str, wanted: str) -> str:
    return f"{name} as {held}, not {wanted}"


LINEAR, HISTORY = "data/train/random_search/policies.npz", "data/train/random_search/history.npz"
UNTRAINED, EPISODES = (
    "data/train/random_search/untrained.npz",
    "data/evaluate/random_search/episodes.npz",
)
CHECKPOINTS = "data/train/random_search/checkpoints.npz"
OF_CHECKPOINTS = "data/evaluate/random_search/checkpoint_episodes.npz"
RETURNS, METRICS = "data/evaluate/random_search/returns.npz", "data/metrics/random_search.json"
GIF, FIGURE = "data/render_gif/random_search.gif", "data/plot/policies.svg"
BROKEN = "not a whole .npz file of plain arrays"
KINDS = "known kinds are linear, network, table"
OTHERS = "arrays other than those of a linear policy"
UNFIT = "which does not fit CartPole-v1"
MATRIX, VECTOR = "float64 of rank 2", "int64 of rank 1"
GRIDWORLD = "params.yaml: gridworld: missing; give a mapping with the keys env, search"
MADE_BY = "no such file; `dvc repro` makes it"

# fmt: off
FILES = [
    Bad("search", remove("params.yaml"), "params.yaml: no such file; run from the root of the project"),
    Bad("search", write("params.yaml", b"seed: \xff"), "params.yaml: byte 6 is not UTF-8; save it as UTF-8"),
    Bad("evaluate@random_search", remove(LINEAR), f"{LINEAR}: {MADE_BY}"),
    Bad("render_gif@random_search", remove(OF_CHECKPOINTS), f"{OF_CHECKPOINTS}: {MADE_BY}"),
    Bad("plot", remove(RETURNS), f"{RETURNS}: {MADE_BY}"),
    no_policies(lambda _: b""),
    no_policies(lambda whole: whole[: len(whole) // 2]),
    no_policies(lambda _: pickle.dumps({"weights": [1.0]})),
    no_policies(lambda _: packed(kind="linear", weights=np.array([{}]))),
    linear(f"a policy of kind oracle; {KINDS}", kind="oracle"),
    linear(OTHERS, bins=np.ones(4)),
    linear("policies for Taxi-v4, not for CartPole-v1", environment="Taxi-v4"),
    linear(f"numbers [16], {UNFIT}", numbers=np.array([16])),
    network(f"numbers [16], {UNFIT}", numbers=np.array([16])),
    table(f"numbers [16], {UNFIT}", numbers=np.array([16])),
    holding("evaluate@random_search", HISTORY, "no array returns, lengths, scores; needed are episodes, returns, lengths, scored_after, scores, known_after", lambda _: packed(episodes=1, scored_after=1, known_after=1)),
    history(not_as("known_after", "int64 of shape (3,)", "int64 of rank 2"), known_after=np.ones(3, np.int64)),
    arrays("evaluate@random_search", CHECKPOINTS, "episodes that do not ascend from 0, one for each policy", episodes=np.ones(1, np.int64)),
    arrays("evaluate@random_search", UNTRAINED, f"2 runs, not 3 as {LINEAR}", weights=np.zeros((2, 1, 4))),
    history("known_after and scores of different shapes", known_after=np.ones((3, 2), np.int64)),
    history("scores with values that are not finite", scores=np.full((3, 4), np.inf)),
    arrays("plot", HISTORY, "returns and episodes of different lengths", episodes=np.ones(3, np.int64)),
    arrays("plot", RETURNS, not_as("returns", "int32 of shape (3, 5)", MATRIX), returns=np.ones((3, 5), np.int32)),
    holding("plot", METRICS, "not JSON; `dvc repro` makes it anew", lambda _: b"{"),
    holding("plot", METRICS, "no number return.low; `dvc repro` makes it anew", lambda _: b'{"return": 3}'),
    Bad("search", write("params.yaml", TEXT.replace("environment: cartpole", "environment: gridworld").encode()), GRIDWORLD),
    Bad("plot", remove(EPISODES), f"{EPISODES}: {MADE_BY}"),
    recorded("arrays of shapes that do not go together", actions=np.zeros((3, 7), np.int16)),
    recorded("actions that are not -1 to 1", actions=np.full((3, 500), 2, np.int16)),
    recorded(not_as("actions", "int8 of shape (3, 500)", "int16 of rank 2"), actions=np.zeros((3, 500), np.int8)),
    Bad("report", remove(GIF), f"{GIF}: {MADE_BY}"),
    holding("report", GIF, "holds no whole GIF; `dvc repro` makes it anew", lambda _: b"GIF89a"),
    Bad("plot", in_the_way_of("data/plot"), "data/plot: File exists"),
]
# fmt: on
