"""User-based nearest neighbours: what users with a history like this one have."""

import numpy as np
from scipy import sparse

from trunkline.interactions.pairs import Pairs
from trunkline.recommending.linear import known, neighbours, weighting
from trunkline.recommending.model import UNKNOWN, Arrays, Asked, Fitted, Sides, closed
from trunkline.settings.recommending.linear_models import UserKnn


def fit(
    pairs: Pairs,
    sides: Sides,
    options: UserKnn,
    *,
    seed: int,
    epochs: int | None = None,
    held: Pairs | None = None,
) -> Fitted:
    """Keep the histories, weighed: all else is done when someone asks.

    A history is a row x of weights, one for each item, and `s_uv = x_u x_v / (|x_u| |x_v| +
    shrink)`; with BM25 just `x_u x_v`. The score of an item for a user is the sum of s_uv over
    the nearest users v that have it. Nobody is a neighbour of himself; of equal similarities
    the user of the lower place is kept.

    Args:
        pairs: of training.
        sides: not read.
        options: neighbours, shrinkage, weights.
        seed: not read: nothing is random.
        epochs: not read: there are none.
        held: not read.

    References:
        Resnick, Iacovou, Suchak, Bergstrom and Riedl, "GroupLens: An Open Architecture for
        Collaborative Filtering of Netnews", CSCW 1994 (there with correlations of ratings);
        Ferrari Dacrema, Cremonesi and Jannach, "Are We Really Making Much Progress?", RecSys
        2019, section 3.1.
    """
    matrix = pairs.matrix
    weights = weighting.learned(matrix, options.weighting)
    values = weights.values(matrix)
    rows = sparse.csr_array((values, matrix.indices, matrix.indptr), shape=matrix.shape)
    return closed(
        rarity=weights.rarity,
        length=weights.length,
        value=values,
        item=matrix.indices.astype(np.int32),
        starts=matrix.indptr.astype(np.int32),
        norm=neighbours.lengths(rows),
        counts=known.counts(matrix),
        neighbours=np.array([options.neighbours], np.int32),
        cosine=np.array([options.weighting != "bm25"], np.int32),
        shrink=np.array([options.shrink], np.float32),
    )


def scores(arrays: Arrays, asked: Asked) -> np.ndarray:
    """Return how similar the neighbours are that have each item: float32 `[n, I]`.

    Args:
        arrays: of `fit`.
        asked: the users; of one that training knew, the own history of training is left out.
    """
    shape = (len(arrays["starts"]) - 1, len(arrays["counts"]))  # U, I
    known_users = sparse.csr_array((arrays["value"], arrays["item"], arrays["starts"]), shape=shape)
    have = sparse.csr_array(
        (np.ones_like(arrays["value"]), arrays["item"], arrays["starts"]), shape=shape
    )
    made = np.empty(asked.history.shape, np.float32)  # [n, I]
    for block in neighbours.blocks(len(made), shape[0]):
        weighed = _weighed(arrays, asked.history[block])
        similar = np.ascontiguousarray((known_users @ weighed.T).toarray().T)  # [block, U]
        if arrays["cosine"][0]:
            own = neighbours.lengths(weighed)
            similar = neighbours.cosines(similar, own, arrays["norm"], float(arrays["shrink"][0]))
        _without_themselves(similar, asked.user[block])
        near = neighbours.nearest(similar, int(arrays["neighbours"][0]))
        made[block] = (near @ have).toarray()
    return known.scored(made, arrays["counts"], asked.history)


def _weighed(arrays: Arrays, history: sparse.csr_array) -> sparse.csr_array:
    """Return histories, weighed as those of training: `[n, I]`."""
    weights = weighting.Weights(arrays["rarity"], arrays["length"])
    return sparse.csr_array(
        (weights.values(history), history.indices, history.indptr), shape=history.shape
    )


def _without_themselves(similar: np.ndarray, user: np.ndarray) -> None:
    """Set the similarity of users to themselves to 0, `[n, U]`."""
    rows = np.flatnonzero(user != UNKNOWN)
    similar[rows, user[rows]] = 0
