"""What a database answers, batch by batch."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from trunkline.settings import naming
from trunkline.settings.databases import Sql
from trunkline.sources import sql_columns, sql_errors, sql_questions
from trunkline.sources.sql_columns import Column
from trunkline.sources.sql_questions import Question

FIRST = 256  # rows of the first batch; of a later one as many as BYTES had room for before
MOST = 16_384
BYTES = 1 << 23


def columns(settings: Sql, root: Path, place: str) -> list[Column]:
    """Return the columns of the table or the query.

    Raises:
        ValueError: there is no such table, or the query does not read.
        OSError: the database cannot be reached, or not in time, or by this user.
    """
    with connected(settings, root, place) as connection:
        if settings.table is not None:
            _known(connection, settings.table, place)
        found: list[Column] = sql_questions.database(settings).columns(
            connection, sql_questions.source(connection, settings)
        )
    return found


def count(settings: Sql, root: Path, place: str) -> int:
    """Return how many rows there are.

    Raises:
        ValueError: there is no such table, or the query does not read.
        OSError: the database cannot be reached, or not in time, or by this user.
    """
    with connected(settings, root, place) as connection:
        source = sql_questions.source(connection, settings)
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
        connection.exec_driver_sql(sql_questions.statement(connection, question)) as result,
    ):
        while rows := result.fetchmany(size):
            batch = _batch(rows, question, before)
            _told_apart(batch, last, question, before)
            before, last = before + len(rows), batch.slice(len(rows) - 1)
            size = max(1, min(MOST, BYTES * len(rows) // max(1, batch.nbytes)))
            yield batch.select(names)
            sql_questions.database(settings).began(connection, settings)


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
    database = sql_questions.database(settings)
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
    schema, name = sql_questions.parts(table)
    inspector = sa.inspect(connection)
    if not inspector.has_table(name, schema=schema):
        names = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
        hint = naming.suggestion(name, names[:20]) or "; there is none at all"
        raise ValueError(f"{place}: no table '{table}'{hint}")
