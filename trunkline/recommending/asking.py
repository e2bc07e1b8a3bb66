"""Users to score all items for: known ones by what training saw, others by what they bring."""

import numpy as np

from trunkline.interactions import histories
from trunkline.interactions.pairs import Pairs
from trunkline.recommending.model import UNKNOWN, Asked


def known(
    pairs: Pairs, users: np.ndarray, length: int, features: np.ndarray | None = None
) -> Asked:
    """Return some users of training, with what they took there.

    Args:
        pairs: of training.
        users: int32 [n], places of users.
        length: of the recent items.
        features: float32 [U, F] of all users of training; none: there are none.
    """
    return Asked(
        users.astype(np.int32), pairs.matrix[users], histories.recent(pairs, users, length),
        None if features is None else features[users],
    )  # fmt: skip


def strangers(
    history: Pairs, items: np.ndarray, length: int, features: np.ndarray | None = None
) -> Asked:
    """Return users that training did not see, with what they took elsewhere, if anything.

    Args:
        history: their pairs, of items of training; a user may have none.
        items: ids of the items of training, sorted.
        length: of the recent items.
        features: float32 [n, F] of the users, in the order of `history.users`.

    Raises:
        ValueError: the history is of other items, whose places would mean something else.
    """
    if not np.array_equal(history.items, items):
        raise ValueError(
            f"expected histories of the {len(items)} items of training, received places among "
            f"{len(history.items)} items: name the items of training when the pairs are made"
        )
    users = np.arange(len(history.users))
    unknown = np.full(users.size, UNKNOWN, np.int32)
    return Asked(unknown, history.matrix, histories.recent(history, users, length), features)
