"""Parts of a large table: read some columns at a time, written by an external sort.

The order is known beforehand, as the numbers of the rows. A first pass over the table puts each
row into the bucket of neighbours it will have; then bucket after bucket is put in order and
written. No more than a bucket and a row group are in memory.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from trunkline.artifacts import files, tables
from trunkline.data import rules_rows, streams, working
from trunkline.data.rules_rows import Rows
from trunkline.data.splits_parting import Parting

BUCKET = 2**26  # bytes of a table's rows that are put in order at once
BUCKETS = 256  # at most, as each is an open file


@dataclass(frozen=True)
class _Bucket:
    """Rows that are neighbours in a part.

    Attributes:
        rows: their numbers in the table, in the order of the part.
        file: where they wait, in the order of the table.
    """

    rows: np.ndarray
    file: Path


def write(table: Path, parts: Mapping[Path, np.ndarray], *, bucket: int = BUCKET) -> None:
    """Write rows of a table to other tables, as `tables.write` would write each.

    Args:
        table: Parquet.
        parts: by the file to write, the numbers of its rows in their order; no row in two.
        bucket: bytes that are put in order at once.

    Raises:
        FileNotFoundError: there is no such table.
        ValueError: the table is damaged.
        OSError: a file could not be written; the old one is kept, and so are those that follow.
    """
    if not table.is_file():
        files.read(table)  # says so
    try:
        _write(table, parts, bucket)
    except pa.ArrowException as error:
        raise files.damaged(table, error) from error


def read(table: Path, parting: Parting | None = None) -> Rows:
    """Return the rows of a table, some columns at a time, for rules across parts.

    Args:
        table: Parquet.
        parting: the rows of each part; none: all are training rows.

    Raises:
        FileNotFoundError: there is no such table.
        ValueError: the table is damaged.
    """
    if not table.is_file():
        files.read(table)  # says so
    try:
        metadata = pq.read_metadata(table)
    except pa.ArrowException as error:
        raise files.damaged(table, error) from error
    rows = metadata.num_rows
    sides = np.zeros(rows, np.uint8) if parting is None else rules_rows.sides(parting, rows)

    def batches(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        with pq.ParquetFile(table, page_checksum_verification=True, pre_buffer=False) as source:
            for batch in source.iter_batches(streams.BATCH, columns=columns, use_threads=False):
                yield batch.select(list(columns))

    return Rows(metadata.schema.names, batches, sides)


def read_all(folder: Path) -> pd.DataFrame:
    """Return the rows of all tables of a folder, in the order of their names.

    Raises:
        FileNotFoundError: there is none.
    """
    found = [tables.read(path) for path in sorted(folder.glob("*.parquet"))]
    if not found:
        raise FileNotFoundError(f"{folder} holds no table. Run `dvc repro`, which makes them.")
    return pd.concat(found, ignore_index=True)


def _write(table: Path, parts: Mapping[Path, np.ndarray], bucket: int) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="trunkline-", ignore_cleanup_errors=True) as folder,
        pq.ParquetFile(table, page_checksum_verification=True, pre_buffer=False) as source,
    ):
        schema = source.schema_arrow.remove_metadata()
        rows = _rows_of(source, bucket, sum(map(len, parts.values())))
        buckets = {path: _buckets(part, rows, path, Path(folder)) for path, part in parts.items()}
        _scatter(source, schema, [one for found in buckets.values() for one in found])
        for path, found in buckets.items():
            with files.replacing(path) as temporary:
                _write_part(schema, found, temporary)


def _rows_of(source: pq.ParquetFile, bucket: int, rows: int) -> int:
    """Return how many rows are a bucket: by the size of the first, at most so many buckets."""
    first = next(source.iter_batches(streams.BATCH, use_threads=False), None)
    each = first.nbytes / first.num_rows if first is not None and first.num_rows else 1.0
    return max(1, int(bucket / max(1.0, each)), -(-rows // BUCKETS))


def _buckets(part: np.ndarray, rows: int, path: Path, folder: Path) -> list[_Bucket]:
    return [
        _Bucket(part[start : start + rows], folder / f"{path.name}.{start}")
        for start in range(0, len(part), rows)
    ]


def _scatter(source: pq.ParquetFile, schema: pa.Schema, buckets: list[_Bucket]) -> None:
    """Write each row of the table to the file of its bucket."""
    where = np.full(source.metadata.num_rows, -1, np.int32)
    for number, bucket in enumerate(buckets):
        where[bucket.rows] = number
    options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
    writers = [pa.ipc.new_stream(bucket.file, schema, options=options) for bucket in buckets]
    start = 0
    for batch in working.ahead(source.iter_batches(streams.BATCH, use_threads=False)):
        numbers = where[start : start + batch.num_rows]
        start += batch.num_rows
        order = np.argsort(numbers, kind="stable")
        sorted_batch = batch.take(pa.array(order)).cast(schema)
        edges = np.searchsorted(numbers[order], np.arange(len(buckets) + 1)).tolist()
        for writer, (begin, end) in zip(writers, pairwise(edges), strict=True):
            if end > begin:
                writer.write_batch(sorted_batch.slice(begin, end - begin))
    for writer in writers:
        writer.close()


def _write_part(schema: pa.Schema, buckets: list[_Bucket], path: Path) -> None:
    with pq.ParquetWriter(path, schema, **tables.layout(schema)) as writer:
        groups = streams.regrouped(_sorted(buckets), tables.ROW_GROUP) if buckets else iter(())
        for group in working.ahead(groups):  # one puts rows in order, another packs them
            writer.write_table(group, row_group_size=tables.ROW_GROUP)
        if not buckets:
            writer.write_table(schema.empty_table())


def _sorted(buckets: list[_Bucket]) -> Iterator[pa.RecordBatch]:
    for bucket in buckets:
        with pa.OSFile(str(bucket.file)) as file, pa.ipc.open_stream(file) as reader:
            found = reader.read_all()
        arrived = np.empty(len(bucket.rows), np.int64)
        arrived[np.argsort(bucket.rows, kind="stable")] = np.arange(len(bucket.rows))
        yield from found.take(pa.array(arrived)).combine_chunks().to_batches()
