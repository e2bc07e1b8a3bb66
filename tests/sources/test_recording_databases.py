"""Rows of a database that changed are noticed, and no others are read than recorded."""

import json
from pathlib import Path
from typing import Any

import pytest

from flows.running import belongings
from stages import ingest, look
from tests.sources import projects, stores
from trunkline.artifacts import results

RECORD = Path("records/own.json")


def recorded(*sources: dict[str, Any]) -> Any:
    """Write params.yaml and look; return the record."""
    own = {"title": "Own", "sources": list(sources)}
    Path("params.yaml").write_text(json.dumps(projects.PARAMETERS | {"datasets": {"own": own}}))
    look.main()
    return results.read(RECORD)


def ingested() -> Any:
    """Ingest against the record; return what the schema tells of the source."""
    ingest.main(dataset="own", table=projects.OUTPUTS[0], schema=projects.OUTPUTS[1], record=RECORD)
    return results.read(projects.OUTPUTS[1])["source"]


@pytest.fixture
def filled(store: stores.Store) -> stores.Store:
    """Return a database with a table of three orders."""
    store.run("CREATE TABLE orders (id integer, word text)")
    store.run("INSERT INTO orders VALUES (1, 'a'), (2, 'b'), (3, 'c')")
    return store


def test_the_record_is_what_is_read(filled: stores.Store) -> None:
    """Rows and digest are in the record and in the schema, also beside columns that are stated."""
    source = filled.source(table="orders", columns={"constants": {"shop": "old"}})
    query = filled.source(query="SELECT id, word, 'new' AS shop FROM orders WHERE id > 1")
    record = recorded(source, query)
    assert [entry["rows"] for entry in record["databases"]] == [3, 2]
    told = ingested()["sources"]
    assert told[0]["read"]["sha256"] == record["databases"][0]["sha256"]
    assert told[1]["sha256"] == record["databases"][1]["sha256"]


def test_other_rows_change_the_record(
    filled: stores.Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """One more row is seen by counting; the same rows leave the record as it is."""
    source = filled.source(table="orders")
    before = recorded(source)
    capsys.readouterr()
    assert recorded(source) == before
    assert capsys.readouterr().out == "records: ok\n"
    filled.run("INSERT INTO orders VALUES (4, 'd')")
    assert recorded(source) != before
    assert "records/own.json was written anew" in capsys.readouterr().out
    ingested()


def test_other_rows_than_the_recorded_ones_stop(filled: stores.Store) -> None:
    """As many rows with another value pass the look, and stop where they are read."""
    source = filled.source(table="orders")
    recorded(source)
    ingested()
    kept = [path.read_bytes() for path in projects.OUTPUTS]
    filled.run("UPDATE orders SET word = 'z' WHERE id = 3")
    recorded(source)
    with pytest.raises(ValueError, match=r"expected the 3 rows .* remove the dataset's file in"):
        ingested()
    assert [path.read_bytes() for path in projects.OUTPUTS] == kept
    RECORD.unlink()
    recorded(source)
    ingested()


def test_a_record_of_another_table(filled: stores.Store) -> None:
    """It says how it is written anew."""
    filled.run("CREATE TABLE others (id integer, word text)")
    recorded(filled.source(table="orders"))
    record = results.read(RECORD)
    recorded(filled.source(table="others"))
    results.write(record, RECORD)
    with pytest.raises(ValueError, match=r"records/own.json: it does not name the tables and"):
        ingested()
    assert projects.nothing_was_left()


def test_a_file_of_sqlite_is_brought_to_copies(sqlite: stores.Store, tmp_path: Path) -> None:
    """A clone lacks what git ignores; the record names it."""
    sqlite.run("CREATE TABLE orders (id integer)", "INSERT INTO orders VALUES (1)")
    recorded(sqlite.source(table="orders"))
    copy = tmp_path / "copy"
    (copy / "records").mkdir(parents=True)
    (copy / RECORD).write_bytes(RECORD.read_bytes())
    assert belongings.bring(tmp_path, copy) == ["data/shop.db"]  # no repository: nothing is ignored
