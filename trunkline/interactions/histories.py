"""What users took last, in order."""

import numpy as np

from trunkline.interactions.ids import UNKNOWN
from trunkline.interactions.pairs import Pairs


def recent(pairs: Pairs, users: np.ndarray, length: int) -> np.ndarray:
    """Return the last items of some users, int32 [users, length], the newest last.

    Where a user has fewer, `UNKNOWN` stands in front. Without times the order is that of the
    items' places and says nothing.

    Args:
        pairs: by user, then time.
        users: places of users.
        length: how many items at most.

    Example:
        >>> ids = np.arange(3)
        >>> user, item = np.array([[0, 0, 2], [2, 1, 0]], np.int32)
        >>> time = np.array([5, 6, 7])
        >>> pairs = Pairs(ids, ids, user, item, np.ones(3, np.float32), time)
        >>> recent(pairs, np.array([0, 1]), 3).tolist()
        [[-1, 2, 1], [-1, -1, -1]]
    """
    ends = pairs.starts[users + 1]
    places = ends[:, None] - length + np.arange(length)  # [users, length]
    there = places >= pairs.starts[users][:, None]
    found = np.full(places.shape, UNKNOWN, np.int32)
    found[there] = pairs.item[places[there]]
    return found
