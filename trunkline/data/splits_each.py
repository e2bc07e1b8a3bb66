"""Rows of each user parted by themselves: shares of them, or so many of them, are held.

Of a user's rows the first are for test, the next for validation, the rest for training: the first
by hash, or the newest. All of it is counted at once, as there may be millions of users.
"""

from typing import Any

import numpy as np
import pandas as pd

from trunkline.data import splits_stated, splits_strata, tables
from trunkline.data.splits_columns import Columns
from trunkline.data.splits_stated import TEST, TRAIN, VALIDATION
from trunkline.settings.splitting import Split


def parts(
    columns: Columns, settings: Split, seed: int, order: np.ndarray, hashes: np.ndarray
) -> tuple[np.ndarray, dict[str, Any]]:
    """Return the part of each row, uint8 [rows], and what to tell of users without a held row.

    Shares are rounded to the nearest row, a half upwards. Copies of a row all go where the first
    of them goes. The last row of a user, with its copies, stays for training whatever the shares
    say; of a user with fewer than `2 * leave + 1` rows all do.

    Args:
        columns: the table.
        settings: `each`, and what is held of it.
        seed: the root seed.
        order: numbers of the rows, by hash.
        hashes: of all rows: copies have the same.

    Raises:
        ValueError: a column does not exist, is of the wrong kind or has missing values.
    """
    (name,) = tables.columns(pd.DataFrame(columns=list(columns.names)), (str(settings.each),))
    groups, missing = columns.groups(name, seed)
    what = "names whose rows are parted in|leave those rows out at the source"
    splits_strata.refuse_missing(columns, name, missing, what)
    if settings.time is not None:
        newest = splits_stated.newest_first(columns, settings.time)
        order = order[np.argsort(newest[order], kind="stable")]
    order = order[np.argsort(groups[order], kind="stable")]
    starts, blocks = _blocks(groups[order], hashes[order])
    sizes = np.diff(np.append(starts, order.size))
    found = np.full(columns.rows, TRAIN, np.uint8)
    found[order] = sides = _sides(sizes, starts, blocks, settings)
    whole = int((np.maximum.reduceat(sides, starts) == TRAIN).sum())
    return found, {"each": {"column": name, "values": starts.size, "not_held": whole}}


def _blocks(groups: np.ndarray, hashes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where groups start, and of each row where the block of its copies starts."""
    first = np.append(True, groups[1:] != groups[:-1])
    alone = first | np.append(True, hashes[1:] != hashes[:-1])
    return np.flatnonzero(first), np.maximum.accumulate(np.where(alone, np.arange(alone.size), 0))


def _sides(
    sizes: np.ndarray, starts: np.ndarray, blocks: np.ndarray, settings: Split
) -> np.ndarray:
    """Return the part of each row, group after group, uint8 [rows]."""
    if settings.leave is None:
        test = _rounded(sizes * settings.test)
        held = test + _rounded(sizes * settings.validation)
    else:
        test = np.where(sizes > 2 * settings.leave, settings.leave, 0)
        held = 2 * test
    last = blocks[starts + sizes - 1]  # of each group, where its last block starts
    found = np.full(blocks.size, TRAIN, np.uint8)
    for part, border in ((VALIDATION, held), (TEST, test)):
        found[blocks < np.repeat(np.minimum(starts + border, last), sizes)] = part
    return found


def _rounded(rows: np.ndarray) -> np.ndarray:
    return np.floor(rows + 0.5).astype(np.int64)
