"""Some pairs of each user, held from training where no other rows can be."""

import numpy as np

from trunkline.determinism import seeds
from trunkline.interactions.pairs import Pairs


def held(pairs: Pairs, share: float) -> np.ndarray:
    """Return which pairs are held, bool [n]: of each user the newest.

    Of a user with n pairs `round(share * n)` are held, at least one and a half rounded to the even
    number; who has a single pair keeps it. Without times they are drawn, the same in every run.

    Args:
        pairs: of training, by user, then time.
        share: of each user's pairs.

    Example:
        >>> ids = np.arange(3)
        >>> user, item = np.array([[0, 0, 0, 2], [2, 1, 0, 0]], np.int32)
        >>> held(Pairs(ids, ids, user, item, np.ones(4, np.float32), np.arange(4)), 0.1).tolist()
        [False, False, True, False]
    """
    counts = np.diff(pairs.starts)
    many = np.where(counts > 1, np.maximum(1, np.rint(share * counts)), 0)
    order = np.arange(len(pairs.user))
    if pairs.time is None:
        drawn = seeds.generator(0, "interactions", "held").random(order.size)
        order = np.lexsort((drawn, pairs.user))
    found = np.zeros(order.size, bool)
    found[order] = pairs.starts[pairs.user + 1] - np.arange(order.size) <= many[pairs.user]
    return found
