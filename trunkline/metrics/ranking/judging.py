"""Lists against what users took later: which places hit, over users that took anything.

Shapes: n users judged of U, I items, K places of a list.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trunkline.metrics.ranking import topmost


class Judged(NamedTuple):
    """Lists of users, and which of their items are test items of the user.

    Attributes:
        users: places of the users with at least one test item, rising: int64 [n].
        lists: places of items, the best first, NONE behind the last: int32 [n, K].
        hits: whether the item is one of the user's test items: bool [n, K].
        relevant: number of the user's test items, at least 1: int64 [n].
        left_out: users without a test item: nothing can be said about their lists.
    """

    users: NDArray[np.int64]
    lists: NDArray[np.int32]
    hits: NDArray[np.bool_]
    relevant: NDArray[np.int64]
    left_out: int


def evaluate(
    score: Callable[[NDArray[np.int64]], NDArray[np.floating]],
    *,
    seen: sparse.csr_array,
    test: sparse.csr_array,
    k: int,
) -> Judged:
    """Rank the whole catalogue for each user with test items, seen items removed, and judge it.

    No item is sampled: sampled metrics order models otherwise than the metrics they stand for.

    Args:
        score: given places of users `[b]`, returns scores of all items `[b, I]`.
        seen: what each user had before the test, `[U, I]`; stored entries count.
        test: what each user took in the test, `[U, I]`; stored entries count.
        k: length of the lists.

    Raises:
        ValueError: if a test pair was seen, or the scores are not what `topmost.best` asks for.

    References:
        Krichene and Rendle, "On Sampled Metrics for Item Recommendation", KDD 2020.
    """
    refuse_seen(seen, test)
    users = with_test(test)
    return judge(topmost.lists(score, users, seen, k), users, test)


def judge(lists: NDArray[np.int32], users: NDArray[np.integer], test: sparse.csr_array) -> Judged:
    """Say which places of the lists hit; lists of users without test items are left out.

    Args:
        lists: of the users, `[m, K]`.
        users: their places, rising, `[m]`; every user with test items is among them.
        test: what each user took in the test, `[U, I]`.

    Raises:
        ValueError: if users do not rise or are not as many as lists, a user with test items has no
            list, or a list names an unknown item, or one twice.
    """
    wanted, asked = with_test(test), np.asarray(users, np.int64)
    if len(asked) != len(lists) or (np.diff(asked) <= 0).any():
        raise ValueError(
            f"expected a list for each of the users, whose places rise, received {len(lists)} "
            f"lists of {len(asked)} users; sort both by user"
        )
    lacking = np.setdiff1d(wanted, asked)
    if lacking.size:
        raise ValueError(
            f"expected a list for every user with test items, but the user at the place "
            f"{lacking[0]} has none ({lacking.size} such users); make lists for them as well"
        )
    _check(lists, test.shape[1])
    kept = lists[np.searchsorted(asked, wanted)]  # [n, K]
    taken = _keys(test)
    hits = _among(wanted[:, np.newaxis] * np.int64(test.shape[1]) + kept, taken)
    return Judged(
        wanted, kept, hits & (kept != topmost.NONE), np.diff(test.indptr)[wanted].astype(np.int64),
        test.shape[0] - len(wanted),
    )  # fmt: skip


def with_test(test: sparse.csr_array) -> NDArray[np.int64]:
    """Return the places of users with at least one test item, rising."""
    return np.flatnonzero(np.diff(test.indptr)).astype(np.int64)


def refuse_seen(seen: sparse.csr_array, test: sparse.csr_array) -> None:
    """Check that no test pair was seen: such an item can never be listed.

    Raises:
        ValueError: names the first of them; or the matrices have different shapes.
    """
    if seen.shape != test.shape:
        raise ValueError(
            f"expected seen and test pairs of the same users and items, received {seen.shape} "
            f"and {test.shape}"
        )
    later = _keys(test)
    twice = later[_among(later, _keys(seen))]
    if twice.size:
        user, item = divmod(int(twice[0]), test.shape[1])
        raise ValueError(
            f"expected test pairs that were not seen, but the user at the place {user} has the "
            f"item at the place {item} in both ({twice.size} such pairs); split the pairs anew"
        )


def _check(lists: NDArray[np.int32], items: int) -> None:
    """Refuse lists that name an unknown item, or one twice, which would hit twice."""
    if lists.size and not topmost.NONE <= lists.min() <= lists.max() < items:
        raise ValueError(
            f"expected items at the places 0 to {items - 1}, or {topmost.NONE} for none, "
            f"received {lists.min()} to {lists.max()}"
        )
    rising = np.sort(lists, axis=1)
    twice = np.argwhere((np.diff(rising, axis=1) == 0) & (rising[:, 1:] != topmost.NONE))
    if twice.size:
        row, place = twice[0]
        raise ValueError(
            f"expected lists that name an item once, but list {row} has the item at the place "
            f"{rising[row, place]} twice"
        )


def _keys(pairs: sparse.csr_array) -> NDArray[np.int64]:
    """Return one number for each stored pair, rising."""
    rows = np.repeat(np.arange(pairs.shape[0], dtype=np.int64), np.diff(pairs.indptr))
    return np.sort(rows * pairs.shape[1] + pairs.indices)


def _among(asked: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which of the numbers are among known ones, which rise."""
    if not known.size:
        return np.zeros(asked.shape, bool)
    return known[np.minimum(np.searchsorted(known, asked), len(known) - 1)] == asked
