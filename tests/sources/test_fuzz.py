"""Whatever is in a file: rows, or a message that names the file, and nothing left behind."""

import contextlib
import gzip
import importlib.util
import io
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sources import projects
from trunkline.artifacts import streaming
from trunkline.settings import databases, dataset, files
from trunkline.sources import reading

MANY = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def whole(write: Callable[[Any], object]) -> bytes:
    """Return what a library writes."""
    content = io.BytesIO()
    write(content)
    return content.getvalue()


TABLE = pa.table({"n": [1, 2, None], "w": ["a", "b", "a"], "x": [0.5, 1.5, 2.5]})


def arrow(content: io.BytesIO) -> None:
    """Write the table as an IPC file."""
    with pa.ipc.new_file(content, TABLE.schema) as writer:
        writer.write_table(TABLE)


def database() -> bytes:
    """Return a file of SQLite with a table."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE own (n integer, w text, x)")
        connection.executemany("INSERT INTO own VALUES (?, ?, ?)", [(1, "a", 0.5), (2, "b", None)])
        connection.commit()
        return connection.serialize()


def workbook() -> bytes:
    """Return an Excel workbook, nothing where openpyxl is not installed."""
    if importlib.util.find_spec("openpyxl") is None:
        return b""
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["n", "w"], [1, "a"], [2, "b"]):
        book.active.append(row)
    return whole(book.save)


CSV = b'n,w,x\n1,"a, b",0.5\n2,"c ""d""\n",1.5\n'
ONE = {"path": "own"}
KINDS: dict[str, tuple[Any, bytes]] = {
    "csv": (files.Csv(kind="csv", **ONE), CSV),
    "csv.gz": (files.Csv(kind="csv", path="own.gz"), gzip.compress(CSV, mtime=0)),
    "utf-16": (files.Csv(kind="csv", path="own", encoding="utf-16"), CSV.decode().encode("utf-16")),
    "jsonl": (files.JsonLines(kind="jsonl", **ONE), b'{"a": 1, "b": "x"}\n{"a": 2.5, "b": null}\n'),
    "parquet": (files.Parquet(kind="parquet", **ONE), whole(lambda c: pq.write_table(TABLE, c))),
    "arrow": (files.Arrow(kind="arrow", **ONE), whole(arrow)),
    "npz": (
        files.Npz(kind="npz", **ONE),
        whole(lambda c: np.savez(c, a=np.arange(3), b=np.ones((3, 2)))),
    ),
    "idx": (
        files.Idx(kind="idx", paths={"x": "own"}),
        projects.idx(np.arange(12, dtype=np.uint8).reshape(3, 2, 2)),
    ),
    "images": (
        files.Images(kind="images", path="own.zip", height=2, width=2, limit_mib=1),
        projects.zipped({"a/x.png": projects.picture(), "b/y.png": projects.picture(colour=9)}),
    ),
    "excel": (files.Excel(kind="excel", **ONE), workbook()),
    "sqlite": (databases.Sql(kind="sql", url="sqlite:///own", table="own"), database()),
    "tar": (files.Images(kind="images", path="own.tar", height=2, width=2, limit_mib=1), b""),
}


def holds(source: Any, content: bytes) -> None:
    """Hold a file to giving rows or a message; anything else is a defect."""
    place = Path("own" if isinstance(source, databases.Sql) else reading.place(source))
    place.write_bytes(content)
    own = dataset.Dataset(source=source, title="Own")
    message = None
    try:
        written = streaming.write(reading.stream(own, 1), None, Path("out/table.parquet"))
    except (ValueError, OSError) as error:
        message = str(error)
    if message is None:
        assert written["rows"] > 0
        Path("out/table.parquet").unlink()
    else:
        assert any(word in message for word in (str(place), "Own", "row_id")), message
        assert projects.nothing_was_left()
    assert {path.name for path in Path().iterdir()} <= {str(place), "out"}  # nor anything else


@pytest.mark.parametrize(("source", "good"), KINDS.values(), ids=KINDS)
@MANY
@given(data=st.data())
def test_any_bytes_give_rows_or_a_message(source: Any, good: bytes, data: st.DataObject) -> None:
    """Bytes of any kind do not crash a reader."""
    start = data.draw(st.sampled_from([b"", good[:4], good[:16], good[:60]]))
    holds(source, start + data.draw(st.binary(max_size=200)))


@pytest.mark.parametrize(("source", "good"), KINDS.values(), ids=KINDS)
@MANY
@given(data=st.data())
def test_a_damaged_file_gives_rows_or_a_message(
    source: Any, good: bytes, data: st.DataObject
) -> None:
    """Bytes of a good file that are changed, left out or cut off do not crash a reader."""
    content = bytearray(good)
    for _ in range(data.draw(st.integers(1, 3))):
        if not content:
            break
        place = data.draw(st.integers(0, len(content) - 1))
        match data.draw(st.sampled_from(["change", "remove", "cut"])):
            case "change":
                content[place] = data.draw(st.integers(0, 255))
            case "remove":
                del content[place : place + data.draw(st.integers(1, 8))]
            case "cut":
                del content[place:]
    holds(source, bytes(content))


WORDS = st.text(st.characters(codec="utf-8"), max_size=6)


@MANY
@given(st.lists(st.lists(st.one_of(st.none(), WORDS), min_size=2, max_size=2), min_size=1))
def test_what_the_standard_library_writes_is_read(rows: list[list[str | None]]) -> None:
    """Texts that `csv` writes come back, whatever signs they hold; empty ones are missing."""
    import csv

    content = io.StringIO(newline="")
    writer = csv.writer(content, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["a", "b"])
    writer.writerows(rows)
    Path("own").write_text(content.getvalue(), encoding="utf-8", newline="")
    columns = files.Columns(cast={"a": "text", "b": "text"})
    source = files.Csv(kind="csv", path="own", columns=columns)
    if any("\0" in (value or "") for row in rows for value in row):
        with pytest.raises(ValueError, match="received a byte of 0"):
            reading.stream(dataset.Dataset(source=source, title="Own"), 1)
        return
    found = reading.stream(dataset.Dataset(source=source, title="Own"), 1)
    read = [list(row.values()) for batch in found.batches() for row in batch.to_pylist()]
    expected = [[None if value in files.NULLS else value for value in row] for row in rows]
    assert read == [[value or None for value in row] for row in expected]
