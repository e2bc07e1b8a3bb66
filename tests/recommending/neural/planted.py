"""Small markets with planted structure."""

import numpy as np

from trunkline.interactions.pairs import Pairs
from trunkline.recommending.model import UNKNOWN, Asked


def of(users: int, items: int, taken: list[list[int]]) -> Pairs:
    """Return the pairs of users who took these items, one after the other."""
    user = np.repeat(np.arange(users), [len(one) for one in taken]).astype(np.int32)
    item = np.array([place for one in taken for place in one], np.int32)
    time = np.array([when for one in taken for when in range(len(one))], np.int64)
    return Pairs(np.arange(users), np.arange(items), user, item, np.ones(len(item), "f4"), time)


def small() -> tuple[Pairs, Pairs]:
    """Return 3 users and 5 items, item 4 of nobody; and held pairs of two of the users."""
    return of(3, 5, [[2, 0], [3], [0, 1, 3]]), of(3, 5, [[1, 3], [], [2]])


def groups(users: int = 40, items: int = 12) -> Pairs:
    """Return users of two groups, each of whom has two thirds of the items of their half."""
    rng = np.random.default_rng(0)
    half = items // 2
    return of(
        users, items,
        [(user % 2 * half + rng.permutation(half)[: half * 2 // 3]).tolist()
         for user in range(users)],
    )  # fmt: skip


def same_group(pairs: Pairs) -> np.ndarray:
    """Return whether user and item of `groups` belong together, bool [U, I]."""
    half = len(pairs.items) // 2
    return np.arange(len(pairs.users))[:, None] % 2 == np.arange(len(pairs.items)) // half


def parted(pairs: Pairs) -> tuple[Pairs, Pairs]:
    """Return all pairs of each user but the last, and the last."""
    last = np.isin(np.arange(len(pairs.user)), pairs.starts[1:] - 1)
    return pairs.of(~last), pairs.of(last)


def asked(pairs: Pairs, length: int = 5) -> Asked:
    """Return all users of training."""
    recent = np.full((len(pairs.users), length), UNKNOWN, np.int32)
    for user in range(len(pairs.users)):
        last = pairs.item[pairs.starts[user] : pairs.starts[user + 1]][-length:]
        recent[user, length - len(last) :] = last
    return Asked(np.arange(len(pairs.users), dtype=np.int32), pairs.matrix, recent)
