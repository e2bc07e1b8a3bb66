"""A quick pass over CSV gives what all values decide, or is given up for them."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trunkline.artifacts import streaming
from trunkline.settings import dataset, files
from trunkline.sources import delimited_faults, reading

TABLE = Path("out/table.parquet")
SMALL = 48  # bytes of a block: some rows
VALUES = {
    "number": ["1.5", "-2.25", "3", ".5", "1e3", "+1.5", "1e400", "nan", "-0.0", "0.1", " 2.5"],
    "integer": ["1", "-2", "30", "+4", "007", "-0", "0x1F", "123456789012345678", "9" * 19, " 6"],
    "text": ["a", "b", "c, d", "7", "2.5", "x y", "true", "2024-01-31"],
    "boolean": ["true", "False", "TRUE", "no"],
    "timestamp": ["2024-01-31", "2024-01-31 12:30:00", "2024-02-30", "2024-01-31T12:00:00Z"],
}
ROWS = [("1.5", "10", "a", "true", "2024-01-31")] * 8
KINDS = tuple(VALUES)


def write(rows: list[tuple[str, ...]]) -> None:
    """Write rows with a header."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([KINDS, *rows])
    Path("own.csv").write_text(text.getvalue(), encoding="utf-8", newline="")


def outcome(own: dataset.Dataset, *, quick: bool) -> tuple[bytes, Any] | str:
    """Return the table's bytes and what is told of its columns, or the message."""
    try:
        rows = reading.quick(own, 1) if quick else reading.stream(own, 1)
        rows, written = streaming.write_quick(rows, None, TABLE)
    except ValueError as error:
        return str(error)
    return TABLE.read_bytes(), (written, list(rows.told["columns"]))


def same(columns: files.Columns) -> Any:
    """Hold a quick pass over own.csv to the result of the exact one, and return that."""
    source = files.Csv(kind="csv", path="own.csv", columns=columns)
    own = dataset.Dataset(source=source, title="Own")
    exact = outcome(own, quick=False)
    assert outcome(own, quick=True) == exact
    return exact


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_quick_pass_is_the_exact_one(
    data: st.DataObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes, decisions, counts and messages are the same, whatever comes after the first rows."""
    monkeypatch.setattr(delimited_faults, "BLOCK", SMALL)
    rows = [list(row) for row in ROWS]
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(KINDS) - 1))
        pool = [value for value in VALUES[KINDS[place]] if value[:1] != " "]
        rows[data.draw(st.integers(0, len(rows) - 1))][place] = data.draw(
            st.sampled_from(["", "NA", *pool])
        )
    cast = data.draw(st.sampled_from([{}, {"integer": "number"}, {"number": "text"}]))
    write([tuple(row) for row in rows])
    same(files.Columns(cast=cast))


def test_a_late_misfit_is_decided_by_all_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """A leading zero in the last row makes text of a column that began with whole numbers."""
    monkeypatch.setattr(delimited_faults, "BLOCK", SMALL)
    write([*ROWS, ("2.5", "007", "b", "true", "2024-02-01")])
    _, (written, _) = same(files.Columns())
    assert {"name": "integer", "type": "str"} in written["columns"]


def test_a_late_word_among_numbers_is_told_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number that is none stops with the row and the value, and nothing is left."""
    monkeypatch.setattr(delimited_faults, "BLOCK", SMALL)
    write([*ROWS, ("x", "1", "b", "true", "2024-02-01")])
    assert "row 9 has 'x'" in same(files.Columns())
    assert not TABLE.exists()


def test_blanks_around_numbers_do_not_change_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole and other numbers with blanks around them are read as without."""
    monkeypatch.setattr(delimited_faults, "BLOCK", SMALL)
    source = files.Csv(kind="csv", path="own.csv")
    own = dataset.Dataset(source=source, title="Own")
    write([*ROWS, (" 2.5", " 6", "b", "true", "2024-02-01")])
    blanks, exact = outcome(own, quick=True), outcome(own, quick=False)
    assert blanks[0] == exact[0]


def test_a_quick_pass_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows like the first ones are read once: the exact stream is not asked for."""
    monkeypatch.setattr(delimited_faults, "BLOCK", SMALL)
    write(ROWS)
    own = dataset.Dataset(source=files.Csv(kind="csv", path="own.csv"), title="Own")
    rows = reading.quick(own, 1)
    assert rows.exact is not None
    written, _ = streaming.write_quick(rows, None, TABLE)
    assert written is rows
