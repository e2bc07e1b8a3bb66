"""Rows of single values, as JSON and workbooks have them, become typed columns."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

import pyarrow as pa

from trunkline.data import casting, choosing, inference
from trunkline.data.casting import Target
from trunkline.data.choosing import Choice
from trunkline.data.inference import Tally
from trunkline.data.streams import Stream
from trunkline.settings.files import Columns

BATCH = 8192  # rows: they are values of Python, a hundred bytes each
KINDS = {bool: "boolean", int: "integer", float: "number", str: "text", datetime: "time"}
FIRST = 20  # columns that a message names

Rows = Callable[[], Iterator[tuple[int, Mapping[str, Any]]]]  # its number and its values


def stream(rows: Rows, columns: Columns, place: str, told: Mapping[str, Any]) -> Stream:
    """Return rows as typed columns: those that any row has, in the order they are first seen.

    Args:
        rows: returns them from the first to the last, each time it is called; what a row lacks is
            missing.
        columns: which are taken, and as what.
        place: the file, for messages.
        told: what the schema says of the file.

    Raises:
        ValueError: there are no rows; a column has no value, mixes kinds or holds no single
            values; or as `choosing.choices`.
    """
    tallies = _tallies(rows, columns, place)
    chosen = choosing.choices(list(tallies), columns, place)
    targets = {c: Target(c.name, _kind(c, tallies, place), dates=c.dates) for c in chosen}
    schema = pa.schema([pa.field(t.name, casting.TYPES[t.kind]) for t in targets.values()])

    def batches() -> Iterator[pa.RecordBatch]:
        source, before = rows(), 0
        while part := [row for _, row in islice(source, BATCH)]:
            arrays = [_array(part, c, target, before, place) for c, target in targets.items()]
            batch = pa.RecordBatch.from_arrays(arrays, schema=schema)
            yield choosing.checked(batch, before, place)
            before += len(part)

    decided = [{"name": t.name, "kind": t.kind} for t in targets.values()]
    return Stream(schema, batches, {**told, "columns": decided})


def _tallies(rows: Rows, columns: Columns, place: str) -> dict[str, Tally]:
    """Return what the values of each column are."""
    tallies: dict[str, Tally] = {}
    stated = {*columns.cast, *columns.dates}
    number = 0
    for number, row in rows():
        for name, value in row.items():
            tally = tallies.get(name)
            if tally is None:
                tally = tallies[name] = Tally()
            if value is not None and name not in stated:
                _note(tally, value, number)
    if not number:
        raise ValueError(f"{place}: expected rows, received none")
    return tallies


def _note(tally: Tally, value: object, number: int) -> None:
    kind = KINDS.get(type(value), type(value).__name__)
    if kind == "number" and value - value != 0:  # type: ignore[operator]
        kind = "infinite"
    elif kind == "integer" and abs(value) > inference.BIGGEST:  # type: ignore[arg-type]
        kind = "digits" if abs(value) <= sys.float_info.max else "infinite"  # type: ignore[arg-type]
    tally.counts[kind] = tally.counts.get(kind, 0) + 1
    if kind not in tally.first:
        tally.first[kind] = (number, str(value)[:100])


def _kind(choice: Choice, tallies: Mapping[str, Tally], place: str) -> str:
    if choice.kind is not None:
        return choice.kind
    tally = tallies[choice.source]
    nested = tally.counts.keys() & {"list", "dict"}
    if nested:
        row, value = tally.first[min(nested)]
        raise ValueError(
            f"{place}: column '{choice.source}', row {row}: expected a single value, received "
            f"{inference.shown(value)}: leave it out with `columns.select`"
        )
    try:
        return inference.decide(tally, choice.source)
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from error


def _array(
    rows: Sequence[Mapping[str, Any]], choice: Choice, target: Target, before: int, place: str
) -> pa.Array:
    values = [row.get(choice.source) for row in rows]
    if choice.kind is None and target.kind == "number":
        return pa.array([None if v is None else float(v) for v in values], pa.float64())
    if choice.kind is None and target.kind != "text":
        return pa.array(values, casting.TYPES[target.kind])
    words = pa.array([None if v is None else _word(v) for v in values], pa.large_string())
    return casting.cast(words, target, before, place)


def _word(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)
