"""Small pairs of users and items for recommenders that train in epochs."""

import numpy as np
from scipy import sparse

from trunkline.interactions.pairs import Pairs
from trunkline.recommending.model import UNKNOWN, Asked

RECENT = 8  # items of a history that models of its order are told


def pairs(matrix, when=None):
    """Return the pairs of a matrix of zeros and ones, and of their times: `[U, I]`."""
    user, item = np.nonzero(matrix)
    time = None
    if when is not None:
        order = np.lexsort((when[user, item], user))
        item, time = item[order], when[user, item][order].astype(np.int64)
    return Pairs(
        np.arange(len(matrix)), np.arange(matrix.shape[1]), user.astype(np.int32),
        item.astype(np.int32), np.ones(len(user), np.float32), time,
    )  # fmt: skip


def drawn(users=40, items=25, seed=0):
    """Return zeros and ones: items of two kinds, popular ones first; the last nobody has."""
    rng = np.random.default_rng(seed)
    like = 0.6 / np.sqrt(1 + np.arange(items) // 2)
    other = (np.arange(users)[:, None] + np.arange(items)) % 2
    taken = rng.random((users, items)) < like * np.where(other, 0.3, 1.4)
    taken[:, -1] = False
    taken[:, 0] |= ~taken.any(axis=1)  # nobody is without an item
    return taken.astype(np.float32)


def asked(matrix, user=None, features=None, when=None):
    """Return the question for histories of zeros and ones, `[n, I]`; places count from 0.

    The items of a user were taken in the order of `when`, or of their places, as in `pairs`.
    """
    user = np.arange(len(matrix)) if user is None else np.asarray(user)
    recent = np.full((len(user), RECENT), UNKNOWN, np.int32)
    for row, had in enumerate(matrix):
        last = np.flatnonzero(had)
        last = (last if when is None else last[np.argsort(when[row, last])])[-RECENT:]
        recent[row, RECENT - len(last) :] = last
    histories = sparse.csr_array(np.asarray(matrix, np.float32))
    return Asked(user.astype(np.int32), histories, recent, features)


def adam(weights, slopes, moments, step, rate):
    """Take a step of Adam with Keras's defaults, in 64 bits; change `weights` and `moments`."""
    for name, slope in slopes.items():
        first, second = moments.setdefault(name, [0.0, 0.0])
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        moments[name] = [first, second]
        size = np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        weights[name] = weights[name] - rate * size * first / (np.sqrt(second) + 1e-7)


def softmax(logits):
    """Return shares of each row."""
    shares = np.exp(logits - logits.max(-1, keepdims=True))
    return shares / shares.sum(-1, keepdims=True)
