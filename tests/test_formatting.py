"""Numbers as people read them: returns of any sign and size, counts and fractions."""

import math

import pytest

from stages.pictures.formatting import count, estimate, fixed, number, of_runs


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0.0, "0.000"),
        (-0.0001, "0.000"),
        (0.7424, "0.742"),
        (7.931, "7.93"),
        (-9.379, "-9.38"),
        (22.68, "22.7"),
        (499.68, "499.7"),
        (-13.0, "-13.0"),
        (-5161.4, "-5,161"),
        (12_345_678.9, "12,345,679"),
    ],
)
def test_a_return_has_decimals_by_its_size(value: float, told: str) -> None:
    assert number(value) == told


def test_a_zero_has_no_sign() -> None:
    assert [fixed(value, 1) for value in (-0.04, 0.04, -0.06)] == ["0.0", "0.0", "-0.1"]


def test_an_interval_has_the_decimals_of_its_value() -> None:
    assert estimate(10.02, 9.951, 100.0) == "10.0 [10.0, 100.0]"
    assert estimate(0.742, 0.73, 1.0) == "0.742 [0.730, 1.000]"
    assert estimate(499.68, None, None) == "499.7"


def test_what_never_happens_has_no_number() -> None:
    assert [count(value) for value in (None, math.inf, 18503, 2426.5)] == [
        "not in half",
        "not in half",
        "18,503",
        "2,426",
    ]


def test_a_fraction_of_the_runs_is_their_number() -> None:
    assert of_runs(0.967, 30) == "29 of 30"
    assert of_runs(0.333, 3) == "1 of 3"
