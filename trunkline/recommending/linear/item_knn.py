"""Item-based nearest neighbours: what the users of an item have beside it."""

import numpy as np
from scipy import sparse

from trunkline.interactions.pairs import Pairs
from trunkline.recommending.linear import known, neighbours, weighting
from trunkline.recommending.model import Arrays, Asked, Fitted, Sides, closed
from trunkline.settings.recommending.linear_models import ItemKnn


def fit(
    pairs: Pairs,
    sides: Sides,
    options: ItemKnn,
    *,
    seed: int,
    epochs: int | None = None,
    held: Pairs | None = None,
) -> Fitted:
    """Compare each item with all others and keep its nearest.

    Items i and j are rows x of weights, one for each user, and `s_ij = x_i x_j / (|x_i| |x_j| +
    shrink)`; with BM25 just `x_i x_j`, whose weights know the popularity already. The score of an
    item i for a history H is the sum of s_ij over those j in H that are among the nearest of i:
    the neighbours are those of the item that is scored, not those of the items of the history.
    Of equal similarities the item of the lower place is kept.

    Args:
        pairs: of training.
        sides: not read.
        options: neighbours, shrinkage, weights.
        seed: not read: nothing is random.
        epochs: not read: there are none.
        held: not read.

    References:
        Sarwar, Karypis, Konstan and Riedl, "Item-Based Collaborative Filtering Recommendation
        Algorithms", WWW 2001; Ferrari Dacrema, Cremonesi and Jannach, "Are We Really Making Much
        Progress?", RecSys 2019, section 3.1 (shrinkage and weights).
    """
    users = sparse.csr_array(pairs.matrix.T)  # [I, U], 1 where a user has the item
    weights = weighting.learned(users, options.weighting).values(users)
    rows = sparse.csr_array((weights, users.indices, users.indptr), shape=users.shape)
    columns = sparse.csr_array(rows.T)  # [U, I]
    lengths = neighbours.lengths(rows)
    found = []
    for block in neighbours.blocks(*(len(pairs.items),) * 2):
        similar = (rows[block] @ columns).toarray()  # [block, I]
        if options.weighting != "bm25":
            similar = neighbours.cosines(similar, lengths[block], lengths, options.shrink)
        similar[np.arange(len(similar)), np.arange(block.start, block.stop)] = 0
        found.append(neighbours.nearest(similar, options.neighbours))
    kept = sparse.csr_array(sparse.vstack(found, format="csr").T)  # [I of a history, I scored]
    return closed(
        similarity=kept.data.astype(np.float32),
        item=kept.indices.astype(np.int32),
        starts=kept.indptr.astype(np.int32),
        counts=known.counts(pairs.matrix),
    )


def scores(arrays: Arrays, asked: Asked) -> np.ndarray:
    """Return the similarity of each item to the history, as a sum: float32 `[n, I]`.

    Args:
        arrays: of `fit`.
        asked: the users, of whom only the histories count.
    """
    return known.by_items(arrays["similarity"], arrays, asked)
