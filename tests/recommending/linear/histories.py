"""Small pairs of users and items, and what is asked of a model."""

import numpy as np
from scipy import sparse

from trunkline.interactions.pairs import Pairs
from trunkline.recommending.model import UNKNOWN, Asked, Sides
from trunkline.settings.recommending import linear_models

OPTIONS = {
    "random": linear_models.Random(),
    "most_popular": linear_models.MostPopular(),
    "item_knn": linear_models.ItemKnn(neighbours=6, shrink=2),
    "user_knn": linear_models.UserKnn(neighbours=6, shrink=2),
    "ease": linear_models.Ease(regularisation=5, frequency=0.4, dropout=0.2, activity=0.2),
    "pure_svd": linear_models.PureSvd(factors=4),
    "ials": linear_models.Ials(factors=5, regularisation=0.1, sweeps=4),
    "slim": linear_models.Slim(l1=0.5, l2=2, sweeps=1000, tolerance=1e-6),
}


def pairs(matrix):
    """Return the pairs of a matrix of zeros and ratings, `[U, I]`."""
    rated = np.asarray(matrix, np.float32)
    user, item = np.nonzero(rated)
    return Pairs(
        np.arange(rated.shape[0]), np.arange(rated.shape[1]), user.astype(np.int32),
        item.astype(np.int32), rated[user, item],
    )  # fmt: skip


def drawn(users=40, items=25, seed=0):
    """Return zeros and ones: items of two kinds, popular ones first; the last nobody has."""
    rng = np.random.default_rng(seed)
    like = 0.6 / np.sqrt(1 + np.arange(items) // 2)
    other = (np.arange(users)[:, None] + np.arange(items)) % 2
    taken = rng.random((users, items)) < like * np.where(other, 0.3, 1.4)
    taken[:, -1] = False
    taken[:, 0] |= ~taken.any(axis=1)  # nobody is without an item
    return taken.astype(np.float32)


def asked(matrix, user=None):
    """Return the question for histories of zeros and ones, `[n, I]`; places count from 0."""
    histories = sparse.csr_array(np.asarray(matrix, np.float32))
    user = np.arange(histories.shape[0]) if user is None else np.asarray(user)
    recent = np.full((len(user), 1), UNKNOWN, np.int32)
    return Asked(user.astype(np.int32), histories, recent)


def fitted(model, matrix, options, seed=1, **told):
    """Return the arrays of a model that learned a matrix."""
    return model.fit(pairs(matrix), Sides(), options, seed=seed, **told).arrays
