"""Streams to disk: canonical Parquet, written in one pass where no row occurs twice."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from trunkline.artifacts import files, tables
from trunkline.data import identity, streams
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


def _write(stream: Stream, names: identity.Names, path: Path) -> dict[str, Any]:
    rows, missing = 0, set[str]()
    fields = [field for field in stream.schema if field.name != "row_id"]
    schema = pa.schema([pa.field("row_id", pa.large_string()), *fields])
    with pq.ParquetWriter(path, schema, **tables.FORMAT) as writer:
        for table in identity.named(stream, names):
            writer.write_table(table.cast(schema), row_group_size=tables.ROW_GROUP)
            rows += table.num_rows
            missing |= {n for n in schema.names if table.column(n).null_count}
    kinds = {f.name: streams.pandas_type(f.type, missing=f.name in missing) for f in schema}
    return {"rows": rows, "columns": [{"name": n, "type": kind} for n, kind in kinds.items()]}
