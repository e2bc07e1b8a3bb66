"""Rows of a table or a query of a database, streamed in one order and under one set of types.

The database sorts, for what it returns without being told to may come in any order: by `order_by`,
which must tell all rows apart that differ, or by all columns. Texts are compared byte by byte and
missing values come first, so that the order is that of the rows alone.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from trunkline.data import choosing, identity
from trunkline.data.streams import Stream
from trunkline.settings import naming
from trunkline.settings.databases import Sql
from trunkline.settings.files import Columns
from trunkline.sources import sql_asking, sql_columns, sql_questions
from trunkline.sources.sql_columns import Column
from trunkline.sources.sql_questions import Question


def read(settings: Sql, root: Path) -> Stream:
    """Return the rows of a table or a query.

    Raises:
        ValueError: there is no such table or column; the query writes; a type has no place in a
            table; or, when they are read, rows that `order_by` does not tell apart.
        OSError: the database cannot be reached, or not in time, or by this user.
    """
    where = place(settings)
    columns = sql_asking.columns(settings, root, where)
    chosen = choosing.choices([column.name for column in columns], settings.columns, where)
    kinds = {choice.source: choice.kind for choice in chosen}
    taken = tuple(_typed(c, kinds[c.name], where) for c in columns if c.name in kinds)
    keys = _keys(settings, taken, columns, where)
    told = _told(settings, taken)
    question = Question(settings, root, where, taken, keys)
    schema = pa.schema([pa.field(column.name, column.type) for column in taken])
    stream = Stream(schema, lambda: _noted(question, told), told)
    return choosing.typed(stream, _rest(settings.columns, kinds), where)


def record(settings: Sql, root: Path = Path()) -> dict[str, Any]:
    """Return what tells whether the rows of a source have changed: how many, and their digest.

    All rows are read; two records are equal where the rows that are taken are.

    Raises:
        ValueError: as `read`.
        OSError: as `read`.
    """
    stream = read(settings, root)
    for _ in stream.batches():
        pass
    return {key: stream.told[key] for key in ("dialect", "rows", "sha256")}


def count(settings: Sql, root: Path = Path()) -> int:
    """Return how many rows there are: cheaper than a record, and blind to values that change.

    Raises:
        ValueError: there is no such table, or the query does not read.
        OSError: the database cannot be reached, or not in time, or by this user.
    """
    return sql_asking.count(settings, root, place(settings))


def place(settings: Sql) -> str:
    """Return what to call a source in a message, without its password.

    Example:
        >>> place(Sql(kind="sql", url="postgresql://me:secret@host/shop", table="orders"))
        'postgresql://me:***@host/shop, table orders'
    """
    address = sa.make_url(settings.url).render_as_string(hide_password=True)
    what = "the query" if settings.table is None else f"table {settings.table}"
    return f"{address}, {what}"


def _typed(column: Column, kind: str | None, where: str) -> Column:
    """Return a column that a table can hold: as it is, or its text where that is asked for."""
    if kind == "text" or (column.type is None and kind is not None):
        return replace(column, type=pa.large_string(), text=True, words=True)
    if column.type is None:
        raise sql_columns.refusal(column, where)
    return column


def _keys(
    settings: Sql, taken: Sequence[Column], columns: Sequence[Column], where: str
) -> tuple[Column, ...]:
    """Return the columns that put the rows in one order."""
    if not settings.order_by:
        return tuple(taken)
    known = {column.name: column for column in columns}
    for name in settings.order_by:
        if name not in known:
            hint = naming.suggestion(name, list(known)[:20])
            raise ValueError(f"{where}: order_by: no column '{name}'{hint}")
    return tuple(_typed(known[name], None, where) for name in settings.order_by)


def _rest(columns: Columns, taken: dict[str, str | None]) -> Columns:
    """Return what is left to do once the database has selected the columns."""
    return Columns(
        rename={old: new for old, new in columns.rename.items() if old in taken},
        cast={name: kind for name, kind in columns.cast.items() if name in taken},
        dates={name: form for name, form in columns.dates.items() if name in taken},
    )


def _told(settings: Sql, taken: Sequence[Column]) -> dict[str, Any]:
    """Return what the schema says of a source; its rows are added once they were read."""
    key = "query" if settings.table is None else "table"
    return {
        "kind": "sql",
        "dialect": sql_questions.dialect(settings),
        key: getattr(settings, key),
        "order_by": list(settings.order_by) or "all columns",
        "columns": [{"name": column.name, "type": column.declared} for column in taken],
    }


def _noted(question: Question, told: dict[str, Any]) -> Iterator[pa.RecordBatch]:
    """Yield the rows; note how many there are and their digest, which must stay the same."""
    digest, rows = hashlib.sha256(), 0
    for batch in sql_asking.batches(question):
        digest.update(identity.of_rows(batch).astype("<u8").tobytes())
        rows += batch.num_rows
        yield batch
    found = {"rows": rows, "sha256": digest.hexdigest()}
    if found | told != told | found:
        raise ValueError(
            f"{question.place}: expected the {told['rows']} rows that were read before, received "
            f"{rows}, or others. Does somebody write to them? Then run it again when that has "
            "ended. Are they to be others? Then remove the dataset's file in `records/` and run "
            "`make repro`"
        )
    told.update(found)
