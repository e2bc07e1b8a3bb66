"""What a split looks at: a few columns of a table, asked for one at a time, as narrow arrays.

A frame is asked here, a file that need not fit into memory in `splits_tables`; both answer alike.
"""

import hashlib
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trunkline.data import tables

COPY = r"^([0-9a-f]{16})-[0-9]+$"  # how `identity` names copies of a row
DIGITS = 16  # hex digits of a SHA-256 that are looked at: eight bytes


class Columns(Protocol):
    """A table's rows, numbered from 0, and what decides on their parts."""

    @property
    def rows(self) -> int:
        """How many there are."""

    @property
    def names(self) -> Sequence[str]:
        """Names of the columns."""

    def hashes(self, seed: int) -> np.ndarray:
        """Return what ranks rows, uint64 [rows]: copies of a row have the same."""

    def groups(self, column: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return what ranks groups, uint64 [rows], and which values are missing, bool [rows]."""

    def codes(self, column: str) -> tuple[np.ndarray, pa.Array]:
        """Return the place of each value among the distinct ones, int32 [rows], -1 for none."""

    def numbers(self, column: str) -> tuple[np.ndarray, np.ndarray]:
        """Return numbers or times in their order, [rows], and which are missing, bool [rows]."""

    def row_ids(self, rows: np.ndarray) -> pa.Array:
        """Return the names of some rows, in the order asked for."""


class Frame:
    """The columns of a frame with a column `row_id`."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self.rows = len(frame)
        self.names = list(frame.columns)

    def hashes(self, seed: int) -> np.ndarray:
        """Return the first eight bytes of SHA-256 of seed and row, as a number."""
        content = self._frame["row_id"].str.replace(COPY, r"\1", regex=True)
        return _hashed(f"{seed}/split/", content.to_list())

    def groups(self, column: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the first eight bytes of SHA-256 of seed and group, as a number."""
        codes, values = self.codes(column)
        check_group(column, values.type)
        known = _hashed(f"{seed}/split/group/", pc.cast(values, pa.large_string()).to_pylist())
        return np.append(known, np.uint64(0))[codes], codes < 0

    def codes(self, column: str) -> tuple[np.ndarray, pa.Array]:
        """Return the place of each value among the distinct ones, -1 where it is missing."""
        values = whole(plain(self._array(column)))
        found = values.dictionary_encode()
        codes = found.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return codes.astype(np.int32), found.dictionary

    def numbers(self, column: str) -> tuple[np.ndarray, np.ndarray]:
        """Return numbers or times in their order, and which are missing."""
        values = self._array(column)
        check_ordered(column, values.type)
        return ordered(values)

    def row_ids(self, rows: np.ndarray) -> pa.Array:
        """Return the names of some rows."""
        return pa.array(self._frame["row_id"].iloc[rows].to_list(), pa.large_string())

    def _array(self, column: str) -> pa.Array:
        found = pa.Array.from_pandas(self._frame[column])
        return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def check_group(column: str, kind: pa.DataType) -> None:
    """Pass a column whose values can name groups.

    Raises:
        ValueError: it holds neither text nor whole numbers.
    """
    if not (_is_text(kind) or pa.types.is_integer(kind)):
        raise ValueError(
            f"column '{column}' groups the rows of the split: expected text or whole numbers, it "
            f"is {kind}: name another in `split.group`, or cast it in the source"
        )


def check_ordered(column: str, kind: pa.DataType) -> None:
    """Pass a column whose values have an order in time, or as numbers.

    Raises:
        ValueError: it is neither times nor numbers.
    """
    types = pa.types
    known = (types.is_timestamp, types.is_date, types.is_integer, types.is_floating)
    if not any(is_(kind) for is_ in known):
        raise ValueError(
            f"column '{column}' is {kind}, expected times or numbers in `split`: say what it "
            "holds with `columns.cast` or `columns.dates` in the source"
        )


def ordered(values: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Return numbers or times as int64 or float64 [rows], and which are missing, bool [rows]."""
    if pa.types.is_date32(values.type):
        values = values.cast(pa.int32())
    wide = pa.float64() if pa.types.is_floating(values.type) else pa.int64()
    filled = values.cast(wide).fill_null(0)
    found = filled.to_numpy(zero_copy_only=False)
    missing = values.is_null(nan_is_null=True).to_numpy(zero_copy_only=False)
    return np.where(missing, 0, found), missing


def plain(values: pa.Array) -> pa.Array:
    """Return values of which equal ones look alike: no NaN beside nothing, no -0.0 beside 0.0."""
    if not pa.types.is_floating(values.type):
        return values
    nothing = pa.scalar(None, values.type)
    return pc.add(pc.if_else(pc.is_nan(values), nothing, values), pa.scalar(0.0, values.type))


def whole(values: pa.Array) -> pa.Array:
    """Return whole numbers as such, where pandas made floats of them for a missing one's sake."""
    floating = pa.types.is_floating(values.type) and _fits(values)
    if floating and pc.all(pc.equal(pc.floor(values), values)).as_py():
        return values.cast(pa.int64())
    return values


def examples(columns: Columns, rows: np.ndarray) -> str:
    """Return up to five names of rows for a message, the first in order of their text."""
    names = columns.row_ids(rows)
    first = pc.array_sort_indices(names)[: tables.EXAMPLES + 1]
    return tables.examples(names.take(first).to_pylist())


def _fits(values: pa.Array) -> bool:
    largest = pc.max(pc.abs(values)).as_py()
    return largest is not None and largest < 2**53


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _hashed(prefix: str, names: Sequence[str | None]) -> np.ndarray:
    """Return the first eight bytes of SHA-256 of each name, uint64 [names]."""
    texts = (f"{prefix}{name}".encode() for name in names)
    content = b"".join(hashlib.sha256(text).digest()[: DIGITS // 2] for text in texts)
    return np.frombuffer(content, ">u8").astype(np.uint64)
