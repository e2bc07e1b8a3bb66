"""Scores with the same bits wherever their user and item stand.

A matrix product in float32 adds a row in another order at its edges than inside, so that equal
items may differ by their last bit. What a list may have is therefore scored again, one sum after
another in float64, and rounded once: equal factors give equal scores, and new places for users or
items change nothing.

Shapes: m users, c candidates of each, d factors.
"""

from typing import NamedTuple

import numpy as np

from trunkline.recommending.lists import selecting
from trunkline.recommending.lists.selecting import Found

_USERS = 16  # at a time: their candidates' factors stay in the cache


class Products(NamedTuple):
    """Factors of items and their bias."""

    items: np.ndarray  # float32 [I, d]
    bias: np.ndarray  # float32 [I]

    def again(self, users: np.ndarray, found: Found, count: int) -> Found:
        """Return the `count` best of what was found, by their scores in float64.

        Args:
            users: factors, float32 [m, d].
            found: candidates.
            count: of a list; no more than there are candidates.
        """
        parts = [
            self._block(users[start : start + _USERS], found.items[start : start + _USERS], count)
            for start in range(0, len(users), _USERS)
        ]
        return selecting.joined(parts) if parts else Found(found.items, found.scores)

    def _block(self, users: np.ndarray, items: np.ndarray, count: int) -> Found:
        factors = np.take(self.items, items, axis=0).astype(np.float64)  # [m, c, d]
        sums = np.einsum("mcd,md->mc", factors, users.astype(np.float64))
        scores = (sums + self.bias[items]).astype(np.float32)
        return selecting.ranked(scores, items, count)
