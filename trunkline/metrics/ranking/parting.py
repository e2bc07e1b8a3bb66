"""Hits, test items and list places by part of the catalogue, for each user.

Shapes: n users judged, K places of a list, G groups of items.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trunkline.metrics.ranking import grouping, judging, topmost


class Parts(NamedTuple):
    """Counts by user and group of items.

    Attributes:
        names: of the groups [G].
        listed: places of the list that show an item of the group: int64 [n, G].
        hits: those of them that hit: int64 [n, G].
        relevant: test items of the group: int64 [n, G].
    """

    names: tuple[str, ...]
    listed: NDArray[np.int64]
    hits: NDArray[np.int64]
    relevant: NDArray[np.int64]

    def recall(self) -> NDArray[np.float64]:
        """Share of each user's test items of the group that are listed: [n, G]; NaN without any."""
        return np.divide(
            self.hits, self.relevant,
            out=np.full(self.hits.shape, np.nan), where=self.relevant > 0,
        )  # fmt: skip

    def shares(self) -> dict[str, NDArray[np.float64]]:
        """Return what share of all list places, hits and test items each group has: [G] each.

        All 0 where there is nothing to share, as of a model without a hit.
        """
        counts = {"listed": self.listed, "hits": self.hits, "relevant": self.relevant}
        return {name: _shares(one.sum(axis=0)) for name, one in counts.items()}


def by_item(
    judged: judging.Judged, test: sparse.csr_array, groups: grouping.Groups, k: int
) -> Parts:
    """Count places, hits and test items of each user by group of items, in the first k places.

    Args:
        judged: lists of at least k places.
        test: what they were judged against, `[U, I]`.
        groups: of the items, `[I]`.
        k: how many places count.

    Raises:
        ValueError: if the groups are of other items.
    """
    if len(groups.of) != test.shape[1]:
        raise ValueError(
            f"expected groups of all {test.shape[1]} items, received groups of {len(groups.of)}"
        )
    lists, hits = judged.lists[:, :k], judged.hits[:, :k]
    row = np.broadcast_to(np.arange(len(lists))[:, np.newaxis], lists.shape)
    there = lists != topmost.NONE
    shape = (len(lists), len(groups.names))
    mine = test[judged.users]  # [n, I]
    owner = np.repeat(np.arange(len(lists)), np.diff(mine.indptr))
    return Parts(
        groups.names,
        _count(row[there], groups.of[lists[there]], shape),
        _count(row[hits], groups.of[lists[hits]], shape),
        _count(owner, groups.of[mine.indices], shape),
    )


def _count(
    row: NDArray[np.int64], group: NDArray[np.int64], shape: tuple[int, int]
) -> NDArray[np.int64]:
    return np.bincount(row * shape[1] + group, minlength=shape[0] * shape[1]).reshape(shape)


def _shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    return counts / max(1, int(counts.sum()))
