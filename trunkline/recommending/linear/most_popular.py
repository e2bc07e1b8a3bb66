"""Most popular: the same list for everybody, which personal lists must beat."""

import numpy as np

from trunkline.interactions.pairs import Pairs
from trunkline.recommending.linear import known
from trunkline.recommending.model import Arrays, Asked, Fitted, Sides, closed
from trunkline.settings.recommending.linear_models import MostPopular


def fit(
    pairs: Pairs,
    sides: Sides,
    options: MostPopular,
    *,
    seed: int,
    epochs: int | None = None,
    held: Pairs | None = None,
) -> Fitted:
    """Count the users of each item.

    Args:
        pairs: of training.
        sides: not read.
        options: none.
        seed: not read: nothing is random.
        epochs: not read: there are none.
        held: not read.
    """
    return closed(counts=known.counts(pairs.matrix))


def scores(arrays: Arrays, asked: Asked) -> np.ndarray:
    """Return how many users have each item, for every user: float32 `[n, I]`.

    An item that nobody has scores 0. Nothing is asked of a user, so everyone can be served.

    Args:
        arrays: of `fit`.
        asked: the users.
    """
    popular = arrays["counts"].astype(np.float32)  # [I]
    return np.repeat(popular[np.newaxis], len(asked.user), axis=0)
