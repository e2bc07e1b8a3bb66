"""Streams to disk: canonical Parquet, written in one pass where no row occurs twice."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from trunkline.artifacts import files, tables
from trunkline.data import identity, streams, working
from trunkline.data import stored as rows
from trunkline.data.stored import Stored
from trunkline.data.streams import Stream


def write(stream: Stream, column: str | None, path: Path) -> dict[str, Any]:
    """Write the rows of a stream, each with its name, as `tables.write` writes a frame.

    The bytes depend on the rows alone, not on the batches they come in. No more than some batches
    are in memory, and eight bytes of each row.

    Args:
        stream: read once; a second time where rows occur more than once.
        column: the column that names the rows, or None for a name from each row's content.
        path: the file.

    Returns:
        `rows` and `columns`, as `trunkline.data.tables.schema` has them of the table.

    Raises:
        ValueError: rows cannot be named, or the stream is bad.
        OSError: it could not be written; the old file is kept.
    """
    identity.check(stream.schema, column)
    with files.replacing(path) as temporary:
        names = identity.Names(column)
        written = _write(stream, names, temporary)
        repeated = names.repeated()
        if repeated and column is not None:
            identity.refuse(stream, column, repeated)
        elif repeated:
            written = _write(stream, identity.Names(None, repeated), temporary)
    return written


def write_quick(stream: Stream, column: str | None, path: Path) -> tuple[Stream, dict[str, Any]]:
    """Write the rows of a stream; if that stops, those of its `exact`, where it has one.

    Args:
        stream: as `write`.
        column: as `write`.
        path: as `write`.

    Returns:
        The stream whose rows were written, and what `write` returns.

    Raises:
        ValueError: as `write`.
        OSError: as `write`.
    """
    if stream.exact is None:
        return stream, write(stream, column, path)
    try:
        return stream, write(stream, column, path)
    except ValueError:  # what is wrong, if it is more than a guess, is told by the exact rows
        exact = stream.exact()
    return exact, write(exact, column, path)


def copy(schema: pa.Schema, batches: Iterator[pa.RecordBatch], path: Path) -> int:
    """Write rows that have their names already, as `tables.write` writes a frame.

    Args:
        schema: names and types of the columns.
        batches: the rows; the bytes do not depend on how they are cut.
        path: the file.

    Returns:
        How many rows there are.

    Raises:
        OSError: it could not be written; the old file is kept.
    """
    rows = 0
    plain = schema.remove_metadata()
    with (
        files.replacing(path) as temporary,
        pq.ParquetWriter(temporary, plain, **tables.layout(plain)) as writer,
    ):
        for table in streams.regrouped(batches, tables.ROW_GROUP):
            writer.write_table(table.cast(plain), row_group_size=tables.ROW_GROUP)
            rows += table.num_rows
        if not rows:
            writer.write_table(plain.empty_table())  # as a frame without rows is written
    return rows


def stored(path: Path) -> Stored:
    """Return the table in a Parquet file, to be read batch by batch.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged; also while it is read.
    """
    files.exists(path)
    try:
        with pq.ParquetFile(path) as file:
            schema, total = file.schema_arrow, file.metadata.num_rows
            missing = _missing(file.metadata)
    except (pa.ArrowException, OSError) as error:
        raise files.damaged(path, error) from error

    def read(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        try:
            with pq.ParquetFile(path, page_checksum_verification=True) as file:
                for number in range(file.num_row_groups):  # all at once it would read ahead
                    group = file.read_row_group(number, columns=list(columns), use_threads=False)
                    yield from group.select(list(columns)).to_batches()
        except (pa.ArrowException, OSError) as error:
            raise files.damaged(path, error) from error

    types = {f.name: streams.pandas_type(f.type, missing=f.name in missing) for f in schema}
    return Stored(schema, types, read, rows.file(str(path)), total)


def _missing(metadata: pq.FileMetaData) -> set[str]:
    """Return the columns in which values are missing, by the file's own statistics."""
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    filled = [group for group in groups if group.num_rows]  # others have no statistics
    chunks = [group.column(place) for group in filled for place in range(group.num_columns)]
    return {chunk.path_in_schema for chunk in chunks if chunk.statistics.null_count}


def _write(stream: Stream, names: identity.Names, path: Path) -> dict[str, Any]:
    rows, missing = 0, set[str]()
    fields = [field for field in stream.schema if field.name != "row_id"]
    schema = pa.schema([pa.field("row_id", pa.large_string()), *fields])
    with pq.ParquetWriter(path, schema, **tables.layout(schema)) as writer:
        for table in working.ahead(identity.named(stream, names)):
            writer.write_table(table.cast(schema), row_group_size=tables.ROW_GROUP)
            rows += table.num_rows
            missing |= {n for n in schema.names if table.column(n).null_count}
    kinds = {f.name: streams.pandas_type(f.type, missing=f.name in missing) for f in schema}
    return {"rows": rows, "columns": [{"name": n, "type": kind} for n, kind in kinds.items()]}
