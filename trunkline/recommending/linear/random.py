"""Random: the floor under every other model."""

import numpy as np

from trunkline.determinism import seeds
from trunkline.interactions.pairs import Pairs
from trunkline.recommending.model import Arrays, Asked, Fitted, Sides, closed
from trunkline.settings.recommending.linear_models import Random


def fit(
    pairs: Pairs,
    sides: Sides,
    options: Random,
    *,
    seed: int,
    epochs: int | None = None,
    held: Pairs | None = None,
) -> Fitted:
    """Return the seed that orders are drawn from.

    Args:
        pairs: of training; only the number of items counts.
        sides: not read.
        options: none.
        seed: of the run.
        epochs: not read: there are none.
        held: not read.
    """
    number = seeds.derive(seed, "recommending", "random") % 2**62
    return closed(
        seed=np.array([number >> 31, number % 2**31], np.int32),
        items=np.array([len(pairs.items)], np.int32),
    )


def scores(arrays: Arrays, asked: Asked) -> np.ndarray:
    """Return uniform numbers between 0 and 1: float32 `[n, I]`.

    A user's are drawn by the user's place, so that they are the same whoever else is asked for.
    Users that training did not see share one order.

    Args:
        arrays: of `fit`.
        asked: the users.
    """
    high, low = (int(number) for number in arrays["seed"])
    items = int(arrays["items"][0])
    drawn = np.empty((len(asked.user), items), np.float32)  # [n, I]
    for row, user in enumerate(asked.user):
        generator = seeds.generator((high << 31) + low, int(user))
        generator.random(dtype=np.float32, out=drawn[row])
    return drawn
