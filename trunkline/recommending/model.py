"""What a recommender is given, and what it gives back.

A model is a module with two functions, and nothing is kept between them but arrays:

    fit(pairs, sides, options, *, seed, epochs=None, held=None) -> Fitted
    scores(arrays, asked) -> float32 [n, I], higher is better

Shapes: n users asked for, U users and I items known, L items of a history, F numbers of a row.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy import sparse

Arrays = Mapping[str, np.ndarray]
UNKNOWN = -1  # the place of a user that training did not see, and of no item in a history


class Refused(ValueError):
    """Options that these pairs do not allow, where others would be."""


class Sides(NamedTuple):
    """Numbers that describe users and items, encoded as a study says; None: there are none."""

    users: np.ndarray | None = None  # float32 [U, F]
    items: np.ndarray | None = None  # float32 [I, F]


class Asked(NamedTuple):
    """The users to score all items for."""

    user: np.ndarray  # int32 [n], places among the users of training; UNKNOWN: not among them
    history: sparse.csr_array  # float32 [n, I], 1 where the user has the item
    recent: np.ndarray  # int32 [n, L], the last items in order, the newest last; UNKNOWN in front
    features: np.ndarray | None = None  # float32 [n, F]


class Fitted(NamedTuple):
    """What a fit leaves.

    Attributes:
        arrays: all that `scores` needs, by name: float32 or int32.
        curve: losses of each epoch, training and held: float32 [epochs, 2]; none of closed forms.
        best_epoch: the epoch whose weights were kept, from 1; 0 of closed forms.
    """

    arrays: Arrays
    curve: np.ndarray
    best_epoch: int = 0


def closed(**arrays: np.ndarray) -> Fitted:
    """Return the fit of a model that has no epochs."""
    return Fitted(arrays, np.zeros((0, 2), np.float32))
