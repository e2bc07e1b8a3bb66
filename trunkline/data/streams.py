"""Rows in record batches: typed columns, read anew as often as need be, never all at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as pa

BATCH = 65536  # rows of a batch, where it is ours to choose


@dataclass(frozen=True)
class Stream:
    """A table that need not fit into memory.

    Attributes:
        schema: names and types of the columns.
        batches: returns the rows from the first to the last, each time it is called.
        told: JSON for people: which files were read, what was decided about them.
        exact: the same rows, if these were decided by the first of them: it decides by all, where
            reading these stops.
    """

    schema: pa.Schema
    batches: Callable[[], Iterator[pa.RecordBatch]]
    told: Mapping[str, Any] = field(default_factory=dict)
    exact: Callable[[], "Stream"] | None = None


def of_frame(frame: pd.DataFrame) -> Stream:
    """Return the rows of a frame that is in memory anyway.

    Raises:
        ValueError: a column holds values of several types, or two columns share a name.
    """
    try:
        table = pa.Table.from_pandas(frame, preserve_index=False, nthreads=1)
    except (pa.ArrowException, ValueError) as error:
        raise ValueError(
            f"the rows are no table: {error}. Give each column a name of its own and values of "
            "one type."
        ) from error
    # Without pandas' metadata, which names its version.
    table = table.replace_schema_metadata(None)
    return Stream(table.schema, lambda: iter(table.to_batches(max_chunksize=BATCH)))


def regrouped(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """Yield the same rows as tables of `rows` rows each, the last one with what is left.

    Each column of a table lies in one piece: how the source cut its batches leaves no trace.
    """
    waiting: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        rest = batch
        while count + rest.num_rows >= rows:
            yield _one([*waiting, rest.slice(0, rows - count)])
            rest, waiting, count = rest.slice(rows - count), [], 0
        if rest.num_rows:
            waiting.append(rest)
            count += rest.num_rows
    if waiting:
        yield _one(waiting)


def concatenated(streams: Sequence[Stream], places: Sequence[str]) -> Stream:
    """Return the rows of several streams, one after the other.

    Args:
        streams: one or more, of the same columns, which come in the order of the first; integers
            and numbers go together.
        places: what to call each in a message.

    Raises:
        ValueError: names or types of their columns differ; says where.
    """
    first, *others = streams
    if not others:
        return first
    schema = first.schema
    for stream, place in zip(others, places[1:], strict=True):
        schema = _agreed(schema, stream.schema, places[0], place)

    def batches() -> Iterator[pa.RecordBatch]:
        for stream in streams:
            for batch in stream.batches():
                yield batch.select(schema.names).cast(schema)

    told = [stream.told for stream in streams]  # not copied: a source may add to it when it is read
    return Stream(schema, batches, {"sources": told})


def pandas_type(kind: pa.DataType, *, missing: bool) -> str:
    """Return the type that a column has once pandas has read it.

    Args:
        kind: as Arrow has it.
        missing: whether values are missing: integers with such are floats to pandas.
    """
    return str(pa.array([None] if missing else [], kind).to_pandas().dtype)


def _agreed(one: pa.Schema, other: pa.Schema, first: str, place: str) -> pa.Schema:
    """Return the schema that both fit."""
    if set(one.names) != set(other.names):
        missing = [name for name in one.names if name not in other.names]
        more = [name for name in other.names if name not in one.names]
        raise ValueError(
            f"{place}: its columns are not those of {first}: it lacks {missing} and has {more} "
            "besides. Make them the same with `columns.select`, `columns.rename` and "
            "`columns.constants`"
        )
    fields = []
    for left in one:
        right = other.field(left.name)
        kind = _wider(left.type, right.type)
        if kind is None:
            raise ValueError(
                f"{place}: column '{left.name}' is {right.type}, in {first} it is {left.type}: "
                "make them the same with `columns.cast`"
            )
        fields.append(pa.field(left.name, kind))
    return pa.schema(fields)


def _wider(one: pa.DataType, other: pa.DataType) -> pa.DataType | None:
    """Return the type that holds both, None where they are of different kinds."""
    if one == other:
        return one
    if pa.types.is_integer(one) and pa.types.is_integer(other):
        return pa.int64()
    numeric = all(pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in (one, other))
    return pa.float64() if numeric else None


def _one(batches: Sequence[pa.RecordBatch]) -> pa.Table:
    return pa.Table.from_batches(batches).combine_chunks()
