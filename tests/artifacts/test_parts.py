"""Parts of a large table: the bytes that a frame would be written to, whatever the buckets."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from trunkline.artifacts import parts, tables
from trunkline.data.splits_parting import Parting

ROWS = 3000


@pytest.fixture
def frame() -> pd.DataFrame:
    """Return rows of several types."""
    rng = np.random.default_rng(1)
    words = rng.choice(["a", "", "\u00e9", None], ROWS)
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(ROWS), "h")
    return pd.DataFrame(
        {"row_id": [f"r{n}" for n in range(ROWS)], "x": rng.normal(size=ROWS), "day": days}
    ).assign(word=pd.Series(words, dtype="str"))


@pytest.mark.parametrize("bucket", [1, 5_000, 2**26], ids=["many", "several", "one"])
def test_parts_have_the_bytes_of_frames(
    frame: pd.DataFrame, tmp_path: Path, bucket: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part has its rows in its order, in row groups that buckets do not shape."""
    monkeypatch.setattr(tables, "ROW_GROUP", 700)
    tables.write(frame, tmp_path / "table.parquet")
    order = np.random.default_rng(2).permutation(ROWS)
    chosen = {"train": order[:1700], "test": order[1700:2900], "none": order[:0]}
    paths = {name: tmp_path / f"{name}.parquet" for name in chosen}
    parts.write(
        tmp_path / "table.parquet", {paths[n]: rows for n, rows in chosen.items()}, bucket=bucket
    )
    for name, rows in chosen.items():
        tables.write(frame.iloc[rows], tmp_path / "expected.parquet")
        assert paths[name].read_bytes() == (tmp_path / "expected.parquet").read_bytes()


def test_nothing_is_left_behind(
    frame: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of the buckets is gone, and a file that cannot be written is as before."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    tables.write(frame, tmp_path / "table.parquet")
    (tmp_path / "out.parquet").write_bytes(b"before")

    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match=r"out\.parquet could not be written: No space left"):
        parts.write(tmp_path / "table.parquet", {tmp_path / "out.parquet": np.arange(ROWS)})
    assert (tmp_path / "out.parquet").read_bytes() == b"before"
    assert not list((tmp_path / "temporary").iterdir())


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    """There is nothing to take rows from."""
    with pytest.raises(FileNotFoundError, match=r"table\.parquet does not exist\. Run `dvc repro`"):
        parts.write(tmp_path / "table.parquet", {})


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    """Bytes that are no Parquet are told."""
    (tmp_path / "table.parquet").write_bytes(b"PAR1 and so on")
    with pytest.raises(ValueError, match=r"table\.parquet is damaged"):
        parts.write(tmp_path / "table.parquet", {})
    with pytest.raises(ValueError, match=r"table\.parquet is damaged"):
        parts.read(tmp_path / "table.parquet")


def test_a_table_is_read_some_columns_at_a_time(frame: pd.DataFrame, tmp_path: Path) -> None:
    """Columns come in the order asked for, rows in that of the file, each with its part."""
    tables.write(frame, tmp_path / "table.parquet")
    parting = Parting(np.array([0, 3]), np.array([1]), np.array([2]))
    rows = parts.read(tmp_path / "table.parquet", parting)
    assert list(rows.names) == list(frame)
    assert rows.parts[:5].tolist() == [0, 1, 2, 0, 255]
    for _ in range(2):
        found = pa.Table.from_batches(rows.read(["x", "row_id"])).to_pandas()
        pd.testing.assert_frame_equal(found, frame[["x", "row_id"]])
    assert not parts.read(tmp_path / "table.parquet").parts.any()


def test_tables_of_a_folder(frame: pd.DataFrame, tmp_path: Path) -> None:
    """They are read in the order of their names."""
    for name, rows in (("b", slice(0, 2)), ("a", slice(2, 4))):
        tables.write(frame[rows], tmp_path / f"{name}.parquet")
    assert list(parts.read_all(tmp_path)["row_id"]) == ["r2", "r3", "r0", "r1"]


def test_a_missing_folder_or_table_is_named(tmp_path: Path) -> None:
    """Nothing is taken for an empty table."""
    with pytest.raises(FileNotFoundError, match=r"keys holds no table\. Run `dvc repro`"):
        parts.read_all(tmp_path / "keys")
    with pytest.raises(FileNotFoundError, match=r"table\.parquet does not exist\. Run `dvc repro`"):
        parts.read(tmp_path / "table.parquet")
