"""What lists in random order score on average, in closed form: no list is drawn.

Of a user's C candidates (unseen items), R are test items, and every order is equally likely, so
each place i up to C hits with probability `R / C`. An evaluation that is right agrees with these
numbers; a model that does not exceed them has learned nothing.

Shapes: n users, each with `1 <= relevant <= candidates`; K the largest cutoff.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trunkline.metrics.ranking import accuracy, logarithms

_DECIMALS = 12  # of a coverage: powers differ by processor in the last digits


def measure(
    relevant: NDArray[np.integer], candidates: NDArray[np.integer], cutoffs: Sequence[int]
) -> dict[str, NDArray[np.float64]]:
    """Return the mean over all orders of every metric of `accuracy.measure`: [n] each.

    With `c = R / C` and places i from 1 to `min(k, C)`:

    - precision `c min(k, C) / k`, recall `min(k, C) / C`;
    - nDCG `c sum_i 1/log2(i + 1) / IDCG`;
    - AP `c sum_i (1 + (i - 1) (R - 1)/(C - 1)) / i / over`: if place i hits, each of the i - 1
      before it hits with probability `(R - 1) / (C - 1)`;
    - MRR `sum_i p_i / i`, hit rate `sum_i p_i`, where the first hit is at place i with probability
      `p_i = R / (C - i + 1) prod_{j<i} (1 - R / (C - j + 1))`.

    Args:
        relevant: test items of each user, all of them candidates, `[n]`.
        candidates: unseen items of each user, `[n]`.
        cutoffs: lengths k of the top of the list.

    Raises:
        ValueError: if a user has no test item or more than candidates, or a cutoff is below 1.
    """
    r, c = np.asarray(relevant, np.float64), np.asarray(candidates, np.float64)
    _check(r, c)
    steps = accuracy.checked(cutoffs, max([1, *cutoffs]))
    hit, precise, first = _places(r, c, steps[-1])  # [n, K] each
    place = np.arange(1, steps[-1] + 1)
    found: dict[str, NDArray[np.float64]] = {}
    for k in steps:
        ideal = np.cumsum(logarithms.discounts(k))[np.minimum(relevant, k).astype(np.int64) - 1]
        hits, summed = _sum(hit[:, :k]), _sum(precise[:, :k])
        found |= {
            f"ndcg@{k}": _sum(hit[:, :k] * logarithms.discounts(k)) / ideal,
            f"precision@{k}": hits / k,
            f"recall@{k}": hits / r,
            f"map@{k}": summed / r,
            f"map_capped@{k}": summed / np.minimum(r, k),
            f"mrr@{k}": _sum(first[:, :k] / place[:k]),
            f"hit_rate@{k}": _sum(first[:, :k]),
        }
    return found


def coverage(seen: sparse.csr_array, users: NDArray[np.integer], k: int) -> float:
    """Return the mean share of the catalogue that random lists of the users show.

    A list of a user with C candidates shows each of them with probability `q = min(1, k / C)`, and
    lists are drawn independently: item i is shown by none with probability `prod_u (1 - q_u)` over
    the users who have not seen it. The mean over items of one less that is the coverage.

    Args:
        seen: what each user has already, `[U, I]`.
        users: places of the users with a list, `[n]`.
        k: length of the lists.
    """
    mine, items = seen[np.asarray(users, np.int64)], seen.shape[1]
    candidates = items - np.diff(mine.indptr)  # [n]
    whole = candidates <= k  # these lists show every candidate
    left = np.where(whole, 1, candidates - k)  # of C candidates, not shown
    missing = logarithms.binary(left) - logarithms.binary(np.where(whole, 1, candidates))
    rows = np.repeat(np.arange(len(candidates)), np.diff(mine.indptr))
    # Of all users less those who have seen the item: memory grows with pairs alone.
    exponents = missing.sum() - np.bincount(mine.indices, missing[rows], minlength=items)
    surely = whole.sum() - np.bincount(mine.indices, whole[rows], minlength=items)
    covered = np.where(surely > 0, 1.0, 1 - np.exp2(np.minimum(exponents, 0)))
    return round(float(np.mean(covered)), _DECIMALS)


def _places(
    r: NDArray[np.float64], c: NDArray[np.float64], longest: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return, of each place, the chance to hit, the mean of hit times precision, first to hit."""
    hit, precise, first = (np.zeros((len(r), longest)) for _ in range(3))
    before = np.where(c > 1, (r - 1) / np.maximum(c - 1, 1), 0.0)  # given a hit, of another place
    none = np.ones(len(r))  # no place so far hits; 0 once fewer places than test items are left
    for i in range(1, longest + 1):
        there = c >= i  # the list has such a place
        hit[:, i - 1] = np.where(there, r / c, 0)
        precise[:, i - 1] = hit[:, i - 1] * (1 + (i - 1) * before) / i
        now = np.where(there, r / np.maximum(c - i + 1, 1), 0)
        first[:, i - 1] = none * now
        none = none * (1 - now)
    return hit, precise, first


def _sum(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.cumsum(values, axis=1)[:, -1]


def _check(r: NDArray[np.float64], c: NDArray[np.float64]) -> None:
    wrong = np.flatnonzero((r < 1) | (r > c))
    if wrong.size:
        first = wrong[0]
        raise ValueError(
            f"expected users with 1 to as many test items as candidates, received {r[first]:g} of "
            f"{c[first]:g} at the place {first} ({wrong.size} such users)"
        )
