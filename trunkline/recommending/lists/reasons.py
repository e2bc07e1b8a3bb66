"""Why an item is listed: the items of the user's history that are nearest to it.

Nearest by the cosine of training: of the users that have both items, `c_ij / sqrt(c_ii c_jj)`
(Sarwar et al. 2001, Item-based collaborative filtering, section 3.1.1), or of the items' factors.
An item that is like nothing in the history has no reason. Of equals the item of the lower place
is named.

Shapes: r rows of lists, I items, U users, d factors.
"""

from collections.abc import Callable, Iterator

import numpy as np
from scipy import sparse

from trunkline.recommending.model import UNKNOWN

_NUMBERS = 2**23  # similarities held at a time

# Of items [b] with all items, at some places: rows of b and items, both int [p] -> float32 [p].
Similarity = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def cooccurrence(taken: sparse.csr_array) -> Similarity:
    """Return the cosine of items by who took them in training, `[U, I]` with ones."""
    items = sparse.csr_array(taken.T)  # [I, U]
    counts = np.diff(items.indptr).astype(np.float64)

    def similarity(places: np.ndarray, row: np.ndarray, other: np.ndarray) -> np.ndarray:
        both = (items[places] @ taken).toarray()[row, other]  # whole numbers
        scale = np.sqrt(counts[places[row]] * counts[other])
        share = np.zeros(both.shape)
        return np.divide(both, scale, out=share, where=scale > 0).astype(np.float32)

    return similarity


def cosine(directions: np.ndarray) -> Similarity:
    """Return the cosine of items by vectors of length 1 or 0, float32 [I, d]."""
    wide = directions.astype(np.float64)

    def similarity(places: np.ndarray, row: np.ndarray, other: np.ndarray) -> np.ndarray:
        # Rounded, so that the last bits of a product decide between no equals.
        return (wide[places] @ wide.T).astype(np.float32)[row, other]

    return similarity


def nearest(
    users: np.ndarray,
    items: np.ndarray,
    history: sparse.csr_array,
    similarity: Similarity,
    count: int,
) -> np.ndarray:
    """Return what of a user's history is nearest to each listed item.

    Args:
        users: int [r], rows of `history`.
        items: int [r], places of what is listed.
        history: what users have, `[n, I]`.
        similarity: of items with all items.
        count: items named for each row.

    Returns:
        Places int32 [r, count], the nearest first; UNKNOWN after the last.
    """
    made = np.full((len(items), count), UNKNOWN, np.int32)
    order = np.argsort(items, kind="stable")
    lengths = np.diff(history.indptr).astype(np.int64)
    for rows in _blocks(order, items, lengths[users], history.shape[1]):
        chosen, place = np.unique(items[rows], return_inverse=True)
        starts = np.cumsum(lengths[users[rows]]) - lengths[users[rows]]
        row = np.repeat(np.arange(len(rows)), lengths[users[rows]])
        inside = np.arange(len(row)) - starts[row]
        had = history.indices[history.indptr[users[rows]][row] + inside]
        values = np.where(had == items[rows][row], 0, similarity(chosen, place[row], had))
        made[rows] = _largest(values, had, row, (len(rows), count))
    return made


def _blocks(
    order: np.ndarray, items: np.ndarray, lengths: np.ndarray, size: int
) -> Iterator[np.ndarray]:
    """Yield rows by their items, so that neither items x I nor histories are too many."""
    ordered = items[order]
    new = np.cumsum(np.r_[0, np.diff(ordered) > 0]) // max(1, _NUMBERS // max(1, size))
    long = np.cumsum(lengths[order]) // _NUMBERS
    cuts = np.flatnonzero((np.diff(new) > 0) | (np.diff(long) > 0)) + 1
    yield from (block for block in np.split(order, cuts) if len(block))


def _largest(
    values: np.ndarray, had: np.ndarray, row: np.ndarray, shape: tuple[int, int]
) -> np.ndarray:
    """Return the items of each row's largest values above 0, int32 `shape`."""
    made = np.full(shape, UNKNOWN, np.int32)
    there = values > 0
    values, had, row = values[there], had[there], row[there]
    order = np.lexsort((had, -values, row))
    row, had = row[order], had[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    first = rank < shape[1]
    made[row[first], rank[first]] = had[first]
    return made
