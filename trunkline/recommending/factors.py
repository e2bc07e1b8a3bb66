"""Scores as products of factors: lists of such models are found by quicker searches.

Shapes: n users asked for, I items, d factors.
"""

from typing import NamedTuple

import numpy as np


class Factors(NamedTuple):
    """What a score is the product of: `s_ui = <x_u, y_i> + b_i`."""

    users: np.ndarray  # float32 [n, d]
    items: np.ndarray  # float32 [I, d]
    bias: np.ndarray  # float32 [I]; -inf: nothing is known of the item
    able: np.ndarray  # bool [n], users of whom something is known


def of_known(
    users: np.ndarray, items: np.ndarray, counted: np.ndarray, able: np.ndarray
) -> Factors:
    """Return factors of items that somebody had in training; of the others nothing is known.

    Args:
        users: [n, d].
        items: [I, d].
        counted: users that had each item in training, [I].
        able: users of whom something is known, bool [n].
    """
    bias = np.where(counted > 0, np.float32(0), np.float32(-np.inf))
    return Factors(users.astype(np.float32), items, bias, able)


def multiplied(factors: Factors) -> np.ndarray:
    """Return all scores, float32 [n, I]; -inf where nothing is known."""
    found = factors.users @ factors.items.T + factors.bias
    found[~factors.able] = -np.inf
    return found.astype(np.float32, copy=False)
