"""Sine, cosine and exponential against series summed in exact fractions."""

import math
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from stages.rl.engine.elementary import sin_cos, sin_cos_near_zero
from stages.rl.engine.exponential import exp

# ln 2 and pi to 50 digits (OEIS A002162 and A000796).
LN2 = Fraction("0.69314718055994530941723212145817656807550013436025")
PI = Fraction("3.1415926535897932384626433832795028841971693993751")
BELOW_ONE = Fraction(1, 2**53)  # ULP of the numbers there


def series(x: Fraction, first: int, step: int, sign: int) -> Fraction:
    """Sum sign**k x**n / n! over n = first, first + step, ... until the terms vanish."""
    total, n = Fraction(0), first
    while True:
        term = sign ** ((n - first) // step) * x**n / math.factorial(n)
        total += term
        if abs(term) < Fraction(1, 10**25) * max(abs(total), Fraction(1, 10**30)):
            return total
        n += step


def exact_sin_cos(angle: float) -> tuple[Fraction, Fraction]:
    """Turn the angle by quarters of a turn until it is small."""
    x, quarters = Fraction(angle), round(Fraction(angle) / (PI / 2))
    x -= quarters * PI / 2
    x = Fraction(round(x * 10**40), 10**40)  # shorter numbers, the same 17 digits
    sine, cosine = series(x, 1, 2, -1), series(x, 0, 2, -1)
    return ((sine, cosine), (cosine, -sine), (-sine, -cosine), (-cosine, sine))[quarters % 4]


def units_in_last_place(value: float, exact: Fraction) -> float:
    return float(abs(Fraction(value) - exact) / Fraction(math.ulp(float(exact))))


@given(st.floats(-math.pi / 4, math.pi / 4))
@example(0.0)
@example(1e-300)
@example(math.pi / 4)
def test_sine_and_cosine_of_small_angles_are_within_one_ulp(angle: float) -> None:
    sine, cosine = sin_cos_near_zero(angle)
    x = Fraction(angle)
    if abs(angle) > 1e-8:  # below, the series' second term is far below half an ULP
        assert units_in_last_place(sine, series(x, 1, 2, -1)) < 1.0
    else:
        assert sine == angle
    assert units_in_last_place(cosine, series(x, 0, 2, -1)) < 1.0


@given(st.floats(-10_000.0, 10_000.0) | st.floats(-10.0, 10.0))
@example(math.pi)
@example(-math.pi / 2)
@example(3 * math.pi / 4)
@example(10_000.0)
def test_sine_and_cosine_of_any_angle_are_as_close_as_they_say(angle: float) -> None:
    for value, exact in zip(sin_cos(angle), exact_sin_cos(angle), strict=True):
        assert abs(Fraction(value) - exact) < 1.2 * BELOW_ONE


@given(st.floats(-0.785, 0.785))  # nearer to pi / 4 it may be turned by a quarter
def test_a_small_angle_has_one_sine(angle: float) -> None:
    assert sin_cos(angle) == sin_cos_near_zero(angle)


@given(st.floats(-700.0, 700.0))
@example(0.0)
@example(1.0)
def test_exponential_is_within_one_ulp(x: float) -> None:
    doublings = round(Fraction(x) / LN2)
    exact = series(Fraction(x) - doublings * LN2, 0, 1, 1) * Fraction(2) ** doublings
    assert units_in_last_place(exp(x), exact) < 1.0


def test_exponential_stays_finite_and_above_zero() -> None:
    assert exp(1e9) == exp(708.0) < math.inf
    assert exp(-1e9) == exp(-708.0) > 0.0


@given(st.floats(-math.pi / 4, math.pi / 4), st.floats(-1e4, 1e4), st.floats(-800.0, 800.0))
def test_compiled_they_give_the_same_bits(small: float, angle: float, exponent: float) -> None:
    assert sin_cos_near_zero(small) == sin_cos_near_zero.function(small)
    assert sin_cos(angle) == sin_cos.function(angle)
    assert exp(exponent) == exp.function(exponent)
