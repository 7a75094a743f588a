"""The schema of params.yaml: what each key may be, and what a stage sees of it."""

import math
from pathlib import Path
from typing import Any

import pytest
from checkout import ROOT
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from stages import params, refusals, script

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


BOTH = "train_policy.{0} or train_q_learning.{0}"
# What others call our keys, and where it is written: Stable-Baselines3 and its Zoo, CleanRL,
# Spinning Up, the tutorials of Gymnasium and PyTorch.
CALLED = [
    ("", "seed", "random_seed SEED rng_seed"),
    ("", "runs", "n_runs num_runs n_trials"),
    ("", "seed or runs", "seeds num_seeds n_seeds"),
    ("", "env.id", "env_id env_name gym_id max_ep_len max_episode_steps"),
    ("", "train_policy", "policy train-policy reinforce"),
    ("", "train_q_learning", "q_learning qlearning dqn"),
    ("", BOTH.format("learning_rate"), "lr learning_rate alpha"),
    ("", BOTH.format("discount"), "gamma discount"),
    ("", "train_policy.hidden_layers", "layers hidden_size net_arch"),
    ("", "train_q_learning.epsilon", "eps epsilon"),
    ("", "runs or render_gif.run", "run"),
    ("search", "candidates", "n_candidates n_samples population"),
    (
        "search",
        "selection_episodes, train_policy.episodes, train_q_learning.episodes or evaluate.episodes",
        "episodes",
    ),
    ("search", "seed at the top level", "seed random_seed"),
    ("train_policy", "hidden_layers", "hidden layers hidden_sizes hidden_size n_hidden net_arch"),
    ("train_policy", "episodes", "episode n_episodes num_episodes max_episodes total_timesteps"),
    ("train_policy", "episodes", "n_timesteps total_num_episodes n_epochs"),
    ("train_policy", "episodes or selection_episodes", "n_eval_episodes eval_episodes"),
    ("train_policy", "batch_episodes", "batch_size batch batchEpisodes episodes_per_update"),
    ("train_policy", "discount", "gamma GAMMA discount_factor"),
    ("train_policy", "learning_rate", "lr LR alpha pi_lr step_size learningRate learning-rate"),
    ("train_policy", "checkpoint_every", "eval_freq save_freq eval_interval"),
    ("train_policy", "train_q_learning.epsilon", "epsilon start_e"),
    ("train_q_learning", "learning_rate", "lr alpha"),
    ("train_q_learning", "final_learning_rate", "learning_rate_final min_lr alpha_min"),
    ("train_q_learning", "epsilon", "eps epsilon_start EPS_START start_e exploration_rate"),
    ("train_q_learning", "epsilon", "exploration_initial_eps initial_epsilon"),
    ("train_q_learning", "final_epsilon", "epsilon_min EPS_END end_e exploration_final_eps"),
    ("train_q_learning", "exploration_fraction", "epsilon_decay EPS_DECAY exploration_decay_rate"),
    ("train_q_learning", "bins", "n_bins num_buckets"),
    ("train_q_learning", "train_policy.hidden_layers", "hidden_layers hidden_dim"),
    ("evaluate", "episodes", "n_eval_episodes test_episodes"),
    ("evaluate", "bootstrap_resamples", "n_bootstrap bootstrap_samples"),
    ("plot", "smoothing_episodes", "window rolling_length"),
]


@pytest.mark.parametrize(
    ("section", "ours", "theirs"),
    [(section, ours, word) for section, ours, words in CALLED for word in words.split()],
)
def test_what_others_call_a_key_is_known(
    section: str, ours: str, theirs: str, tmp_path: Path
) -> None:
    (line,) = faults(f"{section}: {{{theirs}: 1}}" if section else f"{theirs}: 1", tmp_path, "none")
    assert line == f"{section}.{theirs}".lstrip(".") + f": unknown key; did you mean {ours}?"


@pytest.mark.parametrize("word", ["buffer_size", "gae_lambda", "ent_coef", "tau", "cuda", "zzz"])
def test_where_nothing_can_be_meant_the_known_keys_are_told(word: str, tmp_path: Path) -> None:
    known = "episodes, bootstrap_resamples"
    told = faults(f"evaluate: {{{word}: 1}}", tmp_path, "none")
    assert told == [f"evaluate.{word}: unknown key; known keys here are {known}"]


def test_what_may_be_meant_is_a_key_of_the_schema() -> None:
    """The table of synonyms names no key that is not there."""
    keys = set(params.Params.model_fields)
    for section in params.Params.model_fields.values():
        keys |= set(getattr(section.annotation, "model_fields", {}))
    assert set(refusals.SYNONYMS) <= keys
    assert not any(word in keys for words in refusals.OTHERS.values() for word in words)


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
