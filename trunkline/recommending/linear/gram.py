"""What items have in common, as a whole matrix; it grows with the square of the catalogue."""

import numpy as np
from scipy import sparse

LIMIT = 4 * 2**30  # bytes of one matrix
DOUBLE = 2 * 2**30  # bytes up to which numbers have 64 bits
_BLOCK = 512  # items at a time


def kind(items: int, method: str) -> type[np.floating]:
    """Return the precision in which a matrix of all items by all items fits.

    Numbers have 64 bits up to 2 GiB (16,384 items), 32 bits up to 4 GiB (32,768 items).

    Args:
        items: how many there are.
        method: who asks, for the message.

    Raises:
        ValueError: there are more.
    """
    if 8 * items**2 <= DOUBLE:
        return np.float64
    if 4 * items**2 <= LIMIT:
        return np.float32
    most = int((LIMIT / 4) ** 0.5)
    raise ValueError(
        f"{method} needs a matrix of all items by all items: expected at most {most:,} items "
        f"({LIMIT / 2**30:g} GiB), received {items:,} ({4 * items**2 / 2**30:.1f} GiB). Take "
        "item_knn, pure_svd or ials, which grow with the interactions, or drop rare items."
    )


def products(
    left: sparse.csr_array, right: sparse.csr_array, precision: type[np.floating]
) -> np.ndarray:
    """Return `left' right` of two matrices of the same users: `[I, I]`.

    Args:
        left: of users and items, `[U, I]`.
        right: the same, with other values.
        precision: of the result.
    """
    turned = sparse.csr_array(left.T.astype(precision))  # [I, U]
    right = right.astype(precision)
    made = np.empty((left.shape[1], right.shape[1]), precision)
    for start in range(0, len(made), _BLOCK):
        rows = slice(start, start + _BLOCK)
        made[rows] = (turned[rows] @ right).toarray()
    return made
