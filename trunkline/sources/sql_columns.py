"""Columns of a database: how each is asked for, and its values as an array of one type."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from trunkline.data import casting, inference
from trunkline.data.casting import Target


@dataclass(frozen=True)
class Column:
    """A column of a table or a query.

    Attributes:
        name: as the database has it.
        declared: its type, as the database calls it.
        type: under which its values are written; None where there is none for it.
        text: whether the database is asked for its text.
        words: whether it is ordered by its text, byte by byte.
        advice: what to do where `type` is None.
    """

    name: str
    declared: str
    type: pa.DataType | None
    text: bool = False
    words: bool = False
    advice: str = ""


def refusal(column: Column, place: str) -> ValueError:
    """Return the error that says a column's type has no place in a table."""
    return ValueError(
        f"{place}: column '{column.name}' is of type {column.declared or 'none'}, which a table "
        f"cannot hold: {column.advice}; or leave it out with `columns.select`, or take its text "
        f"with `columns.cast: {{{column.name}: text}}`"
    )


def array(values: Sequence[Any], column: Column, before: int, place: str) -> pa.Array:
    """Return the values that a driver gave, as the type of their column.

    Args:
        values: None where one is missing.
        column: whose they are.
        before: rows that came before these, for messages.
        place: the database, for messages.

    Raises:
        ValueError: a value does not fit the type, or is infinite; names column and row.
    """
    kind = column.type
    if kind is None:
        raise refusal(column, place)
    fits = _test(kind)
    for number, value in enumerate(values):
        if value is not None and not fits(value):
            raise _misfit(value, column, before + number + 1, place)
    if pa.types.is_timestamp(kind):
        words = pa.array(values, pa.large_string())
        return casting.cast(words, Target(column.name, "timestamp"), before, place)
    if pa.types.is_boolean(kind):
        return pa.array([None if value is None else bool(value) for value in values], kind)
    if pa.types.is_floating(kind):
        numbers = pa.array([None if value is None else float(value) for value in values], kind)
        return pc.add(numbers, pa.scalar(0.0, kind))  # -0.0 and 0.0 are one value to a database
    return pa.array(
        [_whole(value) for value in values] if pa.types.is_integer(kind) else values, kind
    )


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _test(kind: pa.DataType) -> Callable[[Any], bool]:
    """Return what a value of a type has to pass."""
    if pa.types.is_boolean(kind):
        return lambda value: value in (0, 1) and not isinstance(value, str)
    if pa.types.is_integer(kind):
        return lambda value: isinstance(value, int | Decimal) and value == int(value)
    if pa.types.is_floating(kind):
        return _finite
    return lambda value: isinstance(value, str)


def _finite(value: object) -> bool:
    """Return whether a value is a number that a float holds, or none at all (`NaN`)."""
    try:
        return isinstance(value, int | float | Decimal) and not math.isinf(float(value))
    except OverflowError:
        return False


def _misfit(value: Any, column: Column, row: int, place: str) -> ValueError:
    kind = next((name for name, found in casting.TYPES.items() if found == column.type), "number")
    if pa.types.is_integer(column.type):
        kind = "integer"
    return ValueError(
        f"{place}: column '{column.name}', row {row}: expected {casting.EXPECTED[kind]}, as its "
        f"type {column.declared or 'by its other values'} says, received "
        f"{inference.shown(value)}: correct it in the database, or leave it out with a `query`"
    )


def ties(rows: pa.RecordBatch, keys: Sequence[str]) -> int | None:
    """Return the place of the first row that the keys do not tell from the next, or None.

    Rows that are the same in all columns need not be told apart.

    Args:
        rows: in the order of the keys.
        keys: names of columns.
    """
    if rows.num_rows < 2:
        return None
    same = {
        name: _same(column.slice(0, len(column) - 1), column.slice(1))
        for name, column in zip(rows.schema.names, rows.columns, strict=True)
    }
    tied = _all([same[name] for name in keys])
    place = pc.index(pc.and_not(tied, _all(list(same.values()))), True).as_py()
    return None if place < 0 else place


def _all(parts: Sequence[pa.Array]) -> pa.Array:
    total = parts[0]
    for part in parts[1:]:
        total = pc.and_(total, part)
    return total


def _same(one: pa.Array, other: pa.Array) -> pa.Array:
    """Return where two columns agree; what is missing agrees with what is missing."""
    equal = pc.fill_null(pc.equal(one, other), False)
    if pa.types.is_floating(one.type):  # NaN agrees with NaN, as in a database
        nan = pc.and_(pc.fill_null(pc.is_nan(one), False), pc.fill_null(pc.is_nan(other), False))
        equal = pc.or_(equal, nan)
    return pc.or_(equal, pc.and_(pc.is_null(one), pc.is_null(other)))
