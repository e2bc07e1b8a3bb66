"""Tables that are in memory, or too large for it: the columns and the rows that training needs."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from trunkline.data.stored import Stored
from trunkline.determinism import seeds
from trunkline.settings.study import Task

Rows = pd.DataFrame | Stored


def count(rows: Rows) -> int:
    """Return how many rows a table has."""
    return rows.rows if isinstance(rows, Stored) else len(rows)


def names(rows: Rows) -> pd.DataFrame:
    """Return a frame with the columns of a table, to look their names up."""
    return rows.outline() if isinstance(rows, Stored) else rows


def narrow(rows: Rows, tasks: Iterable[Task]) -> pd.DataFrame:
    """Return all rows with the columns that say their labels; a frame as it is.

    Where a column is missing, return one with all names and no values: `labels.encode` says so.
    """
    if not isinstance(rows, Stored):
        return rows
    wanted = dict.fromkeys(
        name for task in tasks for name in (*task.columns, *task.where, task.sample_weight) if name
    )
    if any(name not in rows.types for name in wanted):
        return rows.outline()
    return rows.whole(list(wanted))


def take(rows: Rows, numbers: np.ndarray) -> pd.DataFrame:
    """Return some rows with all their columns, in the order of the table.

    Args:
        rows: the table.
        numbers: of the rows from 0, ascending, each once.
    """
    if not isinstance(rows, Stored):
        return rows.iloc[numbers].reset_index(drop=True)
    found: list[pd.DataFrame] = []
    start = 0
    for frame in rows.frames(list(rows.types)):
        first, last = np.searchsorted(numbers, [start, start + len(frame)])
        if last > first or not found:
            found.append(frame.iloc[numbers[first:last] - start])
        start += len(frame)
    return pd.concat(found, ignore_index=True)


def some(numbers: np.ndarray, most: int) -> np.ndarray:
    """Return at most so many of the numbers, drawn evenly and left in their order.

    Which ones depends on how many there are and on nothing else: every stage takes the same rows.

    Example:
        >>> some(np.array([5, 7, 9]), 3).tolist()
        [5, 7, 9]
    """
    if len(numbers) <= most:
        return numbers
    rng = seeds.generator(0, "some rows", len(numbers), most)
    return numbers[np.sort(rng.permutation(len(numbers))[:most])]


def union(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Return the numbers of all parts, ascending, each once."""
    return np.unique(np.concatenate([np.zeros(0, np.int64), *parts]))
