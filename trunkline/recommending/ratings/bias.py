"""Bias: the mean rating, and how far items and users are from it."""

import numpy as np

from trunkline.interactions.pairs import Pairs
from trunkline.recommending.model import UNKNOWN, Arrays, Fitted, Sides, closed
from trunkline.settings.recommending.rating_models import Bias


def fit(
    pairs: Pairs,
    sides: Sides,
    options: Bias,
    *,
    seed: int,
    epochs: int | None = None,
    held: Pairs | None = None,
) -> Fitted:
    """Take damped means, of items first: `r_ui ~ m + b_i + b_u`.

    `b_i = sum_u (r_ui - m) / (n_i + item_damping)`,
    `b_u = sum_i (r_ui - m - b_i) / (n_u + user_damping)`.

    Args:
        pairs: of training, with ratings.
        sides: not read.
        options: both dampings.
        seed: not read: nothing is random.
        epochs: not read: there are none.
        held: not read.

    Raises:
        ValueError: there is no rating.

    References:
        Koren and Bell, "Advances in Collaborative Filtering", Recommender Systems Handbook 2011,
        section 5.2.1, the decoupled estimates.
    """
    if not len(pairs.rating):
        raise ValueError("bias: expected ratings to learn from, received no pair of training")
    rating = pairs.rating.astype(np.float64)
    mean = rating.mean()
    item = _damped(pairs.item, rating - mean, len(pairs.items), options.item_damping)
    left = rating - mean - item[pairs.item]
    user = _damped(pairs.user, left, len(pairs.users), options.user_damping)
    return closed(
        mean=np.array([mean], np.float32),
        user=user.astype(np.float32),
        item=item.astype(np.float32),
    )


def ratings(arrays: Arrays, user: np.ndarray, item: np.ndarray) -> np.ndarray:
    """Return what users would rate items, on no scale: float32 `[n]`.

    Who or what training did not see adds nothing to the mean.

    Args:
        arrays: of `fit`.
        user: places of users, `[n]`; UNKNOWN: not among them.
        item: places of items, `[n]`; UNKNOWN: not among them.
    """
    of_user = np.where(user == UNKNOWN, 0, arrays["user"][user])
    of_item = np.where(item == UNKNOWN, 0, arrays["item"][item])
    return (arrays["mean"][0] + of_user + of_item).astype(np.float32)


def _damped(places: np.ndarray, values: np.ndarray, count: int, damping: float) -> np.ndarray:
    """Return the damped mean of the values at each place; 0 where there is none: `[count]`."""
    sums = np.bincount(places, values, count)
    below = np.bincount(places, minlength=count) + damping
    return np.divide(sums, below, out=np.zeros(count), where=below > 0)
