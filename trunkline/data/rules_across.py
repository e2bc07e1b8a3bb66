"""Rules across parts: no copy of a row, no row of a group, and no later row in an earlier part."""

from collections.abc import Sequence

import numpy as np

from trunkline.data import rules_rows, splits_columns, tables
from trunkline.data.rules_rows import NAMES, NOWHERE, Rows

Found = tuple[int, tuple[str, ...]]  # rows that break a rule, and examples


def copies(rows: Rows, columns: Sequence[str], decimals: int | None = None) -> Found:
    """Return the rows whose values an earlier part has too.

    What is kept of a row is a hash of eight bytes.

    Args:
        rows: the table; train comes before validation, and validation before test.
        columns: whose values are compared.
        decimals: fractions are equal if they are after rounding to so many places.
    """
    there = np.flatnonzero(rows.parts != NOWHERE)
    return _shared(rows, rules_rows.hashes(rows, columns, decimals), there)


def groups(rows: Rows, column: str) -> Found:
    """Return the rows whose group lies in an earlier part too; rows without a group have none."""
    missing = rules_rows.missing(rows, column)
    there = np.flatnonzero((rows.parts != NOWHERE) & ~missing)
    return _shared(rows, rules_rows.hashes(rows, [column], None), there)


def times(rows: Rows, column: str) -> Found:
    """Return the rows that are newer than the oldest row of a later part, or have no time.

    Raises:
        ValueError: the column holds neither times nor numbers.
    """
    values, missing = times_of(rows, column)
    count, examples = 0, []
    for part, name in enumerate(NAMES[:-1]):
        later = np.flatnonzero((rows.parts > part) & (rows.parts != NOWHERE) & ~missing)
        here = np.flatnonzero((rows.parts == part) & ~missing)
        if not (later.size and here.size):
            continue
        oldest, newest = values[later].min(), values[here].max()
        newer = int((values[here] > oldest).sum())
        count += newer
        if newer:
            ends = (here[values[here] == newest], later[values[later] == oldest])
            one, two = rules_rows.first_names(rows, ends)
            side = NAMES[int(rows.parts[ends[1]].min())]
            examples.append(f"{name} {one} is newer than {side} {two}")
    lost = np.flatnonzero(missing & (rows.parts != NOWHERE))
    if lost.size:
        (first,) = rules_rows.first_names(rows, [lost])
        examples.append(f"{first} has no time")
    return count + lost.size, tuple(examples)


def times_of(rows: Rows, column: str) -> tuple[np.ndarray, np.ndarray]:
    """Return times or numbers in their order, [rows], and which are missing, bool [rows].

    Raises:
        ValueError: the column holds neither.
    """
    values, missing = np.zeros(0), np.zeros(rows.parts.size, bool)
    for place, batch in rows.batches([column]):
        splits_columns.check_ordered(column, batch.column(0).type)
        found, missing[place] = splits_columns.ordered(batch.column(0))
        if not place.start:
            values = np.zeros(rows.parts.size, found.dtype)
        values[place] = found
    return values, missing


def _shared(rows: Rows, hashes: np.ndarray, there: np.ndarray) -> Found:
    """Return the rows whose hash an earlier part has too.

    Args:
        rows: the table.
        hashes: uint64 [rows].
        there: numbers of the rows that are compared.
    """
    if not there.size:
        return 0, ()
    order = there[np.argsort(hashes[there], kind="stable")]
    parts = rows.parts[order]
    starts = np.append(True, hashes[order[1:]] != hashes[order[:-1]])
    edges = np.flatnonzero(starts)
    first = np.minimum.reduceat(parts, edges)
    later = parts > np.repeat(first, np.diff(np.append(edges, order.size)))
    if not later.any():
        return 0, ()
    chosen = np.unique(hashes[order[later]])[: tables.EXAMPLES]
    return int(later.sum()), _examples(rows, hashes, there, chosen)


def _examples(
    rows: Rows, hashes: np.ndarray, there: np.ndarray, chosen: np.ndarray
) -> tuple[str, ...]:
    """Return a row of each of two parts for each of some hashes."""
    pairs, sides = [], []
    for value in chosen:
        same = there[hashes[there] == value]
        parts = rows.parts[same]
        low, high = int(parts.min()), int(parts.max())
        pairs += [same[parts == high], same[parts == low]]
        sides += [NAMES[high], NAMES[low]]
    names = rules_rows.first_names(rows, pairs)
    told = [f"{side} {name}" for side, name in zip(sides, names, strict=True)]
    return tuple(f"{a} = {b}" for a, b in zip(told[::2], told[1::2], strict=True))
