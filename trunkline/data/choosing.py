"""Which columns of a source are taken, under which names, and as what."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trunkline.data import casting, tables
from trunkline.data.casting import Target
from trunkline.data.streams import Stream
from trunkline.settings import naming
from trunkline.settings.files import Columns

LONGEST = 1 << 20  # bytes of a text; more is a broken file, or no cell of a table


@dataclass(frozen=True)
class Choice:
    """A column that is taken.

    Attributes:
        source: its name in the source.
        name: its name in the table.
        kind: what it is to be; None for what it is.
        dates: the format of its dates, where they are text.
    """

    source: str
    name: str
    kind: str | None = None
    dates: str | None = None


def choices(names: Sequence[str], columns: Columns, place: str) -> list[Choice]:
    """Return the columns that are taken, in the order of the source.

    Raises:
        ValueError: columns of the source have no name or the same one; an entry names a column
            that does not exist; two columns end under one name.
    """
    distinct(names, place)
    entries = {
        "rename": list(columns.rename),
        "cast": list(columns.cast),
        "dates": list(columns.dates),
    }
    for entry, given in entries.items():
        for name in given:
            if name not in names:
                hint = naming.suggestion(name, list(names)[:20])
                raise ValueError(f"{place}: columns.{entry}: no column '{name}'{hint}")
    taken = set(names)
    if columns.select:
        try:
            taken = set(tables.columns(pd.DataFrame(columns=list(names)), columns.select))
        except ValueError as error:
            raise ValueError(f"{place}: columns.select: {error}") from error
    found = [
        Choice(
            source=name,
            name=columns.rename.get(name, name),
            kind="timestamp" if name in columns.dates else columns.cast.get(name),
            dates=columns.dates.get(name),
        )
        for name in names
        if name in taken
    ]
    repeated = [n for n, count in Counter(choice.name for choice in found).items() if count > 1]
    if repeated:
        raise ValueError(f"{place}: columns.rename: two columns would be called '{repeated[0]}'")
    return found


def typed(stream: Stream, columns: Columns, place: str) -> Stream:
    """Return the chosen columns of a source that knows its types.

    Raises:
        ValueError: as `choices`; or a column holds something else than single values; or, when it
            is read, a value that does not fit.
    """
    chosen = choices(stream.schema.names, columns, place)
    kinds = {choice.source: _natural(stream.schema.field(choice.source), place) for choice in chosen
             if choice.kind is None}  # fmt: skip

    def batches() -> Iterator[pa.RecordBatch]:
        before = 0
        for batch in stream.batches():
            arrays = [
                _cast(batch.column(choice.source), choice, kinds, before, place)
                for choice in chosen
            ]
            yield checked(pa.RecordBatch.from_arrays(arrays, schema=schema), before, place)
            before += batch.num_rows

    schema = pa.schema(
        [
            pa.field(c.name, kinds[c.source] if c.kind is None else casting.TYPES[c.kind])
            for c in chosen
        ]
    )
    return Stream(schema, batches, stream.told)


def checked(batch: pa.RecordBatch, before: int, place: str) -> pa.RecordBatch:
    """Pass a batch whose numbers are finite and whose texts are of a reasonable length.

    Raises:
        ValueError: a number is infinite, a text longer than `LONGEST` bytes; names its column and
            row.
    """
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_floating(column.type):
            _finite(column, name, before, place)
        if not pa.types.is_large_string(column.type):
            continue
        lengths = pc.binary_length(column)
        longest = pc.max(lengths).as_py() or 0
        if longest > LONGEST:
            row = before + 1 + pc.index(lengths, longest).as_py()
            raise ValueError(
                f"{place}: column '{name}', row {row}: expected texts of at most {LONGEST} bytes, "
                f"received one of {longest}: shorten it at the source, or leave the column out "
                "with `columns.select`"
            )
    return batch


def _finite(values: pa.Array, name: str, before: int, place: str) -> None:
    """Pass numbers of which none is infinite; NaN is a missing one."""
    row = pc.index(pc.is_inf(values), True).as_py()
    if row >= 0:
        raise ValueError(
            f"{place}: column '{name}', row {before + row + 1}: expected a finite number, received "
            f"'{values[row].as_py()}': correct it at the source, or leave the column out with "
            "`columns.select`"
        )


def _cast(
    values: pa.Array, choice: Choice, kinds: dict[str, pa.DataType], before: int, place: str
) -> pa.Array:
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if choice.kind is not None:
        target = Target(choice.name, choice.kind, dates=choice.dates)
        return casting.cast(values, target, before, place)
    if pa.types.is_timestamp(kinds[choice.source]):
        return casting.cast(values, Target(choice.name, "timestamp"), before, place)
    try:
        return pc.cast(values, kinds[choice.source])
    except pa.ArrowInvalid as error:
        raise ValueError(f"{place}: column '{choice.name}': {error}") from error


def _natural(field: pa.Field, place: str) -> pa.DataType:
    """Return the type under which a column is written."""
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if pa.types.is_float16(kind):
        return pa.float32()
    if pa.types.is_decimal(kind):
        return pa.float64()
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return kind
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or str(kind) == "string_view":
        return casting.TYPES["text"]
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return casting.TYPES["timestamp"]
    what = "has no value at all" if pa.types.is_null(kind) else f"holds {kind}, not single values"
    raise ValueError(
        f"{place}: column '{field.name}' {what}: leave it out with `columns.select`, or say what "
        "it is with `columns.cast`"
    )


def distinct(names: Sequence[str], place: str) -> None:
    """Pass names of columns that are there and all different.

    Raises:
        ValueError: one is empty, or two are the same.
    """
    for number, name in enumerate(names, 1):
        if not name.strip():
            raise ValueError(f"{place}: column {number} of {len(names)} has no name: give it one")
    repeated = {name: count for name, count in Counter(names).items() if count > 1}
    if repeated:
        name, count = next(iter(repeated.items()))
        raise ValueError(f"{place}: {count} columns are called '{name}': give each its own name")
