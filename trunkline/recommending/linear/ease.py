"""EASE: the linear autoencoder of histories, in closed form."""

import numpy as np
from scipy import sparse
from scipy.linalg import lapack

from trunkline.interactions.pairs import Pairs
from trunkline.recommending.linear import gram, known
from trunkline.recommending.model import Arrays, Asked, Fitted, Sides, closed
from trunkline.settings.recommending.linear_models import Ease

_BLOCK = 1024  # rows that are mirrored at a time


def fit(
    pairs: Pairs,
    sides: Sides,
    options: Ease,
    *,
    seed: int,
    epochs: int | None = None,
    held: Pairs | None = None,
) -> Fitted:
    """Solve `min sum_u m_u |x_u - x_u B|^2 + sum_i r_i |B_i.|^2`, diag(B) = 0, at once.

    With `P = (X' diag(m) X + diag(r))^-1` the solution is `B_ij = -P_ij / P_jj`. As published,
    m is 1 and r is lambda. Here the ridge of an item may grow with its users c, `r_i = lambda
    (c_i / mean c)^nu + p / (1 - p) (X' diag(m) X)_ii`, where the second term is what dropout p of
    histories comes to in expectation, so that nothing is drawn; and long histories may count
    less, `m_u = (l_u / mean l)^-beta`.

    We differ from the published code in the solver: a Cholesky factor, inverted in its place,
    costs half of a general inverse and no second matrix. Numbers have 64 bits while they fit,
    then 32.

    Args:
        pairs: of training.
        sides: not read.
        options: the ridge and the weights of histories.
        seed: not read: nothing is random.
        epochs: not read: there are none.
        held: not read.

    Raises:
        ValueError: the matrix of all items by all items does not fit, or lambda is so small that
            it cannot be inverted.

    References:
        Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019, section 3.1;
        Steck, "Autoencoders that don't overfit towards the Identity", NeurIPS 2020 (dropout);
        Park, Yoon, Kim and Lee, "Why is Normalization Necessary for Linear Recommenders?", SIGIR
        2025 (beta); Rendle, Krichene, Zhang and Koren, RecSys 2022 (nu, there of iALS).
    """
    precision = gram.kind(len(pairs.items), "ease")
    counted = known.counts(pairs.matrix)
    precise = _products(pairs, options, precision)  # X' diag(m) X, then P in its place: [I, I]
    ridge = options.regularisation * _relative(counted) ** options.frequency
    ridge += options.dropout / (1 - options.dropout) * precise.diagonal()
    precise[np.diag_indices_from(precise)] += ridge.astype(precision)
    _invert(precise, options.regularisation)
    precise /= -precise.diagonal()
    np.fill_diagonal(precise, 0)
    return closed(weights=precise.astype(np.float32, copy=False), counts=counted)


def scores(arrays: Arrays, asked: Asked) -> np.ndarray:
    """Return the sum of the weights of the items in each history: float32 `[n, I]`.

    Args:
        arrays: of `fit`.
        asked: the users, of whom only the histories count.
    """
    return known.scored(asked.history @ arrays["weights"], arrays["counts"], asked.history)


def _relative(counted: np.ndarray) -> np.ndarray:
    """Return counts as shares of their mean; 1 where nothing was counted."""
    among = counted[counted > 0]
    return np.where(counted > 0, counted / (among.mean() if among.size else 1), 1)


def _products(pairs: Pairs, options: Ease, precision: type[np.floating]) -> np.ndarray:
    """Return X' diag(m) X: `[I, I]`."""
    weights = _relative(np.diff(pairs.starts)) ** -options.activity  # [U]
    weighed = sparse.csr_array(sparse.diags_array(weights) @ pairs.matrix)
    return gram.products(pairs.matrix, weighed, precision)


def _invert(matrix: np.ndarray, regularisation: float) -> None:
    """Replace a symmetric matrix by its inverse.

    LAPACK takes columns for rows, which is the same here, and fills one triangle. No entry is
    negative, so that the largest sum of a row is the norm that tells the condition.
    """
    names = ("potrf", "pocon", "potri")
    factor, condition, invert = lapack.get_lapack_funcs(names, (matrix,))
    norm = matrix.sum(axis=0).max(initial=0)
    _, failed = factor(matrix.T, lower=1, clean=0, overwrite_a=1)
    reciprocal, _ = condition(matrix.T, norm, uplo="L")
    if failed or not reciprocal > np.finfo(matrix.dtype).eps:
        raise ValueError(
            f"ease: expected a regularisation with which X'X can be inverted in "
            f"{matrix.dtype}, received {regularisation:g}: raise it"
        )
    invert(matrix.T, lower=1, overwrite_c=1)
    for start in range(0, len(matrix), _BLOCK):
        stop = start + _BLOCK
        square = matrix[start:stop, start:stop]
        square[:] = np.triu(square) + np.triu(square, 1).T
        matrix[stop:, start:stop] = matrix[start:stop, stop:].T
