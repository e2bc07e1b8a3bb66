"""Parts of users and of items: by how active they are, by how popular, and those that are new.

Groups depend on the counts alone: who has as many pairs is in the same group, whatever the place.

Shapes: n users or items, G groups.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

COLD = "cold"
HEAD = "head"
TAIL = "tail"


class Groups(NamedTuple):
    """Which group each user or item is in.

    Attributes:
        names: of the groups.
        of: place of each one's group: int64 [n].
        counts: how many are in each group: int64 [G]; may be 0.
    """

    names: tuple[str, ...]
    of: NDArray[np.int64]
    counts: NDArray[np.int64]


def by_activity(activity: NDArray[np.integer], parts: int = 4) -> Groups:
    """Group users by how many pairs they have in training: those without any, then equal parts.

    The borders are the activities of the users at the ends of `parts` parts, equally large, of the
    users with any pair in order of activity. Users of equal activity stay together, so that parts
    differ in size, and a part is left out where no user is left for it.

    Args:
        activity: training pairs of each user, `[n]`.
        parts: how many parts the users with any pair are divided into.

    Returns:
        `cold` first, then names such as `1-17` and `18-40`: least and most pairs of the part.

    Raises:
        ValueError: if `parts` is below 1.
    """
    if parts < 1:
        raise ValueError(f"expected at least 1 part, received {parts}")
    warm = np.sort(activity[activity > 0])
    ends = -(-np.arange(1, parts + 1) * len(warm) // parts) - 1  # rounded up, in whole numbers
    highest = np.unique(warm[ends]) if len(warm) else warm  # most pairs of each part
    lowest = np.concatenate([warm[:1], _next_above(warm, highest[:-1])])
    names = tuple(f"{low}-{high}" for low, high in zip(lowest, highest, strict=True))
    place = np.where(activity > 0, 1 + np.searchsorted(highest, activity), 0)
    return _groups((COLD, *names), place)


def by_popularity(popularity: NDArray[np.integer], share: float = 0.8) -> Groups:
    """Group items into head, tail and those without a training pair.

    The head is the fewest most popular items that have at least `share` of all training pairs;
    items as popular as its last are in it as well.

    Args:
        popularity: training pairs of each item, `[n]`.
        share: above 0, at most 1.

    Returns:
        `head`, `tail` and `cold`.

    Raises:
        ValueError: if `share` is out of range.

    References:
        Abdollahpouri, Burke and Mobasher, "Controlling Popularity Bias in Learning-to-Rank
        Recommendation", RecSys 2017 (short head and long tail).
    """
    if not 0 < share <= 1:
        raise ValueError(f"expected a share of the head above 0 and at most 1, received {share}")
    falling = -np.sort(-popularity.astype(np.int64))
    sums = np.cumsum(falling)
    enough = np.flatnonzero(sums >= share * sums[-1])[0] if len(sums) else 0
    least = falling[enough] if len(sums) else 0
    place = np.where(popularity == 0, 2, np.where(popularity >= least, 0, 1))
    return _groups((HEAD, TAIL, COLD), place)


class Starts(NamedTuple):
    """Test pairs in three parts, which share no pair: `[U, I]` each.

    Attributes:
        warm: of users and items that training knows.
        cold_users: of users without a training pair, whatever the item.
        cold_items: of known users, with items without a training pair.
    """

    warm: sparse.csr_array
    cold_users: sparse.csr_array
    cold_items: sparse.csr_array


def starts(seen: sparse.csr_array, test: sparse.csr_array) -> Starts:
    """Divide test pairs by whether training knows their user and their item.

    The same lists are judged against each part: a model that cannot score new items hits none of
    `cold_items`, and loses nothing among `warm`.

    Args:
        seen: training pairs, `[U, I]`; stored entries count, whatever their value.
        test: test pairs, `[U, I]`; likewise.
    """
    rows = np.repeat(np.arange(test.shape[0]), np.diff(test.indptr))
    new_user = (np.diff(seen.indptr) == 0)[rows]
    new_item = (popularity(seen) == 0)[test.indices] & ~new_user
    return Starts(
        *(_of(test, rows, chosen) for chosen in (~(new_user | new_item), new_user, new_item))
    )


def popularity(seen: sparse.csr_array) -> NDArray[np.int64]:
    """Return how many users have each item: int64 [I]."""
    return np.bincount(seen.indices, minlength=seen.shape[1])


def _groups(names: tuple[str, ...], place: NDArray[np.int64]) -> Groups:
    return Groups(names, place.astype(np.int64), np.bincount(place, minlength=len(names)))


def _next_above(rising: NDArray[np.integer], values: NDArray[np.integer]) -> NDArray[np.integer]:
    return rising[np.searchsorted(rising, values, side="right")]


def _of(
    pairs: sparse.csr_array, rows: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> sparse.csr_array:
    """Return a matrix of some of the stored entries."""
    counts = np.bincount(rows[chosen], minlength=pairs.shape[0])
    bounds = np.concatenate([[0], np.cumsum(counts)])
    return sparse.csr_array((pairs.data[chosen], pairs.indices[chosen], bounds), pairs.shape)
