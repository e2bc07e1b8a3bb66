"""A database that cannot be read stops with a message; nothing is written, to it or by us."""

import contextlib
import gc
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.sources import databases, projects, stores, test_sql
from trunkline.settings.databases import Sql
from trunkline.sources import sql, sql_asking, sql_questions

WRITE = "expected a query that reads"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("DELETE FROM orders", rf"query: {WRITE} \(SELECT.*\), it begins with 'DELETE'"),
        ("-- SELECT\n(/* */ INSERT INTO orders VALUES (9)", "begins with 'INSERT'"),
        ("PRAGMA journal_mode=WAL", "begins with 'PRAGMA'"),
        ("", "query: expected it not to be empty"),
        ("WITH o AS (SELECT 1) DELETE FROM orders", f"the query: .*: {WRITE}"),
        ("SELECT 1 AS a; DROP TABLE orders", "expected one statement: leave out `;`"),
        (
            "SELECT 1 AS a) AS b; DROP TABLE orders; SELECT * FROM (SELECT 1 AS a",
            "expected one statement: leave out `;`",
        ),
        ("SELECT id FROM nowhere", "nowhere.*: correct the name, with its schema"),
        ("SELECT nowhere FROM orders", "nowhere.*: correct the name of the column"),
        ("SELECT id FORM orders WHERE", "syntax error.*: correct the query"),
        ("SELECT id, who AS id FROM orders", "2 columns are called 'id'"),
        ("SELECT id FROM orders WHERE id > 9", "Own: expected rows, its source has columns and"),
    ],
)
def test_a_query_that_is_refused(store: stores.Store, query: str, message: str) -> None:
    """A query that writes, several statements, and names that are none."""
    test_sql.filled(store).refused(message, query=query)


@pytest.mark.parametrize(
    "query",
    [
        "WITH gone AS (DELETE FROM orders RETURNING id) SELECT id FROM gone",
        "SELECT nextval('numbers') AS a",
        "SELECT setval('numbers', 100) AS a",
        "SELECT id FROM orders FOR UPDATE",
        "SELECT id INTO copies FROM orders",
        "SELECT emptied() AS a",
        "SELECT set_config('transaction_read_only', 'off', false) AS a FROM orders",
    ],
)
def test_a_query_that_writes_in_secret(postgresql: stores.Store, query: str) -> None:
    """Functions and clauses that change something fail in a transaction that cannot write."""
    test_sql.filled(postgresql).run(
        "CREATE SEQUENCE numbers",
        "CREATE FUNCTION emptied() RETURNS integer LANGUAGE plpgsql AS "
        "'BEGIN DELETE FROM orders; RETURN 1; END'",
    )
    postgresql.refused(WRITE, query=query)


def test_what_a_transaction_does_is_undone(postgresql: stores.Store) -> None:
    """Where the server lets a function write all the same, the end of the transaction undoes it."""
    postgresql.run("CREATE TABLE orders (x integer)")
    with contextlib.suppress(ValueError):  # from version 16 on it is refused
        postgresql.taken(query="SELECT lo_create(99)::text AS a")
    assert postgresql.run("SELECT count(*) FROM pg_largeobject_metadata") == [(0,)]


def write(settings: Sql, statement: str) -> None:
    """Try to write over the connection that reads."""
    with sql_asking.connected(settings, Path(), "here") as connection:
        sql_questions.database(settings).columns(connection, "orders")
        connection.execution_options(stream_results=False).exec_driver_sql(statement)
        connection.commit()


def test_a_connection_cannot_write(store: stores.Store) -> None:
    """Whatever a statement is, the connection that reads refuses to write."""
    settings = Sql(**test_sql.filled(store).source(table="orders"))
    before = store.content()
    for statement in ("DELETE FROM orders", "CREATE TABLE more (x integer)"):
        with pytest.raises(ValueError, match=WRITE):
            write(settings, statement)
    assert store.content() == before


def test_a_table_that_is_not_there(store: stores.Store) -> None:
    """The table that was probably meant, of its schema; or that there is none."""
    store.run("CREATE TABLE nothing_else (x integer)", "DROP TABLE nothing_else")
    store.refused("no table 'order'; there is none at all", table="order")
    test_sql.filled(store).refused("no table 'order'; did you mean 'orders'", table="order")
    if store.server is not None:
        store.refused("no table 'shop.orders'", table="shop.orders")
        assert len(store.taken(table="public.orders")) == 4


def test_columns_that_are_not_there(store: stores.Store) -> None:
    """Entries that name a column the table has not."""
    store = test_sql.filled(store)
    store.refused("order_by: no column 'idd'; did you mean 'id'", table="orders", order_by=["idd"])
    columns: dict[str, Any] = {"cast": {"whoo": "text"}}
    store.refused("columns.cast: no column 'whoo'; did you", table="orders", columns=columns)
    columns = {"select": ["x*"]}
    store.refused(r"columns.select: no column matches 'x\*'", table="orders", columns=columns)


def test_a_statement_that_takes_too_long(store: stores.Store) -> None:
    """The database stops after `timeout` seconds."""
    store.run("CREATE TABLE orders (x integer)")
    query = (
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 - n % 2 FROM c) "
        "SELECT count(*) AS n FROM c"
    )
    store.refused("it took longer than `timeout`: raise it", query=query, timeout=1)


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (
            "integer[]",
            "'{1}'",
            "'x' is of type array of int4, .*: ask for its elements in a `query",
        ),
        ("bytea", r"'\x00'", "'x' is of type bytea, .*encode"),
        ("interval", "'1 day'", "'x' is of type interval, which a table cannot hold: ask for `ex"),
        ("money", "1", "'x' is of type money, .*column::numeric"),
        ("point", "'(1, 2)'", "'x' is of type point, .*column::text"),
        ("int4range", "'[1,2)'", "'x' is of type int4range, which a table cannot hold: cast it"),
        ("float8", "'Infinity'", "'x', row 1: expected a finite number, as its type float8 says"),
        ("numeric", "'1e400'", "'x', row 1: expected a finite number"),
        ("numeric", "'-Infinity'", "'x', row 1: expected a finite number"),
        ("timestamp", "'infinity'", "'x', row 1: expected a date, .*received 'infinity'"),
        ("date", "'0044-03-15 BC'", "'x', row 1: expected a date, .* BC'"),
        ("text", "repeat('y', 1048577)", "'x', row 1: expected texts of at most 1048576 bytes"),
    ],
)
def test_types_and_values_of_postgresql(
    postgresql: stores.Store, kind: str, text: str, message: str
) -> None:
    """What no column of a table can hold is told with its column; its text can be taken."""
    postgresql.run(f"CREATE TABLE orders (x {kind})", f"INSERT INTO orders VALUES ({text})")
    postgresql.refused(f"table orders: column {message}", table="orders")
    if "1048577" not in text:
        cast = {"cast": {"x": "text"}}
        assert len(postgresql.taken(table="orders", columns=cast)) == 1


def test_types_of_postgresql(postgresql: stores.Store) -> None:
    """Times are those of UTC, enumerations and JSON text; no digit of a whole number is lost."""
    postgresql.run(
        "DROP TYPE IF EXISTS mood",
        "CREATE TYPE mood AS ENUM ('sad', 'fine')",
        "CREATE DOMAIN share AS numeric(9, 4)",
        "CREATE TABLE orders (s smallint, i integer, b bigint, f real, n numeric(18, 0), "
        "w numeric(30, 0), d share, t timestamptz, m mood, u uuid, j jsonb, c char(5))",
        "SET TIME ZONE 'Asia/Tokyo'",
        "INSERT INTO orders VALUES (1, 2, 3, 0.1, 123456789012345678, 12345678901234567890123, "
        "0.5, '2024-01-31 09:30+09', 'sad', 'ABCDEF12-0000-0000-0000-000000000000', "
        "'{\"b\": [1]}', 'ab')",
    )
    found = postgresql.taken(table="orders")
    assert [str(found[name].dtype) for name in "sibf"] == ["int16", "int32", "int64", "float32"]
    assert found["n"].tolist() == [123456789012345678]
    assert found["w"].tolist() == ["12345678901234567890123"]
    assert found["d"].tolist() == [0.5]
    assert str(found["t"].iloc[0]) == "2024-01-31 00:30:00"
    assert found.loc[0, ["m", "j", "c"]].tolist() == ["sad", '{"b": [1]}', "ab"]
    assert found["u"].tolist() == ["abcdef12-0000-0000-0000-000000000000"]


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (
            "blob",
            "x'00'",
            r"column 'x' is of type BLOB, which a table cannot hold: .*hex\(column\)",
        ),
        ("geometry", "1", "column 'x' is of type GEOMETRY, which a table cannot hold: cast it"),
        ("", "NULL", "column 'x' has no value at all"),
        ("integer", "'many'", "column 'x', row 1: expected a whole number .*as its type INTEGER"),
        ("boolean", "2", "column 'x', row 1: expected true or false, .*received '2'"),
        ("real", "'2,5'", "column 'x', row 1: expected a finite number, .*received '2,5'"),
        ("real", "9e999", "column 'x', row 1: expected a finite number, .*received 'inf'"),
        ("text", "x'ff'", "column 'x', row 1: expected text, as its type TEXT says"),
        ("date", "'31.1.2024'", "column 'x', row 1: expected a date"),
        ("date", "45000", "column 'x', row 1: expected a date"),
        ("text", "CAST(x'ff' AS text)", "a text in it is not UTF-8: mend it there"),
    ],
)
def test_types_and_values_of_sqlite(
    sqlite: stores.Store, kind: str, text: str, message: str
) -> None:
    """SQLite lets any value into any column; a table does not."""
    sqlite.run(
        f"CREATE TABLE orders (x {kind}, y integer)", f"INSERT INTO orders VALUES ({text}, 1)"
    )
    sqlite.refused(message, table="orders")


def test_a_column_of_several_kinds(sqlite: stores.Store) -> None:
    """Without a declared type all values say what a column is; numbers and words are nothing."""
    sqlite.run("CREATE TABLE orders (x)", "INSERT INTO orders VALUES (1), (2.5), (NULL)")
    assert sqlite.taken(table="orders")["x"].fillna(0).tolist() == [0, 1, 2.5]
    for path in projects.OUTPUTS:
        path.unlink()
    sqlite.run("INSERT INTO orders VALUES ('a')")
    sqlite.refused("'x' is of type integer and real and text, which a table cannot", table="orders")


def test_files_that_are_no_database(sqlite: stores.Store) -> None:
    """A missing file is not made; a folder, an empty file and other bytes are told."""
    with pytest.raises(FileNotFoundError, match=r"data/shop.db: no such file"):
        sqlite.taken(table="orders")
    assert not stores.FILE.exists()
    stores.FILE.write_bytes(b"")
    sqlite.refused(r"expected rows, the file is empty \(0 bytes\)", table="orders")
    stores.FILE.write_bytes(b"SQLite 3, or is it?" * 99)
    sqlite.refused("expected a sound database of SQLite: restore it from a copy", table="orders")
    stores.FILE.unlink()
    test_sql.filled(sqlite)
    content = bytearray(stores.FILE.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    stores.FILE.write_bytes(content)
    sqlite.refused("expected a sound database of SQLite: restore it", table="orders")


def test_a_database_that_somebody_writes_to(sqlite: stores.Store) -> None:
    """A lock is waited for as long as `timeout` says."""
    import sqlite3

    test_sql.filled(sqlite)
    writer = sqlite3.connect(stores.FILE, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    sqlite.refused("database is locked: somebody writes to it", table="orders", timeout=1)
    writer.rollback()
    writer.close()


def test_a_server_that_is_down(postgresql: stores.Store) -> None:
    """A server that nobody runs, and a name that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        url = f"postgresql://keeper@127.0.0.1:{port}/postgres"
        postgresql.refused(
            "it cannot be reached: see that the server runs", table="orders", url=url
        )
    url = "postgresql://keeper@nobody.invalid/postgres"
    postgresql.refused("it cannot be reached", table="orders", url=url)
    url = postgresql.source()["url"].removesuffix("postgres") + "shop"

    postgresql.refused("correct the name at the end of `url`", table="orders", url=url)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT 1 / (id - id) AS a FROM orders", "the database refused: division by zero"),
        (
            "SELECT pg_terminate_backend(pg_backend_pid())::text AS a",
            "the connection was lost while rows were read: run it again",
        ),
        ("SELECT unheard_of(id) AS a FROM orders", "does not exist: correct the query"),
    ],
)
def test_what_goes_wrong_on_the_server(postgresql: stores.Store, query: str, message: str) -> None:
    """Its own words are told, and what they mean for whoever reads them."""
    test_sql.filled(postgresql).refused(message, query=query)
    gc.collect()  # which would warn of a cursor left open


def test_a_wrong_password(postgresql: stores.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong password, none at all, and a variable that is not set."""
    monkeypatch.setenv(stores.VARIABLE, "guessed-and-wrong")
    postgresql.refused("password authentication failed .*: the user or the pass", table="orders")
    monkeypatch.delenv(stores.VARIABLE)
    postgresql.refused("in the environment variable SHOP_PASSWORD, it is not set", table="orders")
    monkeypatch.setenv("PGPASSFILE", str(Path("nowhere").absolute()))
    message = "no password supplied: the user or the password is wrong"
    postgresql.refused(message, table="orders", password_env=None)


def test_the_file_of_passwords(postgresql: stores.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `password_env` PostgreSQL's own file of passwords is looked into."""
    Path("passwords").write_text(f"127.0.0.1:*:*:{databases.USER}:{databases.PASSWORD}\n")
    Path("passwords").chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(Path("passwords").absolute()))
    monkeypatch.delenv(stores.VARIABLE)
    assert len(test_sql.filled(postgresql).taken(table="orders", password_env=None)) == 4


def test_a_right_that_is_missing(postgresql: stores.Store) -> None:
    """A table of somebody else is told as such."""
    test_sql.filled(postgresql).run(
        "DROP ROLE IF EXISTS guest",
        f"CREATE ROLE guest LOGIN PASSWORD '{databases.PASSWORD}'",
        "GRANT USAGE ON SCHEMA public TO guest",
    )
    url = postgresql.source()["url"].replace("keeper", "guest")
    postgresql.refused("permission denied.*: ask the owner for the right", table="orders", url=url)


def test_without_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how to install it."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    settings = Sql(kind="sql", url="postgresql://me@127.0.0.1/shop", table="orders")
    with pytest.raises(ValueError, match=r"needs psycopg: .* install 'psycopg\[binary\]'`"):
        sql.read(settings, Path())


@pytest.mark.parametrize("guess", [databases.PASSWORD, "guessed-and-wrong"])
def test_no_password_is_shown_or_written(postgresql: stores.Store, guess: str) -> None:
    """Neither output, message, trail of an error nor any file holds it, right or wrong."""
    test_sql.filled(postgresql)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(stores.VARIABLE, databases.PASSWORD)
        own = {"title": "Own", "source": postgresql.source(table="orders")}
        projects.write_parameters(own)
    command = ["-m", "stages", "ingest", "--dataset", "own"]
    command += ["--table", "out/table.parquet", "--schema", "out/schema.json"]
    environment = {**os.environ, stores.VARIABLE: guess, "TRUNKLINE_DEBUG": "1"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    run = subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, check=False
    )
    assert (run.returncode == 0) == (guess == databases.PASSWORD), run.stderr
    written = [path.read_bytes() for path in Path().rglob("*") if path.is_file()]
    assert len(written) >= 1
    assert not any(guess.encode() in text for text in (run.stdout, run.stderr, *written))
