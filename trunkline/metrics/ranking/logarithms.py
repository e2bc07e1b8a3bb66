"""Logarithms of whole numbers, rounded once: the same on every processor.

NumPy and the C library pick their logarithm by processor, to other last digits.
"""

from decimal import Context, Decimal
from functools import cache

import numpy as np
from numpy.typing import NDArray

_PRECISE = Context(prec=25)


def binary(numbers: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the logarithm to base 2 of whole numbers from 1 on, in their shape.

    Raises:
        ValueError: if a number is below 1.
    """
    values, place = np.unique(numbers, return_inverse=True)
    if values.size and values[0] < 1:
        raise ValueError(f"expected whole numbers from 1 on, received {values[0]}")
    logarithms = np.array([_binary(value) for value in values.tolist()], np.float64)
    return logarithms[place].reshape(np.shape(numbers))


@cache
def discounts(k: int) -> NDArray[np.float64]:
    """Return `1 / log2(i + 1)` of the places i = 1 to k: float64 [k], not to be written to."""
    made = np.array([1 / _binary(place + 1) for place in range(1, k + 1)], np.float64)
    made.flags.writeable = False
    return made


@cache
def _binary(number: int) -> float:
    natural = _PRECISE.ln(Decimal(number))
    return float(_PRECISE.divide(natural, _PRECISE.ln(Decimal(2))))
