"""An unknown key of params.yaml: the known key that it may stand for."""

from pathlib import Path

import pytest
from refused import TEXT, told

from stages import checking
from stages.common import refusals


@pytest.mark.parametrize(
    ("section", "key", "meant"),
    [
        ("train_policy", "lr", "learning_rate"),  # a synonym
        ("train_policy", "GAMMA", "discount"),
        ("train_q_learning", "epsilon_decay", "exploration_fraction"),
        ("train_q_learning", "n_episodes", "episodes"),  # alike
        ("search", "candidate", "candidates"),
    ],
)
def test_an_unknown_key_names_its_sibling(
    section: str, key: str, meant: str, tmp_path: Path
) -> None:
    begin = f"  {section}:\n"
    text = TEXT.replace(begin, f"{begin}    {key}: 1\n", 1)
    refusal = f"cartpole.{section}.{key}: unknown key; did you mean {meant}?"
    assert told(text, tmp_path) == [refusal]


def test_synonyms_stand_for_keys_of_the_schema() -> None:
    schema = checking.schema()
    keys = {key for one in schema["$defs"].values() for key in one.get("properties", {})}
    assert set(refusals.SYNONYMS.values()) <= keys
    assert not set(refusals.SYNONYMS) & keys
