"""Tables and queries of an SQLite file, opened so that nothing can be written to it."""

import contextlib
import sqlite3
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from trunkline.settings.databases import Sql
from trunkline.sources import places
from trunkline.sources.sql_columns import Column

DIALECT = "sqlite"
PREFIX = "sqlite:///"
COLLATION = "BINARY"
TYPES = {  # what the names of types, in capitals and without their lengths, stand for
    **dict.fromkeys(("BOOLEAN", "BOOL"), pa.bool_()),
    **dict.fromkeys(("INTEGER", "INT", "BIGINT", "SMALLINT", "TINYINT", "MEDIUMINT"), pa.int64()),
    **dict.fromkeys(("INT2", "INT4", "INT8", "UNSIGNED BIG INT"), pa.int64()),
    **dict.fromkeys(("REAL", "DOUBLE", "DOUBLE PRECISION", "FLOAT"), pa.float64()),
    **dict.fromkeys(("NUMERIC", "DECIMAL"), pa.float64()),
    **dict.fromkeys(("TEXT", "VARCHAR", "CHAR", "CHARACTER", "NCHAR"), pa.large_string()),
    **dict.fromkeys(("NVARCHAR", "CLOB", "VARYING CHARACTER"), pa.large_string()),
    **dict.fromkeys(("NATIVE CHARACTER", "JSON", "UUID"), pa.large_string()),
    **dict.fromkeys(("DATE", "DATETIME", "TIMESTAMP"), pa.timestamp("us")),
    **dict.fromkeys(("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"), pa.timestamp("us")),
}
UNTYPED = ("", "ANY", "NUM", "BLOB")  # expressions: their values tell, whatever the version says
STORED = {
    frozenset({"integer"}): pa.int64(),
    frozenset({"real"}): pa.float64(),
    frozenset({"integer", "real"}): pa.float64(),
    frozenset({"text"}): pa.large_string(),
}


@contextlib.contextmanager
def connected(settings: Sql, root: Path, password: str | None) -> Iterator[sa.Connection]:
    """Open the file for reading; a statement that takes longer than `timeout` is stopped."""
    del password  # SQLite has none
    path = root / settings.url.removeprefix(PREFIX)
    places.present(path)
    address = f"file:{urllib.parse.quote(str(path.resolve()))}?mode=ro"

    def opened() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, timeout=min(settings.timeout, 30))

    engine = sa.create_engine("sqlite://", creator=opened, poolclass=sa.NullPool)
    with engine.connect() as connection:
        began(connection, settings)
        connection.exec_driver_sql("PRAGMA query_only=ON")
        yield connection


def began(connection: sa.Connection, settings: Sql) -> None:
    """Give the next statement, or the next rows, their time."""
    driver: Any = connection.connection.driver_connection
    end = time.monotonic() + settings.timeout
    driver.set_progress_handler(lambda: int(time.monotonic() > end), 10_000)


def columns(connection: sa.Connection, source: str) -> list[Column]:
    """Return the columns of a table or query.

    A view that lives as long as the connection, in memory, knows the types that were declared.

    Args:
        connection: to the file.
        source: a name in quotes, or a query in brackets.
    """
    connection.exec_driver_sql("PRAGMA temp_store=MEMORY")
    connection.exec_driver_sql("PRAGMA query_only=OFF")  # the file itself is opened for reading
    connection.exec_driver_sql(f"CREATE TEMP VIEW rows_of_source AS SELECT * FROM {source}")  # noqa: S608 - quoted, or the user's query
    found = connection.exec_driver_sql("PRAGMA temp.table_info(rows_of_source)").all()
    connection.exec_driver_sql("DROP VIEW temp.rows_of_source")
    connection.exec_driver_sql("PRAGMA query_only=ON")
    names = [str(row[1]) for row in found]
    declared = [str(row[2]).upper().split("(")[0].strip() for row in found]
    seen = _stored(connection, source, names, declared)
    return [
        _column(_plain(name, names), kind, stored)
        for name, kind, stored in zip(names, declared, seen, strict=True)
    ]


def asked(column: Column, quoted: str) -> str:
    """Return how a column is asked for."""
    return f"CAST({quoted} AS TEXT)" if column.text else quoted


def _column(name: str, declared: str, stored: frozenset[str]) -> Column:
    if declared not in UNTYPED:
        kind = TYPES.get(declared)
    elif not stored:
        kind = pa.null()
    else:
        kind = STORED.get(stored)
    advice = (
        "cast it in a `query`, such as `hex(column)`"
        if "blob" in stored
        else ("cast it in a `query`, such as `CAST(column AS REAL)`")
    )
    found = " and ".join(sorted(stored))
    # Newer versions of SQLite call an expression of any kind a BLOB.
    shown = found if declared in UNTYPED and stored - {"blob"} else declared or found
    return Column(
        name, shown, kind, text=kind is None, words=kind == pa.large_string(), advice=advice
    )


def _stored(
    connection: sa.Connection, source: str, names: Sequence[str], declared: Sequence[str]
) -> list[frozenset[str]]:
    """Return the storage classes of the values of columns that declare no type."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    parts = [
        f"group_concat(DISTINCT nullif(typeof({quote(name)}), 'null'))"
        if kind in UNTYPED
        else "NULL"
        for name, kind in zip(names, declared, strict=True)
    ]
    if not set(declared) & set(UNTYPED):
        return [frozenset()] * len(names)
    row = connection.exec_driver_sql(f"SELECT {', '.join(parts)} FROM {source}").one()  # noqa: S608 - quoted
    return [frozenset(value.split(",")) if value else frozenset() for value in row]


def _plain(name: str, names: Sequence[str]) -> str:
    """Return the name that a column was given, where SQLite made two different by a number."""
    base, _, number = name.rpartition(":")
    return base if number.isdigit() and base in names else name
