"""The exponential from + - * / alone: why, `stages.rl.engine.elementary` says."""

import math

import numpy as np

from stages.rl.engine.compiling import kernel

# ln 2 in two parts, the first of 32 bits, so that a small integer times it is exact; and a minimax
# polynomial P with r (e**r + 1) / (e**r - 1) = 2 + z P(z), z = r**2 (fdlibm 5.3, e_exp.c).
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
ONE_OVER_LN2 = 1.44269504088896338700
P1 = 1.66666666666666019037e-01
P2 = -2.77777777770155933842e-03
P3 = 6.61375632143793436117e-05
P4 = -1.65339022054652515390e-06
P5 = 4.13813679705723846039e-08

EXPONENT_BIAS = 1023  # of a float64
FRACTION_BITS = 52


@kernel
def exp(x: float) -> float:
    """Exponential.

    Args:
        x: exponent, clipped to [-708, 708] so that the result is neither zero nor infinite.

    Returns:
        e**x within 1 ULP.
    """
    x = min(max(x, -708.0), 708.0)
    doublings = math.floor(x * ONE_OVER_LN2 + 0.5)
    high, low = x - doublings * LN2_HIGH, doublings * LN2_LOW
    r = high - low  # |r| <= ln(2) / 2
    z = r * r
    c = r - z * (P1 + z * (P2 + z * (P3 + z * (P4 + z * P5))))
    fraction = 1.0 - ((low - (r * c) / (2.0 - c)) - high)
    power = np.int64((np.int64(doublings) + EXPONENT_BIAS) << FRACTION_BITS).view(np.float64)
    return fraction * power
