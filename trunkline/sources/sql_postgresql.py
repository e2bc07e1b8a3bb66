"""Tables and queries of PostgreSQL, in a read-only transaction (the extra `postgresql`)."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from trunkline.settings.databases import Sql
from trunkline.sources.sql_columns import Column

DIALECT = "postgresql"
COLLATION = '"C"'  # byte by byte, whatever the server's language
WAIT = 10  # seconds for a connection
TYPES = {
    "bool": pa.bool_(),
    "int2": pa.int16(),
    "int4": pa.int32(),
    "int8": pa.int64(),
    "float4": pa.float32(),
    "float8": pa.float64(),
    "date": pa.timestamp("us"),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us"),
    **dict.fromkeys(("text", "varchar", "bpchar", "name", "citext"), pa.large_string()),
    **dict.fromkeys(("uuid", "json", "jsonb", "inet", "cidr", "macaddr"), pa.large_string()),
}
ADVICE = {
    "bytea": "ask for `encode(column, 'hex')` in a `query`",
    "money": "ask for `column::numeric` in a `query`",
    "interval": "ask for `extract(epoch FROM column)` in a `query`",
    "time": "ask for `extract(epoch FROM column)` in a `query`",
    "timetz": "ask for `extract(epoch FROM column)` in a `query`",
}
SESSION = {  # what decides the text of values, and that nothing is written
    "default_transaction_read_only": "on",
    "timezone": "UTC",
    "datestyle": "ISO",
    "extra_float_digits": "1",
}


@contextlib.contextmanager
def connected(settings: Sql, root: Path, password: str | None) -> Iterator[sa.Connection]:
    """Open a transaction that only reads, and sees one state of the database throughout.

    Raises:
        ValueError: psycopg is not installed.
    """
    del root  # a server is not in the project's folder
    try:
        import psycopg  # noqa: F401 - SQLAlchemy imports it by name
    except ImportError as error:
        raise ValueError(
            "PostgreSQL needs psycopg: `.venv/bin/python -m pip install 'psycopg[binary]'`"
        ) from error
    url = sa.make_url(settings.url).set(drivername="postgresql+psycopg")
    if password is not None:
        url = url.set(password=password)
    options = SESSION | {"statement_timeout": f"{settings.timeout}s"}
    engine = sa.create_engine(
        url,
        poolclass=sa.NullPool,
        isolation_level="REPEATABLE READ",
        connect_args={
            "application_name": "trunkline",
            "client_encoding": "utf8",
            "connect_timeout": WAIT,
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        },
    )
    sa.event.listen(engine, "handle_error", _closed)
    with engine.connect() as connection:
        yield connection.execution_options(
            postgresql_readonly=True, stream_results=True, no_parameters=True
        )


def _closed(context: sa.ExceptionContext) -> None:
    """Close the cursor of a statement that failed: of a lost connection nobody else does."""
    import psycopg

    running = context.execution_context  # of a connection that failed there is none
    if running is not None and running.cursor is not None:
        with contextlib.suppress(psycopg.Error):  # it closes all the same
            running.cursor.close()


def began(connection: sa.Connection, settings: Sql) -> None:
    """Leave time to the server, which gives each statement its own."""


def columns(connection: sa.Connection, source: str) -> list[Column]:
    """Return the columns of a table or query, without running it.

    Args:
        connection: to the server.
        source: a name in quotes, or a query in brackets.
    """
    with connection.exec_driver_sql(f"SELECT * FROM {source} AS source_rows LIMIT 0") as result:  # noqa: S608 - quoted
        described: list[Any] = list(result.cursor.description or ())  # psycopg's own entries
    kinds = _kinds(connection, {entry.type_code for entry in described})
    return [
        _column("" if entry.name == "?column?" else entry.name, *kinds[entry.type_code],
                (entry.precision, entry.scale))
        for entry in described
    ]  # fmt: skip


def asked(column: Column, quoted: str) -> str:
    """Return how a column is asked for."""
    return f"CAST({quoted} AS text)" if column.text else quoted


def _kinds(connection: sa.Connection, codes: set[int]) -> dict[int, tuple[str, str]]:
    """Return name and sort of the types with these numbers: `e` for an enumeration."""
    known = ", ".join(str(int(code)) for code in sorted(codes)) or "0"
    names = "SELECT oid::bigint, typname::text, typtype::text FROM pg_catalog.pg_type"
    rows = connection.exec_driver_sql(f"{names} WHERE oid IN ({known})").all()
    return {code: (name, sort) for code, name, sort in rows}


def _column(name: str, declared: str, sort: str, digits: tuple[int | None, int | None]) -> Column:
    kind = pa.large_string() if sort == "e" else TYPES.get(declared)
    if declared == "numeric":
        kind = _numeric(*digits)
    advice = ADVICE.get(declared, "cast it in a `query`, such as `column::text`")
    if declared.startswith("_"):
        declared = f"array of {declared[1:]}"
        advice = "ask for its elements in a `query`, such as `column[1] AS first`"
    words = kind is None or kind == pa.large_string()
    text = words or pa.types.is_timestamp(kind)
    return Column(name, declared, kind, text=text, words=words, advice=advice)


def _numeric(precision: int | None, scale: int | None) -> pa.DataType:
    """Return a type that loses no digit of whole numbers; fractions become the nearest float."""
    if precision is None or scale != 0:
        return pa.float64()
    return pa.int64() if precision <= 18 else pa.large_string()
