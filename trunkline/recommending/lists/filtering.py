"""What may be listed: items that are to be had, for a user who has not seen them.

Shapes: n users asked for, I items, J of them open.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from trunkline.settings.recommending.lists import Unavailable


class Taken(NamedTuple):
    """Pairs that are not to be listed, by the item's position in some order."""

    position: np.ndarray  # int64 [p], rising
    user: np.ndarray  # int64 [p], within the block


@dataclass(frozen=True, eq=False)
class Open:
    """What may be listed.

    Attributes:
        items: int32 [J], places of items that are to be had, rising.
        seen: [n, I], what each user is not to get again; none: all may come again.
        size: I.
    """

    items: np.ndarray
    seen: sparse.csr_array | None
    size: int

    def taken(self, users: np.ndarray, order: np.ndarray) -> Taken:
        """Return what some users have seen, by positions in an order of the open items.

        Args:
            users: int [m], places among those asked for.
            order: int32 [J], the open items.
        """
        if self.seen is None:
            return Taken(np.zeros(0, np.int64), np.zeros(0, np.int64))
        rows = self.seen[users].tocoo()
        position = np.full(self.size, -1, np.int64)
        position[order] = np.arange(len(order))
        of, there = position[rows.col], position[rows.col] >= 0
        sort = np.argsort(of[there], kind="stable")
        return Taken(of[there][sort], rows.row[there][sort].astype(np.int64))

    def left(self) -> np.ndarray:
        """Return how many items are left for each user, int64 [n]."""
        if self.seen is None:
            raise ValueError("expected what users have seen, received none: all items are left")
        there = np.zeros(self.size, np.int64)
        there[self.items] = 1
        gone = sparse.csr_array((there[self.seen.indices], self.seen.indices, self.seen.indptr),
                                shape=self.seen.shape)  # fmt: skip
        return len(self.items) - np.asarray(gone.sum(axis=1))


def opened(
    table: pd.DataFrame | None,
    items: np.ndarray,
    unavailable: Unavailable | None,
    seen: sparse.csr_array | None,
) -> Open:
    """Return what may be listed.

    Args:
        table: a row for each item, in the order of `items`; none: there are only ids.
        items: ids, `[I]`.
        unavailable: which items are not to be had; none: all are.
        seen: what each user is not to get again; none: all may come again.

    Raises:
        ValueError: there are no items, or none is left; there is no table, or no such column.
    """
    if not len(items):
        raise ValueError("expected items to list, received none: the study has no interactions")
    if unavailable is None:
        return Open(np.arange(len(items), dtype=np.int32), seen, len(items))
    marks = column(table, items, unavailable.column, "unavailable.column")
    there = np.flatnonzero(~marks.isin(unavailable.values).to_numpy()).astype(np.int32)
    if not there.size:
        raise ValueError(
            f"expected items to list, received none: column '{unavailable.column}' marks all "
            f"{len(items)} items as unavailable by {list(unavailable.values)}: change "
            "lists.unavailable, or mend the table of items"
        )
    return Open(there, seen, len(items))


def column(
    table: pd.DataFrame | None, items: np.ndarray, name: str, parameter: str
) -> "pd.Series[str]":
    """Return a column of the table of items.

    Raises:
        ValueError: there is no table, no such column, or another number of rows.
    """
    if table is None:
        raise ValueError(
            f"lists.{parameter} names column '{name}' of the table of items, and the study has no "
            "such table: add one, or leave the parameter out"
        )
    if name not in table:
        raise ValueError(
            f"lists.{parameter} names column '{name}', the table of items has "
            f"{', '.join(map(str, table.columns))}"
        )
    if len(table) != len(items):
        raise ValueError(
            f"expected a row for each of {len(items)} items, received {len(table)} rows"
        )
    return table[name]
