"""The stage that compares a dataset with its accepted version."""

from pathlib import Path

import pytest

from stages import accept, drift, ingest
from trunkline.artifacts import results, tables

ROOT = Path("params.yaml").resolve().parent
TABLE = Path("data/ingested/digits/table.parquet")
REFERENCE = Path("contracts/digits.reference.json")
RECORD = Path("results/drift/digits.json")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a project with the ingested digits and their committed reference."""
    (tmp_path / "params.yaml").write_bytes((ROOT / "params.yaml").read_bytes())
    (tmp_path / "contracts").mkdir()
    (tmp_path / REFERENCE).write_bytes((ROOT / REFERENCE).read_bytes())
    monkeypatch.chdir(tmp_path)
    ingest.main(dataset="digits", table=TABLE, schema=Path("schema.json"))


def compare() -> None:
    """Run the stage."""
    drift.main(dataset="digits", table=TABLE, reference=REFERENCE, record=RECORD)


def test_the_committed_reference_is_that_of_the_rows(caplog: pytest.LogCaptureFixture) -> None:
    """Accepting them again gives the same bytes; nothing has drifted, and nothing is said."""
    kept = REFERENCE.read_bytes()
    accept.main(dataset="digits")
    assert REFERENCE.read_bytes() == kept
    compare()
    assert {column["psi"] for column in results.read(RECORD)["columns"]} == {0}
    assert not caplog.records


def test_a_reference_is_made_once_unless_asked_for() -> None:
    """`make contract` makes a missing one and leaves one that is there."""
    REFERENCE.write_text("{}", encoding="utf-8")
    accept.main(dataset="digits", missing="yes")
    assert REFERENCE.read_text(encoding="utf-8") == "{}"
    REFERENCE.unlink()
    accept.main(dataset="digits", missing="yes")
    assert REFERENCE.read_bytes() == (ROOT / REFERENCE).read_bytes()


def test_drift_is_told_and_stops_where_it_is_told_to(caplog: pytest.LogCaptureFixture) -> None:
    """A warning goes on and is in the record; `stop` writes nothing and keeps what was there."""
    frame = tables.read(TABLE)
    tables.write(frame.assign(pixel_10=16 - frame["pixel_10"]), TABLE)
    compare()
    assert "1 of 65 columns drifted: pixel_10" in caplog.text
    kept = RECORD.read_bytes()
    text = Path("params.yaml").read_text(encoding="utf-8")
    stop = "title: Handwritten digits\n    drift: {then: stop}\n    source"
    Path("params.yaml").write_text(
        text.replace("title: Handwritten digits\n    source", stop, 1), encoding="utf-8"
    )
    with pytest.raises(ValueError, match=r"pixel_10 \(PSI .*Nothing was written"):
        compare()
    assert RECORD.read_bytes() == kept


def test_a_reference_that_is_missing_or_another_one_is_told() -> None:
    """Each with what to do."""
    REFERENCE.write_text('{"dataset": "x", "rows": 1, "columns": {}}', encoding="utf-8")
    with pytest.raises(ValueError, match=r"is the reference of 'x', not 'digits'\. Run `make"):
        compare()
    REFERENCE.write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"expected `dataset`, `rows` and `columns`\. Run `make"):
        compare()
    REFERENCE.unlink()
    with pytest.raises(FileNotFoundError, match=r"there is nothing to compare with\. Run `make"):
        compare()
    assert not RECORD.exists()
