"""A stable name for each row of a stream, given batch by batch; copies are found at the end.

What is kept of each row is a hash of eight bytes: twenty million rows take 160 MB, and twice that
for a moment while they are sorted.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trunkline.data import streams, tables
from trunkline.data.streams import Stream

MISSING = np.uint64(0xFFFFFFFFFFFFFFFF)  # what stands for a missing value


class Names:
    """Names of rows: of the column `column`, or the hash of a row's content.

    Rows of the same content are numbered, `<hash>-2` and so on, once it is known which hashes
    occur more than once.
    """

    def __init__(self, column: str | None, copies: frozenset[int] = frozenset()) -> None:
        self.column = column
        self.copies = copies
        self._seen: list[np.ndarray] = []
        self._numbers: Counter[int] = Counter()
        self._rows = 0

    def give(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the batch with a first column `row_id` of text.

        Raises:
            ValueError: a row has no name in `column`.
        """
        if self.column is None:
            names = self._of_content(batch)
        else:
            names = _named(batch.column(self.column), self.column, self._rows)
            self._rows += batch.num_rows
            self._seen.append(pd.util.hash_array(_objects(names), categorize=False))
        rest = [name for name in batch.schema.names if name != "row_id"]
        arrays = [names, *(batch.column(name) for name in rest)]
        return pa.RecordBatch.from_arrays(arrays, names=["row_id", *rest])

    def repeated(self) -> frozenset[int]:
        """Return the hashes that occurred more than once so far."""
        if not self._seen:
            return frozenset()
        hashes = np.concatenate(self._seen)
        hashes.sort()
        return frozenset(hashes[1:][hashes[1:] == hashes[:-1]].tolist())

    def _of_content(self, batch: pa.RecordBatch) -> pa.Array:
        hashes = of_rows(batch)
        self._seen.append(hashes)
        if not self.copies:
            return _digits(hashes)
        names = _digits(hashes).to_pylist()
        common = np.fromiter(self.copies, np.uint64, len(self.copies))
        for row in np.flatnonzero(np.isin(hashes, common)).tolist():
            value = int(hashes[row])
            self._numbers[value] += 1
            if self._numbers[value] > 1:
                names[row] += f"-{self._numbers[value]}"
        return pa.array(names, pa.large_string())


def check(schema: pa.Schema, column: str | None) -> None:
    """Pass a stream whose rows can be named.

    Raises:
        ValueError: `column` does not exist or is neither text nor whole numbers; or the table has
            a column `row_id` that `column` does not name.
    """
    if "row_id" in schema.names and column != "row_id":
        raise ValueError(
            "the table has a column 'row_id' of its own: name it as the dataset's `row_id`, or "
            "rename it in the source"
        )
    if column is None:
        return
    empty = pd.DataFrame(columns=schema.names)
    try:
        (name,) = tables.columns(empty, [column])
    except ValueError as error:
        raise ValueError(f"row_id: {error}") from error
    kind = schema.field(name).type
    if not (pa.types.is_large_string(kind) or pa.types.is_integer(kind)):
        raise ValueError(
            f"column '{name}' names the rows: expected text or whole numbers, it is "
            f"{streams.pandas_type(kind, missing=False)}"
        )


def refuse(stream: Stream, column: str, suspects: frozenset[int]) -> None:
    """Stop if names occur more than once.

    Args:
        stream: read once more, for the names themselves.
        column: that names the rows.
        suspects: hashes that several rows share.

    Raises:
        ValueError: names do; tells how many, and some of them.
    """
    common = np.fromiter(suspects, np.uint64, len(suspects))
    found: Counter[str] = Counter()
    for batch in stream.batches():
        names = _objects(_named(batch.column(column), column, 0))
        shared = np.isin(pd.util.hash_array(names, categorize=False), common)
        found.update(names[shared].tolist())
    repeated = [name for name, count in found.items() if count > 1]
    if repeated:
        raise ValueError(
            f"column '{column}' names the rows, but {len(repeated)} names occur more than once "
            f"({tables.examples(repeated)}): make them different, or leave `row_id` out to name "
            "rows by their content"
        )


def named(stream: Stream, names: Names) -> Iterator[pa.Table]:
    """Yield the rows with their names, in groups that do not depend on the source's batches."""
    return streams.regrouped((names.give(batch) for batch in stream.batches()), streams.BATCH)


def whole(stream: Stream) -> pd.DataFrame:
    """Return a table that fits into memory, its rows named by their content."""
    names = Names(None)
    parts = list(named(stream, names))
    if repeated := names.repeated():
        parts = list(named(stream, Names(None, repeated)))
    return pa.concat_tables(parts).to_pandas()


def of_rows(batch: pa.RecordBatch) -> np.ndarray:
    """Return a hash of the content of each row, uint64 `[rows]`, that of pandas.

    Args:
        batch: rows; what is missing has a hash of its own in each type.
    """
    width = batch.num_columns
    total = np.full(batch.num_rows, 0x345678, np.uint64)
    factor = 1000003  # as `pandas.core.util.hashing.combine_hash_arrays`
    for place, column in enumerate(batch.columns):
        total = (total ^ _hashes(column)) * np.uint64(factor)
        factor += 82520 + 2 * (width - place)
    return total + np.uint64(97531)


def _digits(hashes: np.ndarray) -> pa.Array:
    """Return each hash as text of 16 hex digits, all at once."""
    pairs = np.array([f"{byte:02x}" for byte in range(256)], "S2")
    digits = pairs[hashes.astype(">u8").view(np.uint8)]  # [rows * 8]
    ends = np.arange(0, 16 * len(hashes) + 1, 16, dtype=np.int64)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(digits))]
    return pa.Array.from_buffers(pa.large_string(), len(hashes), buffers)


def _hashes(column: pa.Array) -> np.ndarray:
    """Return the hash of each value, uint64 `[rows]`."""
    kind = column.type
    if pa.types.is_large_string(kind):
        words = column.dictionary_encode()
        known = pd.util.hash_array(_objects(words.dictionary), categorize=False)
        places = words.indices.fill_null(0).to_numpy(zero_copy_only=False)
        hashes = known[places] if len(known) else np.zeros(len(column), np.uint64)
    elif pa.types.is_timestamp(kind):
        values = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
        hashes = pd.util.hash_array(values)
    else:
        zero = pa.scalar(False if pa.types.is_boolean(kind) else 0).cast(kind)
        hashes = pd.util.hash_array(column.fill_null(zero).to_numpy(zero_copy_only=False))
    if column.null_count:
        hashes = np.where(column.is_null().to_numpy(zero_copy_only=False), MISSING, hashes)
    return hashes


def _named(values: pa.Array, column: str, before: int) -> pa.Array:
    if values.null_count:
        row = before + 1 + pc.index(values.is_null(), True).as_py()
        raise ValueError(
            f"column '{column}' names the rows, but row {row} has no name: fill it in, or leave "
            "`row_id` out to name rows by their content"
        )
    return pc.cast(values, pa.large_string())


def _objects(names: pa.Array) -> np.ndarray:
    found: np.ndarray = names.to_numpy(zero_copy_only=False)
    return found.astype(object)
