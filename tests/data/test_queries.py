"""Questions to tables: pinned settings, nothing fetched, nothing left behind."""

from pathlib import Path

import duckdb
import pytest

from trunkline.data import queries


def test_settings_are_pinned() -> None:
    """Threads, memory, order, and time zone are stated, not the machine's."""
    with queries.connected("123MiB") as connection:
        found = dict(connection.execute("SELECT name, value FROM duckdb_settings()").fetchall())
    assert found["threads"] == str(queries.THREADS)
    assert found["memory_limit"] == "123.0 MiB"
    assert found["preserve_insertion_order"] == "true"
    assert found["autoinstall_known_extensions"] == "false"
    assert found["autoload_known_extensions"] == "false"
    assert found["TimeZone"] == "UTC"


def test_nothing_is_fetched() -> None:
    """An extension is refused, and so is an address."""
    with queries.connected() as connection:
        with pytest.raises(duckdb.Error, match="requires the extension httpfs to be loaded"):
            connection.execute("SELECT * FROM read_parquet('https://localhost/a.parquet')")
        with pytest.raises(duckdb.Error, match="locked"):
            connection.execute("SET autoload_known_extensions = true")


def test_what_is_larger_than_the_limit_spills_and_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sort above the limit goes through a temporary folder, which is gone afterwards."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with queries.connected("40MiB") as connection:
        connection.execute("CREATE TEMP TABLE rows AS SELECT hash(range) AS h FROM range(8000000)")
        assert list(tmp_path.rglob("*.tmp"))
        (count,) = connection.execute("SELECT count(*) FROM rows").fetchall()
    assert count == (8_000_000,)
    assert not list(tmp_path.iterdir())


def test_names_and_texts_are_quoted() -> None:
    """Quotes inside a name or a text do not end it."""
    with queries.connected() as connection:
        query = f"SELECT {queries.text(chr(39) + 'b')} AS {queries.name('a' + chr(34) + 'c')}"
        assert connection.execute(query).fetchall() == [("'b",)]
        assert connection.description[0][0] == 'a"c'


def test_a_damaged_table_is_told(tmp_path: Path) -> None:
    """Whatever DuckDB stumbles over ends in a message, not in a traceback."""
    path = tmp_path / "table.parquet"
    path.write_bytes(b"PAR1 and then nothing")
    with (
        pytest.raises(
            ValueError, match=r"could not be searched: .*table\.parquet.*delete it and run"
        ),
        queries.connected() as connection,
    ):
        connection.execute(f"SELECT * FROM read_parquet({queries.text(str(path))})")
