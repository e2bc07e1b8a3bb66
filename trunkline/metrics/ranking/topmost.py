"""The best items of each user, over the whole catalogue, without those the user has already.

Items are ordered by score, the highest first; of equal scores (0 and -0 are equal) the item of the
lower place comes first. An item of score -inf cannot be scored and is never listed.

Shapes: n users asked for of U, I items, k places of a list, b users of a block.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

NONE = -1  # no item: the list of a user with fewer than k candidates ends with these
_AT_ONCE = 2**22  # scores asked for at a time: 16 MB of float32
_IN_CACHE = 2**18  # scores looked at at a time: 1 MB of float32, and as much again to sort


def lists(
    score: Callable[[NDArray[np.int64]], NDArray[np.floating]],
    users: NDArray[np.integer],
    seen: sparse.csr_array,
    k: int,
) -> NDArray[np.int32]:
    """Return the k best items of each user, block by block, so that memory grows with n k alone.

    Args:
        score: given places of users `[b]`, returns scores of all items `[b, I]`.
        users: places of users `[n]`.
        seen: what each user has already, `[U, I]`; stored entries count, whatever their value.
        k: length of the lists.

    Returns:
        Places of items `[n, k]`, the best first; `NONE` behind the last candidate.

    Raises:
        ValueError: if `k` is below 1, or scores have another shape or type, or one is NaN.
    """
    places = np.asarray(users, np.int64)
    rows = max(1, _AT_ONCE // max(1, seen.shape[1]))
    found = np.full((len(places), _length(k)), NONE, np.int32)
    for start in range(0, len(places), rows):
        block = places[start : start + rows]  # [b]
        try:
            found[start : start + rows] = best(score(block), seen[block], k)
        except ValueError as error:
            named = f"{block[0]}" if len(block) == 1 else f"{block[0]} to {block[-1]}"
            raise ValueError(f"users at the places {named}: {error}") from error
    return found


def best(scores: NDArray[np.floating], seen: sparse.csr_array, k: int) -> NDArray[np.int32]:
    """Return the k best unseen items of each row of a block of scores.

    The k-th best score of a row is found by a partition of its scores; the list is what lies
    above it and, of the items that equal it, those of the lowest places.

    Args:
        scores: float32 or float64 `[b, I]`; they are left as they are.
        seen: stored entries are not listed, `[b, I]`.
        k: length of the lists.

    Returns:
        Places of items `[b, k]`, the best first; `NONE` behind the last candidate.

    Raises:
        ValueError: if `k` is below 1, or scores have another shape or type, or one is NaN.
    """
    _check_shape(scores, seen)
    found = np.full((len(scores), _length(k)), NONE, np.int32)
    length = min(k, scores.shape[1])
    rows = max(1, _IN_CACHE // max(1, scores.shape[1]))
    for start in range(0, len(scores) if length else 0, rows):
        part = slice(start, start + rows)
        unseen = np.array(scores[part])  # [b, I]
        first, last = seen.indptr[start], seen.indptr[min(start + rows, len(scores))]
        owner = np.repeat(np.arange(len(unseen)), np.diff(seen.indptr[start : start + rows + 1]))
        unseen[owner, seen.indices[first:last]] = -np.inf
        _check_numbers(unseen, start)
        found[part, :length] = _best(unseen, length)
    return found


def _best(unseen: NDArray[np.floating], length: int) -> NDArray[np.int32]:
    """Return the best items of scores of which those seen are -inf: [b, length]."""
    rows, items = unseen.shape
    # A copy: QEMU 7.2 gets wrong how AVX2 gathers columns of a matrix.
    border = np.partition(unseen, items - length, axis=1)[:, items - length].copy()  # [b]
    # Where there are fewer candidates than places, -inf must not pass.
    least = np.maximum(border, np.finfo(unseen.dtype).min)
    chosen = unseen >= least[:, np.newaxis]  # [b, I]
    counts = np.count_nonzero(chosen, axis=1)  # [b]
    for tied in np.flatnonzero(counts > length):
        equal = np.flatnonzero(unseen[tied] == least[tied])  # the lowest place first
        end = equal[len(equal) - (counts[tied] - length)]  # from here on, no more of them
        np.greater(unseen[tied, end:], least[tied], out=chosen[tied, end:])
        counts[tied] = length
    row, item = np.divmod(np.flatnonzero(chosen), items)  # by row, then by place
    place = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    values = np.full((rows, length), -np.inf, unseen.dtype)
    found = np.full((rows, length), NONE, np.int32)
    values[row, place] = unseen[row, item]
    found[row, place] = item
    order = np.argsort(-values, axis=1, kind="stable")  # equals stay in order of their places
    return np.take_along_axis(found, order, axis=1)


def _length(k: int) -> int:
    if k < 1:
        raise ValueError(f"expected lists of at least 1 item, received k = {k}")
    return k


def _check_shape(scores: NDArray[np.floating], seen: sparse.csr_array) -> None:
    if scores.shape != seen.shape or scores.dtype not in (np.float32, np.float64):
        raise ValueError(
            f"expected scores in float32 or float64 of {seen.shape[0]} users and {seen.shape[1]} "
            f"items, received {scores.dtype} of shape {scores.shape}; a model scores every item, "
            "with -inf where it cannot"
        )


def _check_numbers(unseen: NDArray[np.floating], start: int) -> None:
    """Refuse NaN, which is the largest of whatever row it is in."""
    wrong = np.flatnonzero(np.isnan(unseen.max(axis=1)))
    if wrong.size:
        raise ValueError(
            f"expected scores that are numbers, received NaN in row {start + wrong[0]} of the "
            "block; did the training diverge?"
        )
