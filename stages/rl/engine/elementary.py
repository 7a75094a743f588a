"""Sine and cosine from + - * / alone; the exponential is in `stages.rl.engine.exponential`.

The C library's versions differ in the last bit between processors (with or without FMA). IEEE 754
fixes + - * / and sqrt, so what is built from them alone is the same everywhere.
"""

import math

from stages.rl.engine.compiling import kernel

# Minimax polynomials for |x| <= pi/4: coefficients of Sun's fdlibm 5.3, k_sin.c and k_cos.c.
S1 = -1.66666666666666324348e-01
S2 = 8.33333333332248946124e-03
S3 = -1.98412698298579493134e-04
S4 = 2.75573137070700676789e-06
S5 = -2.50507602534068634195e-08
S6 = 1.58969099521155010221e-10
C1 = 4.16666666666666019037e-02
C2 = -1.38888888888741095749e-03
C3 = 2.48015872894767294178e-05
C4 = -2.75573143513906633035e-07
C5 = 2.08757232129817482790e-09
C6 = -1.13596475577881948265e-11

# pi/2 in two parts, the first of 33 bits (fdlibm 5.3, e_rem_pio2.c).
TWO_OVER_PI = 6.36619772367581382433e-01
HALF_PI_HIGH = 1.57079632673412561417e00
HALF_PI_LOW = 6.07710050650619224932e-11


@kernel
def sin_cos_near_zero(x: float) -> tuple[float, float]:
    """Sine and cosine of a small angle.

    Args:
        x: angle in radians, |x| <= pi/4. No branch leads beyond: loops over lanes stay straight.

    Returns:
        (sin x, cos x), each within 1 ULP.
    """
    z = x * x
    sine = x + x * z * (S1 + z * (S2 + z * (S3 + z * (S4 + z * (S5 + z * S6)))))
    half = 0.5 * z
    top = 1.0 - half
    tail = z * z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * C6)))))
    # (1 - top) - half is what rounding took from top.
    cosine = top + (((1.0 - top) - half) + tail)
    return sine, cosine


@kernel
def sin_cos(x: float) -> tuple[float, float]:
    """Sine and cosine of any angle up to 10,000 rad.

    Returns:
        (sin x, cos x), each within 1.2 * 2**-53, where 2**-53 is 1 ULP of a number just below 1.
    """
    quarters = math.floor(x * TWO_OVER_PI + 0.5)
    sine, cosine = sin_cos_near_zero(x - quarters * HALF_PI_HIGH - quarters * HALF_PI_LOW)
    turned = quarters - 4.0 * math.floor(0.25 * quarters)  # 0, 1, 2 or 3
    odd = turned == 1.0 or turned == 3.0  # noqa: PLR1714 # a kernel has no sets
    first, second = (cosine, sine) if odd else (sine, cosine)
    return first if turned < 2.0 else -first, -second if 0.0 < turned < 3.0 else second
