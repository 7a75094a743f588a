"""The schema of params.yaml: what each key may be, and what a stage sees of it."""

import math
from pathlib import Path
from typing import Any

import pytest
from checkout import ROOT
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from stages import params, script

TEXT = (ROOT / "params.yaml").read_text()
EVERY_KEY = tuple(params.Params.model_fields)
WHOLE = "give a whole number"


def faults(text: str, folder: Path, *keys: str) -> list[str]:
    """Load a parameter file of this text; return the lines that refuse it, without its path."""
    file = folder / "any.yaml"
    file.write_text(text)
    with pytest.raises(script.InputError) as refusal:
        params.load(*(keys or EVERY_KEY), file=str(file))
    lines = str(refusal.value).splitlines()
    assert all(line.startswith(f"{file}: ") for line in lines)
    return [line.removeprefix(f"{file}: ") for line in lines]


def test_the_projects_own_file_is_accepted() -> None:
    loaded = params.load(*EVERY_KEY, file=str(ROOT / "params.yaml"))
    assert loaded.train_policy.hidden_layers == [16]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    bad = TEXT.replace("seed: 0 ", "seed: x ").replace("finalists: 10", "finalist: 10")
    bad = bad.replace("epsilon: 1.0", "epsilon: 2").replace("run: 0 ", "run: -1 ")
    assert [line.split(":")[0] for line in faults(bad, tmp_path)] == [
        "seed",
        "search.finalists",
        "search.finalist",
        "train_q_learning.epsilon",
        "render_gif.run",
    ]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("  - 6\n", "  - 37\n"), "train_q_learning.bins: leaves 222"),
        (("finalists: 10", "finalists: 201"), "search.finalists: leaves 201"),
        (
            ("checkpoint_every: 40", "checkpoint_every: 4"),
            "train_policy.checkpoint_every: leaves 300",
        ),
        (("  - 16\n", "  - 32\n  - 4\n"), "train_policy.hidden_layers: leaves 297"),
        (("episodes: 100  # test", "episodes: 201  # test"), "evaluate.episodes: leaves 201"),
    ],
)
def test_all_runs_together_leave_no_more_than_fits_the_memory(
    change: tuple[str, str], line: str, tmp_path: Path
) -> None:
    many = TEXT.replace("runs: 30", "runs: 100000")
    file = tmp_path / "params.yaml"
    file.write_text(many)
    params.load(*EVERY_KEY, file=str(file))
    assert change[0] in many
    assert faults(many.replace(*change), tmp_path) == [
        f"{line} values of each run; give what leaves at most 200 with 100000 runs"
    ]


def test_a_stage_needs_only_the_keys_that_it_asks_for(tmp_path: Path) -> None:
    file = tmp_path / "params.yaml"
    file.write_text("seed: 3\nplot: {smoothing_episodes: 2}\n")
    loaded = params.load("seed", "plot", file=str(file))
    assert (loaded.seed, loaded.plot.smoothing_episodes) == (3, 2)
    with pytest.raises(AttributeError):
        _ = loaded.runs
    assert faults("seed: 3\nplot: {}\n", tmp_path, "seed", "plot", "runs") == [
        f"runs: missing; {WHOLE} >= 1 and <= 100000",
        f"plot.smoothing_episodes: missing; {WHOLE} >= 1 and <= 1000000",
    ]


def test_what_is_asked_for_cannot_be_seen_beyond() -> None:
    loaded = params.load("seed", file=str(ROOT / "params.yaml"))
    with pytest.raises(AttributeError):
        _ = loaded.search


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)
LEAVES = [
    ("seed",),
    ("env",),
    ("env", "id"),
    ("search", "candidates"),
    ("train_policy", "hidden_layers"),
    ("train_policy", "discount"),
    ("train_q_learning", "bins"),
    ("train_q_learning", "epsilon"),
    ("render_gif", "run"),
]


@given(place=st.sampled_from(LEAVES), value=ANYTHING)
def test_any_value_is_either_accepted_or_refused_in_lines(
    place: tuple[str, ...], value: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    yaml = YAML(typ="safe")
    content = yaml.load(TEXT)
    target = content
    for name in place[:-1]:
        target = target[name]
    target[place[-1]] = value
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    with file.open("w", encoding="utf-8") as out:
        yaml.dump(content, out)
    try:
        loaded: Any = params.load(*EVERY_KEY, file=str(file))
    except script.InputError as refusal:
        lines = str(refusal).splitlines()
    else:
        for name in place:
            loaded = getattr(loaded, name)
        lines = []
        assert not isinstance(value, bool)
        assert loaded == value or isinstance(value, dict)
        assert not isinstance(loaded, float) or math.isfinite(loaded)
    assert all(line.startswith(f"{file}: ") for line in lines)
