"""Sine, cosine and exponential against series summed in exact fractions."""

import math
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from stages.rl import cartpole, reinforce
from stages.rl.elementary import exp, sin_cos

# ln 2 to 50 digits (OEIS A002162).
LN2 = Fraction("0.69314718055994530941723212145817656807550013436025")


def series(x: Fraction, first: int, step: int, sign: int) -> Fraction:
    """Sum sign**k x**n / n! over n = first, first + step, ... until the terms vanish."""
    total, n = Fraction(0), first
    while True:
        term = sign ** ((n - first) // step) * x**n / math.factorial(n)
        total += term
        if abs(term) < Fraction(1, 10**25) * max(abs(total), Fraction(1, 10**30)):
            return total
        n += step


def units_in_last_place(value: float, exact: Fraction) -> float:
    return float(abs(Fraction(value) - exact) / Fraction(math.ulp(float(exact))))


@given(st.floats(-math.pi / 4, math.pi / 4))
@example(0.0)
@example(1e-300)
@example(math.pi / 4)
def test_sine_and_cosine_are_within_one_ulp(angle: float) -> None:
    sine, cosine = sin_cos(angle)
    x = Fraction(angle)
    if abs(angle) > 1e-8:  # below, the series' second term is far below half an ULP
        assert units_in_last_place(sine, series(x, 1, 2, -1)) < 1.0
    else:
        assert sine == angle
    assert units_in_last_place(cosine, series(x, 0, 2, -1)) < 1.0


@given(st.floats(-700.0, 700.0))
@example(0.0)
@example(1.0)
def test_exponential_is_within_one_ulp(x: float) -> None:
    doublings = round(Fraction(x) / LN2)
    exact = series(Fraction(x) - doublings * LN2, 0, 1, 1) * Fraction(2) ** doublings
    assert units_in_last_place(exp(x), exact) < 1.0


@given(st.floats(-math.pi / 4, math.pi / 4), st.floats(-800.0, 800.0))
def test_compiled_they_give_the_same_bits(angle: float, exponent: float) -> None:
    assert cartpole.sin_cos(angle) == sin_cos(angle)
    assert reinforce.exp(exponent) == exp(exponent)
