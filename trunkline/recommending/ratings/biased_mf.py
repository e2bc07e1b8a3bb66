"""Biased matrix factorisation: means of users and items, and a product of factors."""

import numpy as np
from scipy import sparse

from trunkline.determinism import seeds
from trunkline.interactions.pairs import Pairs
from trunkline.recommending import normal
from trunkline.recommending.model import UNKNOWN, Arrays, Fitted, Sides, closed
from trunkline.settings.recommending.rating_models import BiasedMf

_BLOCK = 2**16  # ratings at a time


def fit(
    pairs: Pairs,
    sides: Sides,
    options: BiasedMf,
    *,
    seed: int,
    epochs: int | None = None,
    held: Pairs | None = None,
) -> Fitted:
    """Lower the squared errors of `r_ui ~ m + b_u + b_i + p_u q_i`, users and items in turn.

    `sum (r_ui - m - b_u - b_i - p_u q_i)^2 + damping (|b|^2) + lambda sum_u n_u |p_u|^2 + lambda
    sum_i n_i |q_i|^2`, where n counts the ratings of a row and m is their mean. Given the items,
    mean and factors of a user are one ridge regression on `(1, q_i)`, and so the other way round:
    each is solved exactly, and the sum never rises. Memory grows with the ratings.

    Koren's steps of gradient descent are replaced by these solutions of Zhou et al.: they need no
    learning rate, and no order of the ratings.

    Args:
        pairs: of training, with ratings.
        sides: not read.
        options: sizes and penalties.
        seed: of the first factors of items.
        epochs: sweeps, in place of those of the options.
        held: not read.

    Raises:
        ValueError: there is no rating.

    References:
        Koren, Bell and Volinsky, "Matrix Factorization Techniques for Recommender Systems", IEEE
        Computer 2009, "Adding biases"; Zhou, Wilkinson, Schreiber and Pan, "Large-Scale Parallel
        Collaborative Filtering for the Netflix Prize", AAIM 2008, section 3.2 (a ridge that grows
        with the ratings of a row).
    """
    if not len(pairs.rating):
        raise ValueError("biased_mf: expected ratings to learn from, received no pair of training")
    mean = pairs.rating.astype(np.float64).mean()
    by_user = pairs.valued(pairs.rating - np.float32(mean))  # [U, I]
    by_item = sparse.csr_array(by_user.T)  # [I, U]
    generator = seeds.generator(seed, "recommending", "biased_mf")
    items = generator.standard_normal((len(pairs.items), options.factors + 1), np.float32)
    items *= np.float32(options.scale / options.factors**0.5)
    items[:, 0] = 0  # means come first
    for _ in range(options.sweeps if epochs is None else epochs):
        users = _half(by_user, items, options)
        items = _half(by_item, users, options)
    return closed(mean=np.array([mean], np.float32), user=users, item=items)


def ratings(arrays: Arrays, user: np.ndarray, item: np.ndarray) -> np.ndarray:
    """Return what users would rate items, on no scale: float32 `[n]`.

    Who or what training did not see adds nothing: what is left is the mean of the other.

    Args:
        arrays: of `fit`.
        user: places of users, `[n]`; UNKNOWN: not among them.
        item: places of items, `[n]`; UNKNOWN: not among them.
    """
    made = np.empty(len(user), np.float32)
    for start in range(0, len(made), _BLOCK):
        some = slice(start, start + _BLOCK)
        of_user = _rows(arrays["user"], user[some])  # [block, 1 + k]
        of_item = _rows(arrays["item"], item[some])
        product = np.einsum("nk,nk->n", of_user[:, 1:], of_item[:, 1:])
        made[some] = arrays["mean"][0] + of_user[:, 0] + of_item[:, 0] + product
    return made


def _rows(of: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return rows at places, 0 at UNKNOWN: `[n, 1 + k]`."""
    return np.where(places[:, np.newaxis] == UNKNOWN, np.float32(0), of[places])


def _half(rated: sparse.csr_array, others: np.ndarray, options: BiasedMf) -> np.ndarray:
    """Return mean and factors of rows, given those of columns `[C, 1 + k]`: `[R, 1 + k]`."""
    of_column = others[:, 0][rated.indices]
    left = sparse.csr_array((rated.data - of_column, rated.indices, rated.indptr), rated.shape)
    factors = others.copy()
    factors[:, 0] = 1
    counts = np.diff(rated.indptr)
    ridge = np.repeat(options.regularisation * counts[:, np.newaxis], factors.shape[1], axis=1)
    ridge[:, 0] = options.damping
    return normal.solved(left, factors, ridge)
