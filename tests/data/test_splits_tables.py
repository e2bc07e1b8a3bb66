"""A table in a file is split like the same table in memory, without being held there."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trunkline.artifacts import tables
from trunkline.data import splits, splits_tables
from trunkline.settings.splitting import PartValues, Split

STATED = PartValues(train=(1,), validation=(2,), test=(3, 4))


def frame(rows: int = 400) -> pd.DataFrame:
    """Return rows with columns of every kind, some of them copies of others."""
    rng = np.random.default_rng(1)
    found = pd.DataFrame(
        {
            "row_id": [f"{value:016x}" for value in rng.integers(0, 2**60, rows)],
            "label": rng.choice(["a", "b", "\u00e9t\u00e9, 'x'"], rows),
            "flag": rng.choice([True, False], rows),
            "patient": rng.integers(0, 60, rows),
            "family": [f"f{value}" for value in rng.integers(0, 60, rows)],
            "day": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 90, rows), "D"),
            "price": rng.normal(size=rows).round(1),
            "part of it": rng.integers(1, 5, rows),
        }
    )
    for copy in range(2, 14):  # `-10` comes before `-2`, as text
        found.loc[rows - copy] = found.loc[copy % 2]
        found.loc[rows - copy, "row_id"] += f"-{copy}"
    return found.assign(state=found["patient"] % 2)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of several row groups."""
    path = tmp_path_factory.mktemp("it's a folder") / "table.parquet"
    tables.write(frame(), path)
    return path


KINDS = {
    "random": Split(),
    "stratified": Split(stratify=("label", "flag")),
    "day": Split(stratify=("day",), rare="train"),
    "tenths": Split(stratify=("price",), rare="train"),
    "ranges": Split(bins={"price": 4}, stratify=("state",)),
    "group": Split(group="patient"),
    "text group": Split(group="family"),
    "stratified groups": Split(group="patient", stratify=("state",)),
    "time": Split(time="day"),
    "number": Split(time="price"),
    "each": Split(each="patient"),
    "each, by time": Split(each="family", time="day"),
    "all but one": Split(each="patient", leave=1),
    "all but the newest two": Split(each="patient", leave=2, time="price"),
    "column": Split(column="part of it", values=STATED),
    "no validation": Split(column="flag", values=PartValues(train=(True,), test=(False,))),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_and_a_frame_are_split_alike(table: Path, kind: str) -> None:
    """The same rows in the same order, and the same is told: SHA-256 of both is the same."""
    one = splits.parting(tables.read(table), KINDS[kind], 3)
    two = splits_tables.parting(table, None, KINDS[kind], 3)
    for name in ("train", "validation", "test"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    assert one.told == two.told


@pytest.mark.parametrize("kind", KINDS)
def test_rows_set_aside_take_no_part(table: Path, kind: str) -> None:
    """What is kept is split as if there were nothing else; places are those in the file."""
    whole = tables.read(table)
    kept = np.arange(len(whole)) % 5 != 2
    one = splits.split(whole[kept].reset_index(drop=True), KINDS[kind], 3)
    two = splits_tables.parting(table, kept, KINDS[kind], 3)
    for name in ("train", "validation", "test"):
        found = whole["row_id"].iloc[getattr(two, name)]
        assert list(found) == list(getattr(one, name)["row_id"])


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (Split(group="patient"), r"'patient' groups the rows .* 1 rows have no value \(r3\)"),
        (Split(time="day"), r"'day' gives the times .* 1 rows have no value \(r3\)"),
        (Split(stratify=("label",)), r"'label' stratifies the split, but 1 rows have no .*\(r3\)"),
        (Split(stratify=("price",)), r"'price' stratifies the split, but 1 rows have no .*\(r3\)"),
        (Split(group="price"), "'price' groups the rows of the split: expected text or whole num"),
        (Split(time="label"), "'label' is .*string, expected times or numbers in `split`"),
        (
            Split(column="label", values=STATED),
            r"r0, r1, r10, r100, r101, \.\.\.\) have .*, 'a', 'b', ",
        ),
        (Split(group="patients"), r"no column matches 'patients'; did you mean 'patient'\?"),
    ],
)
def test_messages_are_those_of_frames(tmp_path: Path, chosen: Split, message: str) -> None:
    """Rows with what is missing or wrong are named."""
    whole = frame().assign(row_id=[f"r{n}" for n in range(400)])
    whole = whole.astype({"patient": "float64"})
    whole.loc[3, ["label", "patient", "day", "price"]] = None
    stored = whole.assign(patient=whole["patient"].astype("Int64"))  # as ingest leaves it
    tables.write(stored, tmp_path / "table.parquet")
    with pytest.raises(ValueError, match=message):
        splits_tables.parting(tmp_path / "table.parquet", None, chosen, 3)
    with pytest.raises(ValueError, match=message):
        splits.parting(whole, chosen, 3)


def test_a_column_of_names_is_no_stratum(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values are counted before they are kept."""
    monkeypatch.setattr(splits_tables, "MANY", 50)
    with pytest.raises(ValueError, match="column 'row_id' has more than 50 different values, too"):
        splits_tables.parting(table, None, Split(stratify=("row_id",)), 3)


def test_columns_may_be_called_as_they_like(tmp_path: Path) -> None:
    """Names that queries use for themselves mean the table's columns; one cannot be had."""
    whole = frame().rename(columns={"label": "value", "flag": "place", "day": "turn"})
    whole = whole.rename(columns={"price": "row", "patient": "name", "family": "wanted"})
    tables.write(whole, tmp_path / "table.parquet")
    chosen = Split(stratify=("value", "place"))
    one = splits.parting(whole, chosen, 3)
    two = splits_tables.parting(tmp_path / "table.parquet", None, chosen, 3)
    np.testing.assert_array_equal(one.train, two.train)
    tables.write(whole.rename(columns={"row": "file_row_number"}), tmp_path / "table.parquet")
    with pytest.raises(ValueError, match="a column 'file_row_number', which is what DuckDB calls"):
        splits_tables.parting(tmp_path / "table.parquet", None, chosen, 3)
