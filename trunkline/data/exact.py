"""Sums of floats without rounding, whatever their order and however they are cut up."""

from fractions import Fraction

import numpy as np

BITS = 53  # of a float's significand
HALF = 27  # of these in the lower half: sums of 2**26 halves are exact in float64
LEAST = 1074  # no float has a power of two below -1074
ROWS = 2**18  # values that are added at a time, so that what is made of them stays small


def total(values: np.ndarray) -> Fraction:
    """Return the exact sum of finite numbers.

    Each number is a whole number of 53 bits times a power of two. The whole numbers of one power
    are added in halves, which float64 holds exactly. `float` of the result is that of `math.fsum`.

    Args:
        values: float64 `[rows]`, none infinite or NaN.
    """
    found = 0  # in units of 2**-(LEAST + BITS)
    for start in range(0, len(values), ROWS):
        shares, powers = np.frexp(values[start : start + ROWS])
        whole = np.ldexp(shares, BITS).astype(np.int64)
        powers = powers.astype(np.int64) + LEAST  # 0 or more
        low = np.bincount(powers, whole & (2**HALF - 1))
        high = np.bincount(powers, whole >> HALF)
        for power in np.flatnonzero((low != 0) | (high != 0)).tolist():
            found += ((int(high[power]) << HALF) + int(low[power])) << power
    return Fraction(found, 1 << (LEAST + BITS))
