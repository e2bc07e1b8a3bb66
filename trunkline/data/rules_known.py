"""Rules of what is known from training: its users and items, and each user's time."""

import numpy as np

from trunkline.data import rules_across, rules_rows, tables
from trunkline.data.rules_across import Found
from trunkline.data.rules_rows import NAMES, NOWHERE, Rows

TRAIN = NAMES.index("train")


def strangers(rows: Rows, column: str, cold: float) -> Found:
    """Return the rows of later parts whose value no training row has, if they are too many.

    What is kept of a row is a hash of eight bytes.

    Args:
        rows: the table.
        column: that names who or what must be known; rows without a value are nobody's.
        cold: so large a share of the later parts' rows may be of unknown values.
    """
    there = (rows.parts != NOWHERE) & ~rules_rows.missing(rows, column)
    hashes = rules_rows.hashes(rows, [column], None)
    later = np.flatnonzero(there & (rows.parts != TRAIN))
    unknown = later[~_among(hashes[later], hashes[there & (rows.parts == TRAIN)])]
    if unknown.size <= cold * later.size:
        return 0, ()
    shown, sides = [], []
    for value in np.unique(hashes[unknown])[: tables.EXAMPLES]:
        same = unknown[hashes[unknown] == value]
        part = rows.parts[same].min()
        shown.append(same[rows.parts[same] == part])
        sides.append(NAMES[int(part)])
    names = rules_rows.first_names(rows, shown)
    values = _values(rows, column, np.array([int(same[0]) for same in shown]))
    told = (f"{a} {b} ({c}) is unknown" for a, b, c in zip(sides, names, values, strict=True))
    return int(unknown.size), tuple(told)


def _values(rows: Rows, column: str, chosen: np.ndarray) -> list[str]:
    """Return the values of some rows, as they are written in Python."""
    found = [""] * chosen.size
    for place, batch in rows.batches([column]):
        for turn in np.flatnonzero((chosen >= place.start) & (chosen < place.stop)).tolist():
            found[turn] = repr(batch.column(0)[int(chosen[turn]) - place.start].as_py())
    return found


def _among(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return which values occur among others, bool [values]; sorts, which np.unique does not."""
    known = np.sort(others)
    known = known[np.append(True, np.diff(known) != 0)[: known.size]]
    if not known.size:
        return np.zeros(values.size, bool)
    places = np.minimum(np.searchsorted(known, values), known.size - 1)
    return np.asarray(known[places] == values)


def times(rows: Rows, column: str, each: str) -> Found:
    """Return the rows that are newer than a later part's oldest row of the same value.

    Args:
        rows: the table; train comes before validation, and validation before test.
        column: times or numbers; rows without one break the rule too.
        each: a column; times are compared among rows of one value. Rows without a value are
            nobody's, and are compared with none.

    Raises:
        ValueError: the column holds neither times nor numbers.
    """
    values, missing = rules_across.times_of(rows, column)
    somebody = (rows.parts != NOWHERE) & ~rules_rows.missing(rows, each)
    hashes = rules_rows.hashes(rows, [each], None)
    there = np.flatnonzero(somebody & ~missing)
    order = there[np.argsort(hashes[there], kind="stable")]
    newer = order[_newer(hashes[order], rows.parts[order], values[order])]
    count, examples = newer.size, _examples(rows, hashes, values, newer, there)
    lost = np.flatnonzero(somebody & missing)
    if lost.size:
        (first,) = rules_rows.first_names(rows, [lost])
        examples.append(f"{first} has no time")
    return count + lost.size, tuple(examples)


def _newer(groups: np.ndarray, parts: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return which rows are newer than a later part's oldest row of their group, bool [rows]."""
    found = np.zeros(groups.size, bool)
    if not groups.size:
        return found
    starts = np.flatnonzero(np.append(True, groups[1:] != groups[:-1]))
    sizes = np.diff(np.append(starts, groups.size))
    last = np.inf if values.dtype.kind == "f" else np.iinfo(values.dtype).max
    for part in range(len(NAMES) - 1):
        oldest = np.minimum.reduceat(np.where(parts > part, values, last), starts)
        found |= (parts == part) & (values > np.repeat(oldest, sizes))
    return found


def _examples(
    rows: Rows, hashes: np.ndarray, values: np.ndarray, newer: np.ndarray, there: np.ndarray
) -> list[str]:
    """Return for some groups a row that is newer, and an older one of a later part."""
    pairs, sides = [], []
    for value in np.unique(hashes[newer])[: tables.EXAMPLES]:
        one = newer[hashes[newer] == value][:1]
        same = there[hashes[there] == value]
        same = same[(rows.parts[same] > rows.parts[one]) & (values[same] < values[one])]
        pairs += [one, same[:1]]
        sides += [NAMES[int(rows.parts[row[0]])] for row in pairs[-2:]]
    names = rules_rows.first_names(rows, pairs)
    told = [f"{side} {name}" for side, name in zip(sides, names, strict=True)]
    return [f"{a} is newer than {b}" for a, b in zip(told[::2], told[1::2], strict=True)]
