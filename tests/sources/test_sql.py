"""Tables and queries of a database become the same table, whatever order the database has."""

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.sources import projects, stores
from trunkline.settings.databases import Sql
from trunkline.sources import reading, sql, sql_asking

ORDERS = (
    "CREATE TABLE orders (id integer PRIMARY KEY, day date, paid boolean, price decimal(10, 2), "
    "who text)"
)
ROWS = (
    (3, "2024-01-31", True, 2.5, "b"),
    (1, "2024-02-01", False, None, "\u00e9"),
    (2, None, None, 7.25, "B"),
    (4, "2024-02-01", True, 1.0, None),
)


def literal(value: object) -> str:
    """Return a value as SQL has it."""
    if value is None or isinstance(value, bool):
        return {None: "NULL", True: "true", False: "false"}[value]
    return f"'{value}'" if isinstance(value, str) else str(value)


def filled(store: stores.Store, rows: Any = ROWS, table: str = ORDERS) -> stores.Store:
    """Return the store with a table of orders."""
    lines = [f"INSERT INTO orders VALUES ({', '.join(map(literal, row))})" for row in rows]
    store.run("DROP TABLE IF EXISTS orders", table, *lines)
    return store


def table_bytes() -> bytes:
    """Return the bytes of the table that was ingested last."""
    return projects.OUTPUTS[0].read_bytes()


def test_a_table_has_the_types_of_its_columns(store: stores.Store) -> None:
    """Whole numbers, dates, truths, decimals and texts keep their kind; NULL is missing."""
    found = filled(store).taken(table="orders", order_by=["id"])
    assert found["id"].tolist() == [1, 2, 3, 4]
    assert found["day"].dtype.kind == "M"
    assert found["day"].tolist()[2] == pd.Timestamp("2024-01-31")
    assert found["day"].isna().tolist() == [False, True, False, False]
    assert found["paid"].tolist() == [False, None, True, True]
    assert found["price"].dtype == np.float64
    assert found["price"].fillna(0).tolist() == [0, 7.25, 2.5, 1]
    assert found["who"].fillna("none").tolist() == ["\u00e9", "B", "b", "none"]


def test_what_the_schema_tells(store: stores.Store) -> None:
    """Dialect, what was asked, rows, types and a digest; neither server, user nor password."""
    filled(store).taken(query="SELECT id, who FROM orders WHERE id < 4", order_by=["id"])
    told = projects.schema()["source"]
    assert told["dialect"] == ("sqlite" if store.server is None else "postgresql")
    assert told["query"] == "SELECT id, who FROM orders WHERE id < 4"
    assert (told["rows"], told["order_by"]) == (3, ["id"])
    assert [column["name"] for column in told["columns"]] == ["id", "who"]
    assert len(told["sha256"]) == 64
    text = projects.OUTPUTS[1].read_text()
    assert not any(word in text for word in ("127.0.0.1", "keeper", "data/shop.db"))


@pytest.mark.parametrize("order", [["id"], [], ["who", "id"]])
def test_bytes_do_not_depend_on_the_order_in_the_database(
    store: stores.Store, order: list[str]
) -> None:
    """Rows that were written in another order give the same table."""
    seen = set()
    for rows in (ROWS, ROWS[::-1], ROWS[2:] + ROWS[:2]):
        filled(store, rows).taken(table="orders", order_by=order)
        seen.add(table_bytes())
    assert len(seen) == 1


def test_without_an_order_all_columns_sort(store: stores.Store) -> None:
    """Copies of a row need no order among themselves; zeros of either sign are one value."""
    table = "CREATE TABLE orders (x double precision, who text)"
    rows = [(0.0, "b"), (-0.0, "b"), (1.5, "a"), (0.0, "B"), (0.0, None)]
    seen = set()
    for turn in range(5):
        found = filled(store, rows[turn:] + rows[:turn], table).taken(table="orders")
        assert found["x"].tolist() == [0, 0, 0, 0, 1.5]
        assert found["who"].fillna("none").tolist() == ["none", "B", "b", "b", "a"]
        seen.add(table_bytes())
    assert len(seen) == 1


def test_texts_are_sorted_by_their_bytes(store: stores.Store) -> None:
    """A column's own rules of language or case decide nothing."""
    rule = "NOCASE" if store.server is None else '"en-x-icu"'
    table = f"CREATE TABLE orders (who text COLLATE {rule})"
    rows = [("b",), ("B",), ("a",), ("\u00e9",), ("Z",)]
    found = filled(store, rows, table).taken(table="orders", order_by=["who"])
    assert found["who"].tolist() == ["B", "Z", "a", "b", "\u00e9"]


def test_both_databases_give_the_same_bytes(sqlite: stores.Store, postgresql: stores.Store) -> None:
    """The same rows under the same types are the same table, wherever they are kept."""
    table = "CREATE TABLE orders (id bigint, who text, x double precision, day timestamp)"
    rows = [(1, "b", 0.1, "2024-01-31 12:30:00"), (2, "\u00e9", None, None), (3, "a", -2e-7, None)]
    seen = set()
    for store in (sqlite, postgresql):
        filled(store, rows, table).taken(table="orders")
        seen.add(table_bytes())
    assert len(seen) == 1


def test_an_order_that_leaves_a_choice(store: stores.Store) -> None:
    """Rows that differ under the same keys are told, over batches; copies are not."""
    message = r"rows 3 and 4 differ and have the same values in \['day'\].* in `order_by`, or none"
    filled(store).refused(message, table="orders", order_by=["day"])
    table = "CREATE TABLE orders (id integer, who text)"
    store = filled(store, [(1, "a"), (1, "a"), (2, "b")], table)
    assert len(store.taken(table="orders", order_by=["id"])) == 3
    store.run("INSERT INTO orders VALUES (1, 'b')")
    for path in projects.OUTPUTS:
        path.unlink()
    store.refused("rows 2 and 3 differ", table="orders", order_by=["id"])


@pytest.mark.parametrize("size", [1, 2, 3, 256])
def test_batches_leave_no_trace(
    store: stores.Store, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many rows are fetched at a time changes neither table nor digest nor what is refused."""
    filled(store).taken(table="orders", order_by=["id"])
    before = table_bytes(), projects.schema()
    monkeypatch.setattr(sql_asking, "FIRST", size)
    monkeypatch.setattr(sql_asking, "MOST", size)
    store.taken(table="orders", order_by=["id"])
    assert (table_bytes(), projects.schema()) == before
    for path in projects.OUTPUTS:
        path.unlink()
    store.refused("rows 3 and 4 differ", table="orders", order_by=["day"])


def test_rows_are_fetched_by_their_size(
    store: stores.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long texts come a few at a time, short rows by thousands."""
    monkeypatch.setattr(sql_asking, "BYTES", 1 << 16)
    monkeypatch.setattr(sql_asking, "MOST", 500)
    series = (
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 2000) "
        "SELECT n, {} AS w FROM c"
    )
    word = "hex(zeroblob(2000))" if store.server is None else "repeat('0', 4000)"
    store.run("CREATE TABLE empty (x integer)")
    long = Sql(**store.source(query=series.format(word) + " WHERE n < 600", order_by=["n"]))
    rows = [batch.num_rows for batch in sql.read(long, Path()).batches()]
    assert sum(rows) == 599
    assert max(rows[1:]) <= sql_asking.BYTES // 4000
    short = Sql(**store.source(query=series.format("'a'"), order_by=["n"]))
    rows = [batch.num_rows for batch in sql.read(short, Path()).batches()]
    assert sum(rows) == 2000
    assert max(rows) == sql_asking.MOST


def test_columns_are_chosen_by_the_database(store: stores.Store) -> None:
    """What is selected, renamed and cast; what only sorts is not in the table."""
    columns = {"select": ["w*", "price"], "rename": {"who": "name"}, "cast": {"price": "text"}}
    found = filled(store).taken(table="orders", order_by=["id"], columns=columns)
    assert list(found) == ["price", "name"]
    assert found["name"].fillna("none").tolist() == ["\u00e9", "B", "b", "none"]
    assert found["price"].dropna().map(float).tolist() == [7.25, 2.5, 1]


def test_a_query_that_sorts_percents_colons_and_comments(store: stores.Store) -> None:
    """What a query holds is handed over as it is."""
    query = (
        "-- all of them;\n/* (yes) */ WITH o AS (SELECT * FROM orders ORDER BY who)\n"
        "SELECT id, ':x' AS a, '%s' AS b FROM o WHERE 'a%b' LIKE 'a%' -- end"
    )
    found = filled(store).taken(query=query)
    assert found["id"].tolist() == [1, 2, 3, 4]
    assert (found["a"].unique().tolist(), found["b"].unique().tolist()) == ([":x"], ["%s"])


def test_a_database_and_a_file_follow_each_other(store: stores.Store) -> None:
    """Sources of any kinds go together; each tells its rows."""
    Path("own.csv").write_text("id,who\n9,z\n")
    source = store.source(query="SELECT CAST(id AS bigint) AS id, who FROM orders")
    if store.server is None:
        source["query"] = "SELECT id, who FROM orders"
    filled(store)
    found = projects.taken([source, {"path": "own.csv"}])
    assert found["id"].tolist() == [1, 2, 3, 4, 9]
    assert projects.schema()["source"]["sources"][0]["rows"] == 4


def test_a_record_tells_whether_rows_have_changed(store: stores.Store) -> None:
    """Equal for equal rows, another one as soon as a value, a row or a column differs."""
    settings = Sql(**filled(store).source(table="orders"))
    first = sql.record(settings)
    assert set(first) == {"dialect", "rows", "sha256"}
    assert sql.record(Sql(**filled(store, ROWS[::-1]).source(table="orders"))) == first
    store.run("UPDATE orders SET who = 'c' WHERE id = 2")
    assert sql.record(settings)["sha256"] != first["sha256"]
    store.run("DELETE FROM orders WHERE id = 2")
    assert sql.record(settings)["rows"] == 3


def test_rows_are_counted(store: stores.Store) -> None:
    """Of a table and of a query, without reading them."""
    filled(store)
    assert sql.count(Sql(**store.source(table="orders"))) == 4
    assert sql.count(Sql(**store.source(query="SELECT id FROM orders WHERE id > 2;"))) == 2


def test_rows_that_change_between_two_passes(store: stores.Store) -> None:
    """A second look that finds other rows than the first stops."""
    stream = sql.read(Sql(**filled(store).source(table="orders")), Path())
    assert sum(batch.num_rows for batch in stream.batches()) == 4
    assert sum(batch.num_rows for batch in stream.batches()) == 4
    store.run("DELETE FROM orders WHERE id = 2")
    with pytest.raises(ValueError, match="expected the 4 rows that were read before, received 3"):
        list(stream.batches())


def test_a_source_is_called_without_its_password() -> None:
    """Whoever tells where rows come from tells no secret."""
    settings = Sql(kind="sql", url="postgresql://me:open-sesame@host/shop", query="SELECT 1")
    assert reading.place(settings) == "postgresql://me:***@host/shop, the query"


def test_a_file_in_use_is_not_touched(sqlite: stores.Store) -> None:
    """A database with a log beside it is read with what is in the log, and stays as it is."""
    filled(sqlite)
    writer = sqlite3.connect(stores.FILE, isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("INSERT INTO orders (id, who) VALUES (5, 'new')")
    before = stores.FILE.read_bytes()
    found = sqlite.taken(table="orders", columns={"select": ["id"]})
    assert found["id"].tolist() == [1, 2, 3, 4, 5]
    assert stores.FILE.read_bytes() == before
    writer.close()
