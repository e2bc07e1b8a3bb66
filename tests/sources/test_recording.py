"""A file that changed is noticed: its record changes, and no other file is read than recorded."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stages import ingest, look
from tests.sources import projects
from trunkline.artifacts import results
from trunkline.sources import places, recording, remembering

GOOD = b"a,b\n1,x\n2,y\n"
RECORD = Path("records/own.json")


def recorded(source: Any) -> Any:
    """Write params.yaml and look; return the record."""
    key = "sources" if isinstance(source, list) else "source"
    own = {"title": "Own", key: source}
    Path("params.yaml").write_text(json.dumps(projects.PARAMETERS | {"datasets": {"own": own}}))
    look.main()
    return results.read(RECORD)


def ingested() -> None:
    """Ingest against the record."""
    ingest.main(dataset="own", table=projects.OUTPUTS[0], schema=projects.OUTPUTS[1], record=RECORD)


def sources() -> list[Any]:
    """Make a file or folder of each form; return the sources that read them."""
    Path("rows.csv").write_bytes(GOOD)
    for year in (2024, 2025):
        Path(f"parts/year={year}").mkdir(parents=True)
        pq.write_table(pa.table({"a": [1]}), f"parts/year={year}/rows.parquet")
    Path("parts/_ignored.parquet").write_bytes(b"none")
    for name in ("one", "two"):
        Path("pictures", name).mkdir(parents=True)
        Path("pictures", name, "1.png").write_bytes(projects.picture())
    Path("pictures/readme.txt").write_text("no picture")
    Path("x-idx").write_bytes(projects.idx(np.zeros((2, 2), "u1")))
    Path("y-idx").write_bytes(projects.idx(np.zeros(2, "u1")))
    return [
        {"path": "rows.csv"},
        {"kind": "parquet", "path": "parts"},
        {"kind": "images", "path": "pictures", "height": 2, "width": 2},
        {"kind": "idx", "paths": {"x": "x-idx", "y": "y-idx"}},
        [{"path": "rows.csv"}, {"kind": "csv", "path": "rows.csv", "nulls": []}],
        {"kind": "bundled", "name": "digits"},
        {"kind": "latent", "rows": 10, "features": 2},
    ]


def test_the_record_is_what_is_read() -> None:
    """For each form of a source, what `look` wrote is what `ingest` reads."""
    for source in sources():
        record = recorded(source)
        made = isinstance(source, dict) and source.get("kind") in ("bundled", "latent")
        assert bool(record["files"]) != made
        ingested()


def test_a_change_is_written_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A second look writes nothing; a file that changed changes its record."""
    Path("rows.csv").write_bytes(GOOD)
    before = recorded({"path": "rows.csv"})
    assert "own: records/own.json was written anew: commit it" in capsys.readouterr().out
    stamp = RECORD.stat().st_mtime_ns
    look.main()
    assert capsys.readouterr().out == "records: ok\n"
    assert RECORD.stat().st_mtime_ns == stamp
    Path("rows.csv").write_bytes(GOOD + b"3,z\n")
    look.main()
    after = results.read(RECORD)["files"]["rows.csv"]
    assert after["bytes"] == before["files"]["rows.csv"]["bytes"] + 4
    assert after["sha256"] != before["files"]["rows.csv"]["sha256"]
    ingested()


def test_another_file_than_the_recorded_one_stops() -> None:
    """Both are told, and what to run; what was there before is kept."""
    Path("rows.csv").write_bytes(GOOD)
    record = recorded({"path": "rows.csv"})["files"]["rows.csv"]
    ingested()
    kept = [path.read_bytes() for path in projects.OUTPUTS]
    Path("rows.csv").write_bytes(GOOD + b"3,z\n")
    found = places.file(Path("rows.csv")).sha256
    message = (
        rf"rows.csv: it is not the file of records/own.json: expected 12 bytes, SHA-256 "
        rf"{record['sha256']}, it has 16 bytes, SHA-256 {found}.*`python -m stages look` writes"
    )
    with pytest.raises(ValueError, match=message):
        ingested()
    assert [path.read_bytes() for path in projects.OUTPUTS] == kept


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({}, "records/own.json: expected `files`, it has none: `python -m stages look` writes"),
        ([], "records/own.json: expected `files`, it has none"),
        ({"files": {}}, "records/own.json: it knows nothing of rows.csv, which was read"),
        ({"files": {"rows.csv": 1}}, "it is not the file of records/own.json: expected 1, it has"),
    ],
)
def test_a_record_of_something_else(record: Any, message: str) -> None:
    """A record that does not fit says how it is written."""
    Path("rows.csv").write_bytes(GOOD)
    recorded({"path": "rows.csv"})
    results.write(record, RECORD)
    with pytest.raises(ValueError, match=message):
        ingested()
    assert projects.nothing_was_left()


def test_a_record_of_a_file_that_is_not_read() -> None:
    """A path that left params.yaml has to leave the record."""
    Path("rows.csv").write_bytes(GOOD)
    record = recorded({"path": "rows.csv"})
    results.write({"files": record["files"] | {"old.csv": {}}}, RECORD)
    with pytest.raises(ValueError, match=r"it names old.csv, which is no longer read"):
        ingested()


def test_a_missing_record_is_told() -> None:
    """Outside of DVC nobody else would say so."""
    Path("rows.csv").write_bytes(GOOD)
    recorded({"path": "rows.csv"})
    RECORD.unlink()
    with pytest.raises(FileNotFoundError, match=r"own.json"):
        ingested()


def test_a_missing_file_keeps_its_record(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever has the tables needs no raw data."""
    Path("rows.csv").write_bytes(GOOD)
    record = recorded({"path": "rows.csv"})
    Path("rows.csv").unlink()
    capsys.readouterr()
    look.main()
    assert results.read(RECORD) == record
    said = capsys.readouterr().out
    assert said.startswith("own: rows.csv: no such file")
    assert said.endswith("records/own.json stays as it is\n")


def test_a_dataset_without_a_record_stops(capsys: pytest.CaptureFixture[str]) -> None:
    """DVC would only miss the record; the other datasets have theirs."""
    Path("rows.csv").write_bytes(GOOD)
    recorded({"path": "rows.csv"})
    parameters = json.loads(Path("params.yaml").read_text())
    parameters["datasets"]["new"] = {"title": "New", "source": {"path": "row.csv"}}
    Path("params.yaml").write_text(json.dumps(parameters))
    RECORD.unlink()
    message = "^new: row.csv: no such file; did you mean 'rows.csv'.*; records/new.json is needed$"
    with pytest.raises(ValueError, match=message):
        look.main()
    assert RECORD.is_file()
    assert "own: records/own.json was written anew" in capsys.readouterr().out


def test_the_record_of_no_dataset_goes(capsys: pytest.CaptureFixture[str]) -> None:
    """A dataset that was renamed leaves none behind."""
    Path("rows.csv").write_bytes(GOOD)
    results.write({"files": {}}, Path("records/old.json"))
    recorded({"path": "rows.csv"})
    assert [path.name for path in Path("records").iterdir()] == ["own.json"]
    assert "records/old.json is of no dataset and was removed" in capsys.readouterr().out


def test_the_keys_of_no_dataset_go(capsys: pytest.CaptureFixture[str]) -> None:
    """Where a dataset was removed, the folder that others depend on is as on a new machine."""
    for name in ("old", "own"):
        place = Path(f"data/keys/{name}.parquet")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"keys")
    Path("rows.csv").write_bytes(GOOD)
    recorded({"path": "rows.csv"})
    assert [path.name for path in Path("data/keys").iterdir()] == ["own.parquet"]
    assert "data/keys/old.parquet is of no dataset and was removed" in capsys.readouterr().out


def test_an_address_is_in_no_record() -> None:
    """Its SHA-256 stands in params.yaml."""
    assert recorded({"path": "https://example.invalid/own.csv", "sha256": "0" * 64}) == {
        "files": {}
    }
    told = {"file": {"path": "https://example.invalid/a", "bytes": 1, "sha256": "0"}}
    recording.compare({"files": {}}, told, "record")


def looked(note: Path, *paths: Path) -> tuple[list[str], list[Path]]:
    """Return the SHA-256 of files, and which of them were read for it."""
    with remembering.opened(note) as memory:
        return [memory.look(path).sha256 for path in paths], memory.read


def test_an_untouched_file_is_not_read_again() -> None:
    """What was noted holds while size, place and times are the same."""
    note, path = Path("notes/seen.json"), Path("rows.csv")
    path.write_bytes(GOOD)
    first, read = looked(note, path)
    assert read == [path]
    later = note.stat().st_mtime_ns + 10**9
    os.utime(note, ns=(later, later))  # the note was written after the file
    assert looked(note, path) == (first, [])
    os.utime(note, ns=(later, later))
    os.utime(path, ns=(1, 1))  # touched, to an older time
    assert looked(note, path) == (first, [path])
    os.utime(note, ns=(later, later))
    path.with_suffix(".new").write_bytes(GOOD[::-1])  # as large, put in its place
    path.with_suffix(".new").replace(path)
    second, read = looked(note, path)
    assert read == [path]
    assert second != first


def test_a_file_touched_with_the_note_is_read_again() -> None:
    """Two writes within a tick of the clock look the same from outside."""
    note, path = Path("seen.json"), Path("rows.csv")
    path.write_bytes(GOOD)
    looked(note, path)
    same = path.stat().st_mtime_ns
    os.utime(note, ns=(same, same))
    assert looked(note, path)[1] == [path]


@pytest.mark.parametrize("content", ["", "[]", '{"rows.csv": 1}', '{"rows.csv": {}}'])
def test_broken_notes_are_no_notes(content: str) -> None:
    """Everything is read, and noted anew."""
    note, path = Path("seen.json"), Path("rows.csv")
    path.write_bytes(GOOD)
    note.write_text(content)
    assert looked(note, path)[1] == [path]
    assert "rows.csv" in note.read_text()


def test_a_file_that_is_missing_is_told() -> None:
    """Notes do not hide it."""
    with pytest.raises(FileNotFoundError, match=r"gone.csv: no such file"):
        looked(Path("seen.json"), Path("gone.csv"))
