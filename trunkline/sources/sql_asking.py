"""What is asked of a database, and what it answers, batch by batch."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from trunkline.settings import naming
from trunkline.settings.databases import Sql
from trunkline.sources import sql_columns, sql_errors, sql_postgresql, sql_sqlite
from trunkline.sources.sql_columns import Column

DATABASES: dict[str, ModuleType] = {"sqlite": sql_sqlite, "postgresql": sql_postgresql}
FIRST = 256  # rows of the first batch; of a later one as many as BYTES had room for before
MOST = 16_384
BYTES = 1 << 23


@dataclass(frozen=True)
class Question:
    """Which rows are asked for.

    Attributes:
        settings: the database, the table or the query.
        root: the project's folder.
        place: what to call all this in a message.
        taken: the columns that are taken, in the order of the source.
        keys: the columns that put the rows in one order.
    """

    settings: Sql
    root: Path
    place: str
    taken: tuple[Column, ...]
    keys: tuple[Column, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is taken, and then what only sorts."""
        names = {column.name for column in self.taken}
        return self.taken + tuple(key for key in self.keys if key.name not in names)


def dialect(settings: Sql) -> str:
    """Return the name of the kind of database."""
    return settings.url.split(":", 1)[0]


def columns(settings: Sql, root: Path, place: str) -> list[Column]:
    """Return the columns of the table or the query.

    Raises:
        ValueError: there is no such table, or the query does not read.
        OSError: the database cannot be reached, or not in time, or by this user.
    """
    with connected(settings, root, place) as connection:
        if settings.table is not None:
            _known(connection, settings.table, place)
        found: list[Column] = DATABASES[dialect(settings)].columns(
            connection, _source(connection, settings)
        )
    return found


def count(settings: Sql, root: Path, place: str) -> int:
    """Return how many rows there are.

    Raises:
        ValueError: there is no such table, or the query does not read.
        OSError: the database cannot be reached, or not in time, or by this user.
    """
    with connected(settings, root, place) as connection:
        source = _source(connection, settings)
        statement = f"SELECT count(*) FROM {source} AS source_rows"  # noqa: S608 - names are quoted, the query is the user's
        return int(connection.exec_driver_sql(statement).scalar_one())


def batches(question: Question) -> Iterator[pa.RecordBatch]:
    """Yield the rows that are taken, in the order of the keys.

    Raises:
        ValueError: rows differ and the keys do not tell them apart; or a value does not fit.
        OSError: the database cannot be reached, or not in time.
    """
    settings = question.settings
    names = [column.name for column in question.taken]
    before, size, last = 0, FIRST, None
    with (
        connected(settings, question.root, question.place) as connection,
        connection.exec_driver_sql(_statement(connection, question)) as result,
    ):
        while rows := result.fetchmany(size):
            batch = _batch(rows, question, before)
            _told_apart(batch, last, question, before)
            before, last = before + len(rows), batch.slice(len(rows) - 1)
            size = max(1, min(MOST, BYTES * len(rows) // max(1, batch.nbytes)))
            yield batch.select(names)
            DATABASES[dialect(settings)].began(connection, settings)


def _batch(rows: Sequence[Any], question: Question, before: int) -> pa.RecordBatch:
    arrays = [
        sql_columns.array(values, column, before, question.place)
        for values, column in zip(zip(*rows, strict=True), question.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, names=[column.name for column in question.columns])


def _told_apart(
    batch: pa.RecordBatch, last: pa.RecordBatch | None, question: Question, before: int
) -> None:
    """Pass rows that the keys tell apart, or that do not differ.

    Args:
        batch: the next rows.
        last: the row before them.
        question: whose keys they are.
        before: rows that came before these.
    """
    keys = [column.name for column in question.keys]
    rows = batch if last is None else pa.concat_batches([last, batch])
    found = sql_columns.ties(rows, keys)
    if found is not None:
        row = before + found + (1 if last is None else 0)
        raise ValueError(
            f"{question.place}: rows {row} and {row + 1} differ and have the same values in "
            f"{keys}, so that their order is left to the database: name more columns in "
            "`order_by`, or none, to sort by all of them"
        )


@contextlib.contextmanager
def connected(settings: Sql, root: Path, place: str) -> Iterator[sa.Connection]:
    """Open the database for reading; whatever it refuses is told as of this place.

    Raises:
        ValueError: the driver or the password is missing, or as `sql_errors.told`.
        OSError: as `sql_errors.told`.
    """
    password = _password(settings, place)
    database = DATABASES[dialect(settings)]
    with (
        sql_errors.told(place, password),
        database.connected(settings, root, password) as connection,
    ):
        yield connection


def _password(settings: Sql, place: str) -> str | None:
    """Return the password, None where the driver is to look for it."""
    if settings.password_env is None:
        return sa.make_url(settings.url).password
    password = os.environ.get(settings.password_env)
    if not password:
        raise ValueError(
            f"{place}: expected the password in the environment variable "
            f"{settings.password_env}, it is not set: `export {settings.password_env}=...`"
        )
    return password


def _known(connection: sa.Connection, table: str, place: str) -> None:
    """Pass a table or a view that is there."""
    schema, name = _parts(table)
    inspector = sa.inspect(connection)
    if not inspector.has_table(name, schema=schema):
        names = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
        hint = naming.suggestion(name, names[:20]) or "; there is none at all"
        raise ValueError(f"{place}: no table '{table}'{hint}")


def _parts(table: str) -> tuple[str | None, str]:
    schema, point, name = table.partition(".")
    return (schema, name) if point else (None, table)


def _source(connection: sa.Connection, settings: Sql) -> str:
    """Return what stands behind FROM: a name in quotes, or the query in brackets."""
    if settings.table is None:
        query = str(settings.query).strip().rstrip(";")
        return f"(\n{query}\n)"  # a comment may end it
    quote = connection.dialect.identifier_preparer.quote_identifier
    return ".".join(quote(part) for part in _parts(settings.table) if part)


def _statement(connection: sa.Connection, question: Question) -> str:
    """Return the one statement that reads."""
    database = DATABASES[dialect(question.settings)]
    quote = connection.dialect.identifier_preparer.quote_identifier
    wanted = [database.asked(column, quote(column.name)) for column in question.columns]
    order = []
    for column in question.keys:
        asked = database.asked(column, quote(column.name)) if column.words else quote(column.name)
        order.append(f"{asked} COLLATE {database.COLLATION}" if column.words else asked)
    return (
        f"SELECT {', '.join(wanted)} FROM {_source(connection, question.settings)} AS source_rows "  # noqa: S608 - names are quoted, the query is the user's
        f"ORDER BY {', '.join(f'{key} NULLS FIRST' for key in order)}"
    )
