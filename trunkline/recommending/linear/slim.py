"""SLIM: a sparse linear autoencoder of histories, an elastic net for each item."""

import warnings

import numpy as np
from scipy import sparse
from sklearn import exceptions, linear_model

from trunkline.interactions.pairs import Pairs
from trunkline.recommending.linear import known
from trunkline.recommending.model import Arrays, Asked, Fitted, Sides, closed
from trunkline.settings.recommending.linear_models import Slim


def fit(
    pairs: Pairs,
    sides: Sides,
    options: Slim,
    *,
    seed: int,
    epochs: int | None = None,
    held: Pairs | None = None,
) -> Fitted:
    """Solve `min 1/2 |x_j - X w|^2 + l1 |w|_1 + l2 / 2 |w|^2`, `w >= 0`, `w_j = 0`, for each j.

    x_j says who has item j. The solver is scikit-learn's coordinate descent on the sparse matrix,
    which grows with interactions times items: some seconds for 1,000 items, hours for 30,000.

    Args:
        pairs: of training.
        sides: not read.
        options: both penalties, and when to stop.
        seed: not read: coordinates are taken in order.
        epochs: not read: passes end by themselves.
        held: not read.

    References:
        Ning and Karypis, "SLIM: Sparse Linear Methods for Top-N Recommender Systems", ICDM 2011,
        section IV.
    """
    columns = _columns(pairs)
    items, starts = [], [0]
    weights = []
    for item in range(len(pairs.items)):
        found = _weights(columns, item, options)  # [I]
        items.append(np.flatnonzero(found))
        weights.append(found[items[-1]])
        starts.append(starts[-1] + len(items[-1]))
    by_item = sparse.csc_array(
        (np.concatenate(weights), np.concatenate(items), starts), shape=(len(pairs.items),) * 2
    ).tocsr()  # [I of a history, I scored]
    return closed(
        weights=by_item.data.astype(np.float32),
        item=by_item.indices.astype(np.int32),
        starts=by_item.indptr.astype(np.int32),
        counts=known.counts(pairs.matrix),
    )


def scores(arrays: Arrays, asked: Asked) -> np.ndarray:
    """Return the sum of the weights of the items in each history: float32 `[n, I]`.

    Args:
        arrays: of `fit`.
        asked: the users, of whom only the histories count.
    """
    return known.by_items(arrays["weights"], arrays, asked)


def _columns(pairs: Pairs) -> sparse.csc_array:
    """Return who has each item, with the indices that scikit-learn's solver takes: `[U, I]`."""
    made = pairs.matrix.tocsc()
    made.indices, made.indptr = made.indices.astype(np.int32), made.indptr.astype(np.int32)
    return made


def _weights(columns: sparse.csc_array, item: int, options: Slim) -> np.ndarray:
    """Return the weights with which all others tell who has an item: float32 `[I]`.

    The item's own column is emptied meanwhile, which keeps its weight at 0.
    """
    users, items = columns.shape
    own = slice(columns.indptr[item], columns.indptr[item + 1])
    target = np.zeros(users, np.float32)
    target[columns.indices[own]] = columns.data[own]
    columns.data[own] = 0
    with warnings.catch_warnings():
        # That the passes may end before the tolerance is reached is what `sweeps` says.
        warnings.simplefilter("ignore", exceptions.ConvergenceWarning)
        _, found, _ = linear_model.enet_path(
            columns, target,
            alphas=[(options.l1 + options.l2) / users],  # theirs divides the squares by users
            l1_ratio=options.l1 / (options.l1 + options.l2),
            positive=True, check_input=False, max_iter=options.sweeps, tol=options.tolerance,
        )  # fmt: skip
    columns.data[own] = target[columns.indices[own]]
    return found[:, 0].reshape(items)
