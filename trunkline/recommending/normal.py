"""Ridge regressions of many rows on factors of their few columns, by the normal equations."""

from collections.abc import Iterator

import numpy as np
from scipy import sparse
from scipy.linalg import lapack

_NUMBERS = 2**22  # gathered at a time
_STEP = 8  # lengths are filled up to one of 8, 16, ..., then in steps of a quarter


def solved(
    targets: sparse.csr_array,
    factors: np.ndarray,
    ridge: np.ndarray,
    shared: np.ndarray | float = 0.0,
) -> np.ndarray:
    """Return `w_r = (F_r' F_r + shared + diag(ridge_r))^-1 F_r' y_r` for each row r: `[R, k]`.

    F_r are the factors of the columns that the row has, y_r its values there. Rows of about one
    length are solved at once; the length to which a row is filled up with zeros depends on its
    own alone, and so do its bits. A row without columns has 0.

    Solved by Cholesky factors, each row by itself: half of what stacked general solves cost.

    Args:
        targets: y, `[R, C]`.
        factors: F, `[C, k]`; its precision is that of the result.
        ridge: of each row `[R]`, or of each row and factor `[R, k]`.
        shared: what is added for every row, symmetric `[k, k]`.

    Raises:
        ValueError: the ridge of a row is so small that there is no solution in this precision.
    """
    rows, width = targets.shape[0], factors.shape[1]
    filled = np.vstack([factors, np.zeros((1, width), factors.dtype)])  # [C + 1, k]
    ridges = np.broadcast_to(ridge.reshape(rows, -1), (rows, width)).astype(factors.dtype)
    made = np.zeros((rows, width), factors.dtype)
    diagonal = np.arange(width)
    for chosen, length in _alike(targets, width):
        columns, values = _gathered(targets, chosen, length)
        gathered = filled[columns]  # [b, L, k]
        left = gathered.swapaxes(1, 2)
        normal = left @ gathered + shared  # [b, k, k]
        normal[:, diagonal, diagonal] += ridges[chosen]
        right = left @ values[:, :, np.newaxis].astype(factors.dtype)  # [b, k, 1]
        for row, symmetric, vector in zip(chosen, normal, right, strict=True):
            made[row] = _solution(symmetric, vector[:, 0])
    return made


def _solution(symmetric: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """Return `symmetric^-1 vector`, `[k]`; LAPACK may write over both."""
    solve = lapack.sposv if symmetric.dtype == np.float32 else lapack.dposv
    _, solution, failed = solve(symmetric.T, vector, overwrite_a=1, overwrite_b=1)
    if failed:
        raise ValueError(
            f"expected a regularisation with which {len(vector)} factors can be solved in "
            f"{symmetric.dtype}: raise it, or ask for fewer factors"
        )
    return solution


def _alike(targets: sparse.csr_array, width: int) -> Iterator[tuple[np.ndarray, int]]:
    """Yield places of rows, and the length to which they are filled up."""
    lengths = np.diff(targets.indptr)
    sizes = [_STEP]
    while sizes[-1] < lengths.max(initial=0):
        sizes.append(sizes[-1] + max(_STEP, sizes[-1] // (4 * _STEP) * _STEP))
    of = np.searchsorted(sizes, lengths)
    for place in np.unique(of[lengths > 0]):
        rows = np.flatnonzero((of == place) & (lengths > 0))
        room = max(1, _NUMBERS // (width * max(sizes[place], width)))
        for start in range(0, len(rows), room):
            yield rows[start : start + room], sizes[place]


def _gathered(
    targets: sparse.csr_array, chosen: np.ndarray, length: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return columns and values of rows, filled up with the last column and zeros: `[b, L]`."""
    steps = np.arange(length)
    counts = np.diff(targets.indptr)[chosen, np.newaxis]
    places = targets.indptr[chosen, np.newaxis] + np.minimum(steps, counts - 1)
    there = steps < counts
    columns = np.where(there, targets.indices[places], targets.shape[1])
    return columns, np.where(there, targets.data[places], 0)
