"""Columns that a source lacks and a user states: the same value in every row."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pyarrow as pa

from trunkline.data import casting
from trunkline.data.streams import Stream

Value = bool | int | str
KINDS: dict[type, str] = {bool: "boolean", int: "integer", str: "text"}


def added(stream: Stream, constants: Mapping[str, Value], place: str) -> Stream:
    """Return the rows with a column after the others for each constant.

    Args:
        stream: the rows of a source.
        constants: the value of each column, by its name.
        place: the source, for messages.

    Raises:
        ValueError: the source has a column of that name.
    """
    if not constants:
        return stream
    for name in constants:
        if name in stream.schema.names:
            raise ValueError(
                f"{place}: columns.constants: the source has a column '{name}' of its own: leave "
                "it out with `columns.select`, or call one of them something else"
            )
    schema = stream.schema
    for name, value in constants.items():
        schema = schema.append(pa.field(name, casting.TYPES[KINDS[type(value)]]))

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in stream.batches():
            repeated = [
                pa.repeat(pa.scalar(value, schema.field(name).type), batch.num_rows)
                for name, value in constants.items()
            ]
            yield pa.RecordBatch.from_arrays([*batch.columns, *repeated], schema=schema)

    # What a source tells is not copied: it may add to it when it is read.
    told = {"read": stream.told, "constants": dict(constants)}
    return replace(stream, schema=schema, batches=batches, told=told)
