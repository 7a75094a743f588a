"""An unknown key of params.yaml: which one is meant, whatever others call it."""

import io
from pathlib import Path

import pytest
from refused import TEXT, told
from ruamel.yaml import YAML

from stages import checking
from stages.common import refusals

BOTH = "cartpole.train_policy.{0} or cartpole.train_q_learning.{0}"
# What others call our keys, and where it is written: Stable-Baselines3 and its Zoo, CleanRL,
# Spinning Up, the tutorials of Gymnasium and PyTorch.
CALLED = [
    ("", "seed", "random_seed SEED rng_seed"),
    ("", "runs", "n_runs num_runs n_trials"),
    ("", "seed or runs", "seeds num_seeds n_seeds"),
    ("", "environment", "env_name game task environnement"),
    ("", "cartpole.env.id", "env_id gym_id"),
    ("", "cartpole.env.options", "env_kwargs"),
    ("", "cartpole.env.episode_limit", "max_episode_steps time_limit horizon max_ep_len"),
    ("", BOTH.format("learning_rate"), "lr learning_rate alpha"),
    ("", BOTH.format("discount"), "gamma discount"),
    ("", "cartpole.train_policy.hidden_layers", "layers hidden_size net_arch"),
    ("", "cartpole.train_q_learning.epsilon", "eps epsilon"),
    ("", "runs", "run"),
    ("cartpole", "train_policy", "policy train-policy reinforce"),
    ("cartpole", "train_q_learning", "q_learning qlearning dqn"),
    ("cartpole", "evaluate", "evaluation eval test"),
    ("cartpole", "seed at the top level", "seed random_seed"),
    ("cartpole.env", "id", "name env_id"),
    ("cartpole.env", "options", "kwargs env_kwargs make_kwargs"),
    ("cartpole.env", "episode_limit", "max_episode_steps max_steps time_limit"),
    ("search", "candidates", "n_candidates n_samples population"),
    (
        "search",
        "selection_episodes, robustness.episodes, cartpole.train_policy.episodes, "
        "cartpole.train_q_learning.episodes or cartpole.evaluate.episodes",
        "episodes",
    ),
    ("search", "seed at the top level", "seed random_seed"),
    ("search", "scale", "scaling obs_scale normalize"),
    ("search", "bias", "intercept use_bias"),
    ("train_policy", "hidden_layers", "hidden layers hidden_sizes hidden_size n_hidden net_arch"),
    ("train_policy", "scale", "scales normalise observation_scale"),
    ("train_policy", "episodes", "episode n_episodes num_episodes max_episodes total_timesteps"),
    ("train_policy", "episodes", "n_timesteps total_num_episodes n_epochs"),
    ("train_policy", "episodes or selection_episodes", "n_eval_episodes eval_episodes"),
    ("train_policy", "batch_episodes", "batch_size batch batchEpisodes episodes_per_update"),
    ("train_policy", "discount", "gamma GAMMA discount_factor"),
    ("train_policy", "learning_rate", "lr LR alpha pi_lr step_size learningRate learning-rate"),
    ("train_policy", "checkpoint_every", "eval_freq save_freq eval_interval"),
    ("train_policy", "cartpole.train_q_learning.epsilon", "epsilon start_e"),
    ("train_q_learning", "learning_rate", "lr alpha"),
    ("train_q_learning", "final_learning_rate", "learning_rate_final min_lr alpha_min"),
    ("train_q_learning", "epsilon", "eps epsilon_start EPS_START start_e exploration_rate"),
    ("train_q_learning", "epsilon", "exploration_initial_eps initial_epsilon"),
    ("train_q_learning", "final_epsilon", "epsilon_min EPS_END end_e exploration_final_eps"),
    ("train_q_learning", "exploration_fraction", "epsilon_decay EPS_DECAY exploration_decay_rate"),
    ("train_q_learning", "bins", "n_bins num_buckets"),
    ("train_q_learning", "low", "minimum obs_low lower_bounds"),
    ("train_q_learning", "high", "limits maximum obs_high upper_bounds"),
    ("train_q_learning", "tilings", "n_tilings tiles"),
    ("train_q_learning", "cartpole.train_policy.hidden_layers", "hidden_layers hidden_dim"),
    ("evaluate", "episodes", "n_eval_episodes test_episodes"),
    ("evaluate", "bootstrap_resamples", "n_bootstrap bootstrap_samples"),
    ("plot", "smoothing_episodes", "window rolling_length"),
]
SECTIONS = ("search", "train_policy", "train_q_learning", "evaluate")


def with_key(section: str, key: str) -> tuple[str, str]:
    """Put a key into a section; return the text, and the key as it is named in a refusal."""
    place = f"cartpole.{section}" if section in SECTIONS else section
    content = YAML(typ="safe").load(TEXT)
    target = content
    for name in filter(None, place.split(".")):
        target = target[name]
    target[key] = 1
    out = io.StringIO()
    YAML(typ="safe").dump(content, out)
    return out.getvalue(), f"{place}.{key}".lstrip(".")


@pytest.mark.parametrize(
    ("section", "ours", "theirs"),
    [(section, ours, word) for section, ours, words in CALLED for word in words.split()],
)
def test_what_others_call_a_key_is_known(
    section: str, ours: str, theirs: str, tmp_path: Path
) -> None:
    text, key = with_key(section, theirs)
    assert told(text, tmp_path) == [f"{key}: unknown key; did you mean {ours}?"]


def test_in_the_section_of_another_environment_its_own_keys_are_meant(tmp_path: Path) -> None:
    text, key = with_key("acrobot.search", "lr")
    both = "acrobot.train_policy.learning_rate or acrobot.train_q_learning.learning_rate"
    assert told(text, tmp_path) == [f"{key}: unknown key; did you mean {both}?"]


@pytest.mark.parametrize("word", ["buffer_size", "gae_lambda", "ent_coef", "tau", "cuda", "zzz"])
def test_where_nothing_can_be_meant_the_known_keys_are_told(word: str, tmp_path: Path) -> None:
    text, key = with_key("evaluate", word)
    known = "episodes, bootstrap_resamples"
    assert told(text, tmp_path) == [f"{key}: unknown key; known keys here are {known}"]


def test_what_may_be_meant_is_a_key_of_the_schema() -> None:
    """The table of synonyms names no key that is not there."""
    schema = checking.schema()
    objects = [schema, *schema["$defs"].values()]
    keys = {key for one in objects for key in one.get("properties", {})}
    assert set(refusals.SYNONYMS) <= keys
    assert {"scale", "bias", "tilings", "low", "high", "options", "episode_limit"} <= keys
    assert not any(word in keys for words in refusals.OTHERS.values() for word in words)


def test_the_schema_is_the_same_whatever_environment_is_chosen_and_all_its_sections_fit() -> None:
    schema, content = checking.schema(), YAML(typ="safe").load(TEXT)
    assert set(schema["required"]) == {
        "environment",
        "seed",
        "runs",
        "plot",
        "render_gif",
        "robustness",
    }
    section = schema["$defs"][schema["additionalProperties"]["$ref"].rsplit("/", 1)[-1]]
    for name in checking.modules("environments"):
        assert set(content[name]) == set(section["properties"])
