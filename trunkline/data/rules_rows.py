"""Rows and the part of each: what rules across parts look at, a few columns at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trunkline.data import identity, splits_columns, streams
from trunkline.data.splits_parting import Parting

NAMES = ("train", "validation", "test")
NOWHERE = 255  # the part of a row that was set aside


@dataclass(frozen=True)
class Rows:
    """A table with a column `row_id` whose rows have been given to parts.

    Attributes:
        names: of the columns.
        read: returns the rows of some columns, in the table's order, each time it is called.
        parts: of each row, uint8 [rows]: its place in `NAMES`, or `NOWHERE`.
    """

    names: Sequence[str]
    read: Callable[[Sequence[str]], Iterator[pa.RecordBatch]]
    parts: np.ndarray

    def batches(self, columns: Sequence[str]) -> Iterator[tuple[slice, pa.RecordBatch]]:
        """Yield batches and where their rows lie."""
        start = 0
        for batch in self.read(columns):
            yield slice(start, start + batch.num_rows), batch
            start += batch.num_rows


def of_frame(frame: pd.DataFrame, parting: Parting) -> Rows:
    """Return the rows of a frame that is in memory anyway."""
    stream = streams.of_frame(frame)
    table = pa.Table.from_batches(stream.batches(), stream.schema)

    def read(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        yield from table.select(list(columns)).to_batches(max_chunksize=streams.BATCH)

    return Rows(stream.schema.names, read, sides(parting, len(frame)))


def sides(parting: Parting, rows: int) -> np.ndarray:
    """Return the part of each row, uint8 [rows]."""
    found = np.full(rows, NOWHERE, np.uint8)
    for part, name in enumerate(NAMES):
        found[getattr(parting, name)] = part
    return found


def hashes(rows: Rows, columns: Sequence[str], decimals: int | None) -> np.ndarray:
    """Return a hash of the values of some columns, uint64 [rows].

    Args:
        rows: the table.
        columns: in their order.
        decimals: fractions are rounded to so many places; none: as they are.
    """
    found = np.zeros(rows.parts.size, np.uint64)
    for place, batch in rows.batches(columns):
        arrays = [_rounded(column, decimals) for column in batch.columns]
        found[place] = identity.of_rows(pa.RecordBatch.from_arrays(arrays, names=list(columns)))
    return found


def missing(rows: Rows, column: str) -> np.ndarray:
    """Return whether each value is missing, bool [rows]."""
    found = np.zeros(rows.parts.size, bool)
    for place, batch in rows.batches([column]):
        nulls = batch.column(0).is_null(nan_is_null=True)
        found[place] = nulls.to_numpy(zero_copy_only=False)
    return found


def first_names(rows: Rows, groups: Sequence[np.ndarray]) -> list[str]:
    """Return of each group of rows the first name, in the order of their text.

    Args:
        rows: the table.
        groups: numbers of rows, ascending.
    """
    found: list[str | None] = [None] * len(groups)
    for place, batch in rows.batches(["row_id"]):
        for number, group in enumerate(groups):
            begin, end = np.searchsorted(group, [place.start, place.stop])
            if end > begin:
                names = batch.column(0).take(pa.array(group[begin:end] - place.start))
                least = pc.min(names).as_py()
                before = found[number]
                found[number] = least if before is None else min(before, least)
    return [name or "" for name in found]


def _rounded(values: pa.Array, decimals: int | None) -> pa.Array:
    values = splits_columns.plain(values)
    if decimals is not None and pa.types.is_floating(values.type):
        wide = pc.round(values.cast(pa.float64()), ndigits=decimals)
        return splits_columns.plain(wide)
    return splits_columns.whole(values)
