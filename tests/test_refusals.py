"""Bad input: one clear line for each fault, status 1, no traceback, and nothing lost."""

import math
from pathlib import Path
from typing import Any

import pytest
from checkout import ROOT, Checkout
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from stages import params, script

TEXT = (ROOT / "params.yaml").read_text()
EVERY_KEY = tuple(params.Params.model_fields)


def faults(text: str, folder: Path, *keys: str) -> list[str]:
    """Load a parameter file of this text; return the lines that refuse it, without its path."""
    file = folder / "params.yaml"
    file.write_text(text)
    with pytest.raises(script.InputError) as refusal:
        params.load(*(keys or EVERY_KEY), file=str(file))
    lines = str(refusal.value).splitlines()
    assert all(line.startswith(f"{file}: ") for line in lines)
    return [line.removeprefix(f"{file}: ") for line in lines]


def test_the_projects_own_file_is_accepted() -> None:
    loaded = params.load(*EVERY_KEY, file=str(ROOT / "params.yaml"))
    assert loaded.train_policy.hidden_layers == [16]


WHOLE = "give a whole number"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("runs: 30", "run: 30", "run: unknown key; did you mean runs?"),
        (
            "  candidates:",
            "  candidate:",
            "search.candidate: unknown key; did you mean candidates?",
        ),
        (
            "  id:",
            '  "\\x85\\n": 1\n  id:',
            'env."\\u0085\\n": unknown key; known keys here are id',
        ),
        ("plot:", "zzz:", f"zzz: unknown key; known keys here are {', '.join(EVERY_KEY)}"),
        ("seed: 0 ", "seed: -1 ", f"seed: is -1; {WHOLE} >= 0 and <= 4294967295"),
        ("seed: 0 ", "seed: 0.0 ", f"seed: is 0.0; {WHOLE} >= 0 and <= 4294967295"),
        ("runs: 30", "runs: 0", f"runs: is 0; {WHOLE} >= 1 and <= 100000"),
        ("runs: 30", "runs: true", f"runs: is true (a truth value); {WHOLE} >= 1 and <= 100000"),
        ("runs: 30", "runs: '30'", f'runs: is "30" (text); {WHOLE} >= 1 and <= 100000'),
        ("runs: 30", "runs:", f"runs: is null; {WHOLE} >= 1 and <= 100000"),
        (
            "id: CartPole-v1",
            "id: Cartpole-v1",
            'env.id: is "Cartpole-v1" (text); give one of CartPole-v1, CartPole-v0',
        ),
        (
            "discount: 0.99",
            "discount: 1",
            "train_policy.discount: is 1; give a number >= 0 and < 1",
        ),
        (
            "discount: 0.99",
            "discount: .nan",
            "train_policy.discount: is NaN; give a number >= 0 and < 1",
        ),
        (
            "learning_rate: 0.02",
            "learning_rate: .inf",
            "train_policy.learning_rate: is Infinity; give a number > 0 and <= 1",
        ),
        (
            "hidden_layers: [16]",
            "hidden_layers: [16, 3]",
            "train_policy.hidden_layers.1: is 3; "
            "give a whole number >= 4 and <= 256 and a multiple of 4",
        ),
        (
            "hidden_layers: [16]",
            "hidden_layers: 16",
            "train_policy.hidden_layers: is 16; give a list of 1 to 4 values, "
            "each a whole number >= 4 and <= 256 and a multiple of 4",
        ),
        (
            "bins: [1, 1, 6, 3]",
            "bins: [1, 1, 6]",
            "train_q_learning.bins: is [1, 1, 6]; "
            "give a list of 4 values, each a whole number >= 1 and <= 100",
        ),
        (
            "bins: [1, 1, 6, 3]",
            "bins: [100, 100, 100, 1]",
            "train_q_learning.bins: makes 1000000 cells; give bins whose product is <= 100000",
        ),
        (
            "finalists: 10",
            "finalists: 501",
            "search.finalists: is 501; give at most search.candidates, 500",
        ),
        (
            "checkpoint_every: 40",
            "checkpoint_every: 48",
            "train_policy.checkpoint_every: is 48; give a divisor of train_policy.episodes, 1000",
        ),
        (
            "batch_episodes: 4",
            "batch_episodes: 7",
            "train_policy.batch_episodes: is 7; "
            "give a divisor of train_policy.checkpoint_every, 40",
        ),
        ("run: 0 ", "run: 30 ", "render_gif.run: is 30; give a run below runs, 30"),
        (
            TEXT[TEXT.index("plot:") : TEXT.index("render_gif:")],
            "plot: 3\n",
            "plot: is 3; give a mapping with the keys smoothing_episodes",
        ),
        ("runs: 30", "runs: [", "line 8, column 5: not YAML: did not find expected ',' or ']'"),
        ("runs: 30", "seed: 30", "line 5, column 1: not YAML: found duplicate key"),
        (TEXT, "- 1\n", "is [1]; give a mapping with the keys"),
        (TEXT, "", "is null; give a mapping with the keys"),
    ],
)
def test_a_bad_value_is_refused_in_one_line(old: str, new: str, line: str, tmp_path: Path) -> None:
    assert old in TEXT
    told = faults(TEXT.replace(old, new, 1), tmp_path)
    assert any(said.endswith(line) or said.startswith(line) for said in told), told
    misspelt = "unknown key" in line and "\\n" not in line
    assert len(told) == (2 if misspelt else 1)  # who misspells a key also misses it


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


# The pipeline


def test_bad_parameters_stop_the_pipeline_before_any_result_is_touched(small: Checkout) -> None:
    before, lock = small.results(), (small.path / "dvc.lock").read_bytes()
    faulty = [("learning_rate: 0.02", "learning_rate: 2"), ("run: 0 ", "rum: 0 ")]
    with small.edited("params.yaml", *faulty):
        told = small.run("dvc", "repro", status=255)
        command = ["python", "-m", "stages.search", "--policies", "x/p.npz", "--history", "x/h.npz"]
        alone = small.run(*command, status=1)
    assert "train_policy.learning_rate: is 2; give a number > 0 and <= 1\n" in told.stderr
    assert "render_gif.rum: unknown key; did you mean run?\n" in told.stderr
    assert "Traceback" not in told.stderr
    assert len(alone.stderr.splitlines()) == 2
    assert not (small.path / "x").exists()
    assert small.results() == before
    assert (small.path / "dvc.lock").read_bytes() == lock
    assert small.repro() == []


@pytest.mark.parametrize("given", ["0", "-1", "two", "1.5", "", "99999"])
def test_a_bad_number_of_workers_is_refused(small: Checkout, given: str) -> None:
    told = small.run(
        "python", "-m", "stages.check_params", "--schema", "x.json", status=1, WORKERS=given
    )
    assert told.stderr == (
        f"environment: WORKERS: is {given!r}; give a whole number from 1 to 1024\n"
    )
    assert not (small.path / "x.json").exists()


def test_what_cannot_be_written_is_told_in_one_line(small: Checkout) -> None:
    told = small.run("python", "-m", "stages.check_params", "--schema", "dvc.yaml/x.json", status=1)
    assert told.stderr == "dvc.yaml: File exists\n"
