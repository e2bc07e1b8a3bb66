"""Pairs of a user and an item, as places among sorted ids; memory grows with pairs alone.

Shapes: n pairs, U users, I items.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse


@dataclass(frozen=True, eq=False)
class Pairs:
    """Interactions of known users and items: each pair once, by user, then time, then item.

    Attributes:
        users: ids of users, sorted: [U]. A user may have no pair here.
        items: ids of items, sorted: [I]. An item may have no pair here.
        user: int32 [n], place of each pair's user.
        item: int32 [n], place of its item.
        rating: float32 [n]; 1 where the table has no ratings.
        time: int64 [n], seconds; None: no order is known.
    """

    users: np.ndarray
    items: np.ndarray
    user: np.ndarray
    item: np.ndarray
    rating: np.ndarray
    time: np.ndarray | None = None

    def __post_init__(self) -> None:
        """Refuse pairs that are not in order, twice there, or of nobody.

        Raises:
            ValueError: says which pair.
        """
        lengths = {len(self.user), len(self.item), len(self.rating)}
        if len(lengths | ({len(self.time)} if self.time is not None else set())) > 1:
            raise ValueError(f"expected as many users as items and ratings, received {lengths}")
        for name, places, ids in (
            ("user", self.user, self.users), ("item", self.item, self.items),
        ):  # fmt: skip
            if len(places) and not 0 <= places.min() <= places.max() < len(ids):
                raise ValueError(
                    f"expected places of {name}s from 0 to {len(ids) - 1}, "
                    f"received {places.min()} to {places.max()}"
                )
        if (np.diff(self.user) < 0).any():
            raise ValueError("expected pairs sorted by user")
        taken = np.sort(self.user.astype(np.int64) * len(self.items) + self.item)
        twice = taken[1:][np.diff(taken) == 0]
        if twice.size:
            user, item = divmod(int(twice[0]), len(self.items))
            raise ValueError(
                f"expected each pair once, received user '{self.users[user]}' with item "
                f"'{self.items[item]}' more than once"
            )

    @cached_property
    def starts(self) -> np.ndarray:
        """Where each user's pairs begin, and the last ones end: int64 [U + 1]."""
        return np.searchsorted(self.user, np.arange(len(self.users) + 1)).astype(np.int64)

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """1 where a user has an item: float32 [U, I], columns sorted within a row."""
        return self.valued(np.ones(len(self.user), np.float32))

    def valued(self, values: np.ndarray) -> sparse.csr_array:
        """Return the matrix with `values` [n], one a pair: [U, I], columns sorted within a row."""
        shape = (len(self.users), len(self.items))
        # A copy: columns are put in order in place, and both arrays are the caller's.
        arrays = (values, self.item, self.starts)
        made = sparse.csr_array(arrays, shape=shape, copy=True)
        made.sort_indices()
        return made

    def of(self, chosen: np.ndarray) -> "Pairs":
        """Return some of the pairs, of the same users and items.

        Args:
            chosen: bool [n], or places that rise.
        """
        return Pairs(
            self.users, self.items, self.user[chosen], self.item[chosen], self.rating[chosen],
            None if self.time is None else self.time[chosen],
        )  # fmt: skip


def joined(parts: Sequence[Pairs]) -> Pairs:
    """Return the pairs of all parts, which have the same users and items, in order again.

    Raises:
        ValueError: the parts are of other users or items, or share a pair.
    """
    first = parts[0]
    for part in parts[1:]:
        if not (
            np.array_equal(part.users, first.users) and np.array_equal(part.items, first.items)
        ):
            raise ValueError("expected parts of the same users and items, received other ids")
    user, item, rating = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("user", "item", "rating")
    )
    times = [part.time for part in parts if part.time is not None]
    time = np.concatenate(times) if len(times) == len(parts) else None
    keys = (item, user) if time is None else (item, time, user)
    order = np.lexsort(keys)
    return Pairs(
        first.users, first.items, user[order], item[order], rating[order],
        None if time is None else time[order],
    )  # fmt: skip
