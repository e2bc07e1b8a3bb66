"""What becomes of a user's several rows of one item.

Rows of a pair are put in order by time, those of one moment by rating, so that the result does
not depend on the order of rows in the table.
"""

from dataclasses import replace

import numpy as np

from trunkline.interactions.rows import Log
from trunkline.settings.recommending.interactions import Duplicates


def settled(log: Log, how: Duplicates) -> Log:
    """Return the rows with each pair once.

    Args:
        log: rows.
        how: `first` and `last` keep that row; of several at its moment `first` keeps that of the
            lowest rating, `last` that of the highest. `mean` keeps the last row, with the mean of
            all ratings.

    Raises:
        ValueError: a pair is there more than once and `how` is `stop`; names it and its rows.
    """
    pairs = log.user.astype(np.int64) * len(log.items) + log.item
    if (np.diff(np.sort(pairs)) != 0).all():  # many times as fast as np.unique
        return log
    time = np.zeros(pairs.size, np.int64) if log.time is None else log.time
    order = np.lexsort((log.rating, time, pairs))
    starts = np.flatnonzero(np.append(True, np.diff(pairs[order]) != 0))
    sizes = np.diff(np.append(starts, order.size))
    if how == "stop":
        raise ValueError(_twice(log, order, starts, sizes))
    if how == "first":
        return log.of(order[starts])
    kept = log.of(order[starts + sizes - 1])
    if how == "last":
        return kept
    return replace(kept, rating=np.add.reduceat(log.rating[order], starts) / sizes)


def _twice(log: Log, order: np.ndarray, starts: np.ndarray, sizes: np.ndarray) -> str:
    (several,) = np.nonzero(sizes > 1)
    start, size = starts[several[0]], sizes[several[0]]
    rows = order[start : start + size]
    more = f", as {several.size - 1} more pairs are" if several.size > 1 else ""
    return (
        f"{log.part}: user '{log.users[log.user[rows[0]]]}' has item "
        f"'{log.items[log.item[rows[0]]]}' {size} times (rows {log.examples(rows)}){more}: state "
        "`duplicates: first`, `last` or `mean`, or mend them at the source"
    )
