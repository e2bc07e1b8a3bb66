"""The interactions that recommenders are timed on, and what all sides do with them."""

import numpy as np
from scipy import sparse

USERS, ITEMS = 943, 1682  # as in the best known set of 100,000 ratings
EACH = 80  # interactions of a user, on average
FACTORS, SWEEPS = 64, 16
EPOCHS, COMPARED = 4, 16  # of BPR: passes, and items that each is compared with in one
LAMBDA = 500.0


def matrix(each: int = EACH) -> sparse.csr_array:
    """Return ones of skewed popularity and activity and four tastes: `[U, I]`.

    Args:
        each: of a user, on average; some 80,000 in all as it comes.
    """
    rng = np.random.default_rng(0)
    popular = 1 / (10 + rng.permutation(ITEMS))
    active = rng.lognormal(0, 0.8, USERS)
    alike = rng.integers(0, 4, USERS)[:, None] == rng.integers(0, 4, ITEMS)
    rates = active[:, None] * popular * np.where(alike, 3, 1)
    chances = np.minimum(rates * (1.2 * USERS * each / rates.sum()), 1)
    return sparse.csr_array((rng.random((USERS, ITEMS)) < chances).astype(np.float32))


def solve(histories: sparse.csr_array) -> np.ndarray:
    """Return the weights of EASE as its paper prints them, in NumPy: `[I, I]`."""
    gram = (histories.T @ histories).toarray().astype(np.float64)
    diagonal = np.diag_indices_from(gram)
    gram[diagonal] += LAMBDA
    inverse = np.linalg.inv(gram)
    weights = inverse / -np.diag(inverse)
    weights[diagonal] = 0
    return weights
