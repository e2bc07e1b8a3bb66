"""What the list of the most popular items scores, from the ranks of test items alone.

The order of the catalogue is known beforehand, so no score is sorted for a user and no list made.
An evaluation of the model `most_popular` agrees with these numbers, user by user.

Shapes: U users, I items, m test pairs, n users with any of them.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trunkline.metrics.ranking import accuracy, grouping, judging, logarithms


def measure(
    seen: sparse.csr_array, test: sparse.csr_array, cutoffs: Sequence[int]
) -> dict[str, NDArray[np.float64]]:
    """Return every metric of `accuracy.measure` of the most popular unseen items: [n] each.

    With the ranks `r_1 < r_2 < ...` of a user's R test items: precision `#{r_j <= k} / k`, recall
    `#{r_j <= k} / R`, nDCG `sum_j 1/log2(r_j + 1) / IDCG`, AP `sum_j j / r_j / over`, MRR `1 / r_1`
    and hit rate `[r_1 <= k]`, sums over `r_j <= k`.

    Args:
        seen: what each user has already, `[U, I]`.
        test: what each user took later, `[U, I]`, nothing of what was seen.
        cutoffs: lengths k of the top of the list.

    Raises:
        ValueError: if a test pair was seen, or a cutoff is below 1.
    """
    judging.refuse_seen(seen, test)
    users = judging.with_test(test)
    rank = ranks(seen, test)  # [m]
    relevant = np.diff(test.indptr)[users]  # [n]
    owner = np.repeat(np.arange(len(users)), relevant)  # [m]
    nth = np.arange(len(rank)) - np.repeat(np.cumsum(relevant) - relevant, relevant) + 1
    found: dict[str, NDArray[np.float64]] = {}
    for k in accuracy.checked(cutoffs, max([1, *cutoffs])):
        discounts = logarithms.discounts(k)
        most = np.minimum(relevant, k)  # [n]
        top = rank <= k
        of, at, first = owner[top], rank[top], nth[top] == 1
        hits = _summed(of, np.ones(len(of)), len(users))
        precisions = _summed(of, nth[top] / at, len(users))
        found |= {
            f"ndcg@{k}": _summed(of, discounts[at - 1], len(users))
            / np.cumsum(discounts)[most - 1],
            f"precision@{k}": hits / k,
            f"recall@{k}": hits / relevant,
            f"map@{k}": precisions / relevant,
            f"map_capped@{k}": precisions / most,
            f"mrr@{k}": _summed(of[first], 1 / at[first], len(users)),
            f"hit_rate@{k}": (hits > 0).astype(np.float64),
        }
    return found


def ranks(seen: sparse.csr_array, test: sparse.csr_array) -> NDArray[np.int64]:
    """Return the rank of each test item among its user's unseen items, by user, then by rank: [m].

    The place of the item in the order of the catalogue (the more training pairs, the higher; of
    equals the lower place first), less the items above it that the user has seen.
    """
    items = seen.shape[1]
    order = np.argsort(-grouping.popularity(seen), kind="stable")
    place = np.empty(items, np.int64)
    place[order] = np.arange(items)
    wanted, had = _keys(test, place), _keys(seen, place)
    row = wanted // max(1, items)
    above = np.searchsorted(had, wanted) - np.searchsorted(had, row * items)
    return wanted - row * items - above + 1


def _keys(pairs: sparse.csr_array, place: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return one number for each pair, rising by user, then by the item's place in the order."""
    rows = np.repeat(np.arange(pairs.shape[0], dtype=np.int64), np.diff(pairs.indptr))
    return np.sort(rows * pairs.shape[1] + place[pairs.indices])


def _summed(
    owner: NDArray[np.int64], values: NDArray[np.float64], users: int
) -> NDArray[np.float64]:
    """Return the sum of the values of each user: [users]."""
    return np.bincount(owner, values, minlength=users).astype(np.float64)
