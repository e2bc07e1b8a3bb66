"""Lists as a table: user, rank, item, score, reason, source; ids as they came.

Shapes: n users, k places of a list, I items.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa

from trunkline.recommending.lists import filtering
from trunkline.recommending.lists.making import Catalogue, Made
from trunkline.recommending.lists.sources import POPULARITY
from trunkline.recommending.model import UNKNOWN
from trunkline.settings.recommending.lists import Reasons

_USERS = 4096  # in a batch


def schema(users: np.ndarray, items: np.ndarray) -> pa.Schema:
    """Return the columns, with ids of the types they came in."""
    return pa.schema([
        ("user", ids(users[:0]).type),
        ("rank", pa.int32()),  # from 1
        ("item", ids(items[:0]).type),
        ("score", pa.float32()),
        ("reason", pa.large_string()),
        ("source", pa.large_string()),
    ])  # fmt: skip


def batches(
    lists: Made, users: np.ndarray, catalogue: Catalogue, options: Reasons | None
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of some users after the other, each list by rank.

    Args:
        lists: of all users.
        users: their ids, `[n]`.
        catalogue: ids of the items, their titles, and how many users took each.
        options: which column has titles; none: rows have no reason.

    Raises:
        ValueError: the table of items has no such column.
    """
    told = _Told(catalogue, options)
    columns = schema(users, catalogue.ids)
    for start in range(0, len(users), _USERS):
        block = slice(start, start + _USERS)
        row, place = np.nonzero(lists.items[block] != UNKNOWN)
        items = lists.items[block][row, place]
        sources = np.array(lists.sources, object)[lists.source[block][row, place]]
        reason = told.all(items, sources, lists.reasons[block][row, place])
        yield pa.RecordBatch.from_arrays(
            [
                ids(users[block][row]),
                pa.array((place + 1).astype(np.int32)),
                ids(catalogue.ids[items]),
                pa.array(lists.scores[block][row, place]),
                pa.array(reason, pa.large_string()),
                pa.array(sources, pa.large_string()),
            ],
            schema=columns,
        )


def frame(
    lists: Made, users: np.ndarray, catalogue: Catalogue, options: Reasons | None
) -> pd.DataFrame:
    """Return all rows at once, where they are few; the arguments are those of `batches`."""
    columns = schema(users, catalogue.ids)
    table = pa.Table.from_batches(batches(lists, users, catalogue, options), columns)
    return pd.DataFrame(table.to_pandas())


def ids(values: np.ndarray) -> pa.Array:
    """Return ids as a column: text as long text, numbers as they are."""
    if values.dtype.kind in "iub":
        return pa.array(values)
    return pa.array(values.astype(object), pa.large_string())


class _Told:
    """Puts reasons into words."""

    def __init__(self, catalogue: Catalogue, options: Reasons | None) -> None:
        self._options = options
        names: np.ndarray | pd.Series[str] = catalogue.ids
        if options is not None and options.title is not None:
            names = filtering.column(catalogue.table, catalogue.ids, options.title, "reasons.title")
        self._names = [
            str(identity if pd.isna(name) else name)
            for name, identity in zip(names, catalogue.ids, strict=True)
        ]
        self._taken = catalogue.taken

    def all(self, items: np.ndarray, sources: np.ndarray, near: np.ndarray) -> list[str | None]:
        """Return a reason for each row; none where nothing is known.

        Args:
            items: int [r], places.
            sources: names, [r].
            near: int [r, m], places of the nearest items of the history.
        """
        if self._options is None:
            return [None] * len(items)
        counts = np.bincount(self._taken.indices, minlength=len(self._names))[items].tolist()
        users = self._taken.shape[0]
        popular = (sources == POPULARITY).tolist()
        return [
            f"taken by {count} of {users} users" if most else self._because(row)
            for most, count, row in zip(popular, counts, near.tolist(), strict=True)
        ]

    def _because(self, near: list[int]) -> str | None:
        names = [self._names[place] for place in near if place != UNKNOWN]
        return f"because of {', '.join(names)}" if names else None
