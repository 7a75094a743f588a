"""Bad files, for test_refusals.py."""

import io
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from refused import TEXT


class Bad(NamedTuple):
    """One bad file: the stage that meets it, what is done to its folder, and the line told."""

    stage: str
    damage: Callable[[Path], object]
    line: str


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


def holding(stage: str, file: str, fault: str, new: Callable[[bytes], bytes]) -> Bad:
    """Replace what a file holds."""

    def damage(folder: Path) -> None:
        (folder / file).write_bytes(new((folder / file).read_bytes()))

    return Bad(stage, damage, f"{file}: {fault}")


def no_policies(new: Callable[[bytes], bytes]) -> Bad:
    return holding("evaluate@random_search", LINEAR, "not a whole .npz file of plain arrays", new)


def of_taxi(old: bytes) -> bytes:
    """Say that policies are for another environment."""
    file = io.BytesIO()
    np.savez(file, **{**np.load(io.BytesIO(old)), "environment": np.array("Taxi-v4")})
    return file.getvalue()


LINEAR, HISTORY = "data/train/random_search/policies.npz", "data/train/random_search/history.npz"
EPISODES = "data/evaluate/random_search/episodes.npz"
OF_CHECKPOINTS = "data/evaluate/random_search/checkpoint_episodes.npz"
RETURNS, SUMMARY = (
    "data/evaluate/random_search/returns.npz",
    "data/evaluate/random_search/summary.json",
)
GIF = "data/render_gif/random_search.gif"
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
    holding("evaluate@random_search", LINEAR, "is for Taxi-v4, not CartPole-v1; `dvc repro` makes it anew", of_taxi),
    Bad("evaluate@random_search", remove(HISTORY), f"{HISTORY}: {MADE_BY}"),
    holding("plot", SUMMARY, "not JSON; `dvc repro` makes it anew", lambda _: b"{"),
    Bad("search", write("params.yaml", TEXT.replace("environment: cartpole", "environment: gridworld").encode()), GRIDWORLD),
    Bad("plot", remove(EPISODES), f"{EPISODES}: {MADE_BY}"),
    Bad("report", remove(GIF), f"{GIF}: {MADE_BY}"),
    Bad("plot", in_the_way_of("data/plot"), "data/plot: File exists"),
]
# fmt: on
