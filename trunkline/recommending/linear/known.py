"""Of which items and users a model that learns from histories can say something."""

import numpy as np
from scipy import sparse

from trunkline.recommending.model import Arrays, Asked


def counts(matrix: sparse.csr_array) -> np.ndarray:
    """Return how many users have each item.

    Args:
        matrix: 1 where a user has an item, `[U, I]`.

    Returns:
        int32 `[I]`.
    """
    return np.bincount(matrix.indices, minlength=matrix.shape[1]).astype(np.int32)


def scored(scores: np.ndarray, counted: np.ndarray, history: sparse.csr_array) -> np.ndarray:
    """Return float32 scores, -inf where histories say nothing.

    That is of items that nobody had in training, and of users without one of the others: a list
    falls back to what does not need them.

    Args:
        scores: of each item for each user, `[n, I]`.
        counted: users that had each item in training, `[I]`.
        history: of the users, `[n, I]`.
    """
    made = scores.astype(np.float32)  # [n, I]
    made[:, counted == 0] = -np.inf
    made[~able(counted, history)] = -np.inf
    return made


def by_items(weights: np.ndarray, arrays: Arrays, asked: Asked) -> np.ndarray:
    """Return the sum of the weights of the items in each history, scored: float32 `[n, I]`.

    Args:
        weights: of the items of a history for those that are scored, row after row.
        arrays: `item` and `starts`, where the weights stand; `counts`.
        asked: the users, of whom only the histories count.
    """
    items = len(arrays["counts"])
    made = sparse.csr_array((weights, arrays["item"], arrays["starts"]), shape=(items, items))
    return scored((asked.history @ made).toarray(), arrays["counts"], asked.history)


def able(counted: np.ndarray, history: sparse.csr_array) -> np.ndarray:
    """Return which users have an item that somebody had in training: bool `[n]`.

    Args:
        counted: users that had each item in training, `[I]`.
        history: of the users, `[n, I]`.
    """
    return (history @ (counted > 0).astype(np.float32)) > 0
