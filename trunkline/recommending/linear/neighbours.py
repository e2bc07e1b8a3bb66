"""The most similar rows of a matrix, found block by block."""

from collections.abc import Iterator

import numpy as np
from scipy import sparse

_NUMBERS = 2**23  # of a block of similarities


def blocks(rows: int, columns: int) -> Iterator[slice]:
    """Yield slices of rows whose products with all columns stay below 2^23 numbers.

    Args:
        rows: how many there are.
        columns: how many numbers each has.
    """
    size = max(1, _NUMBERS // max(columns, 1))
    for start in range(0, rows, size):
        yield slice(start, min(start + size, rows))


def lengths(weighed: sparse.csr_array) -> np.ndarray:
    """Return the Euclidean length of each row: float32 `[rows]`."""
    squares = np.add.reduceat(np.r_[weighed.data**2, 0], weighed.indptr[:-1])
    return np.where(np.diff(weighed.indptr) > 0, np.sqrt(squares), 0).astype(np.float32)


def nearest(similarities: np.ndarray, most: int) -> sparse.csr_array:
    """Keep the largest similarities of each row; of equal ones those of the first columns.

    Args:
        similarities: float32 `[rows, columns]`; those of 0 and below are no neighbours.
        most: how many to keep.

    Returns:
        What was kept, columns in order: `[rows, columns]`.
    """
    rows, columns = similarities.shape
    if most >= columns:
        return sparse.csr_array(np.maximum(similarities, 0))
    least = np.partition(similarities, columns - most, axis=1)[:, columns - most, np.newaxis]
    above, equal = similarities > least, similarities == least  # [rows, columns]
    room = most - above.sum(axis=1, keepdims=True)
    kept = above | (equal & (np.cumsum(equal, axis=1, dtype=np.int32) <= room))
    kept &= similarities > 0
    starts = np.r_[0, np.cumsum(kept.sum(axis=1))].astype(np.int32)
    return sparse.csr_array(
        (similarities[kept], np.nonzero(kept)[1].astype(np.int32), starts), shape=(rows, columns)
    )


def cosines(products: np.ndarray, left: np.ndarray, right: np.ndarray, shrink: float) -> np.ndarray:
    """Return `products / (left right + shrink)`, 0 where nothing is shared.

    Args:
        products: float32 `[rows, columns]`.
        left: lengths of rows, `[rows]`.
        right: lengths of columns, `[columns]`.
        shrink: added to each denominator.
    """
    below = left[:, np.newaxis] * right + np.float32(shrink)
    return np.divide(products, below, out=np.zeros_like(products), where=products > 0)
