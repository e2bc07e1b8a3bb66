"""A folder of tables and values appears whole."""

from pathlib import Path

import pandas as pd
import pytest

from trunkline.artifacts import records, results, tables

RUNS = pd.DataFrame({"task": ["a", "b"], "value": [1.5, float("nan")]})


def test_tables_and_values_by_name(tmp_path: Path) -> None:
    """Frames become Parquet, all else JSON, under the names they were given."""
    records.write({"runs": RUNS, "summary": {"study": "s"}, "list": [1, 2]}, tmp_path / "r")
    names = sorted(path.name for path in (tmp_path / "r").iterdir())
    assert names == ["list.json", "runs.parquet", "summary.json"]
    pd.testing.assert_frame_equal(tables.read(tmp_path / "r" / "runs.parquet"), RUNS)
    assert results.read(tmp_path / "r" / "summary.json") == {"study": "s"}


def test_a_failure_keeps_the_old_folder(tmp_path: Path) -> None:
    """When one entry cannot be written, all of the old ones stay."""
    records.write({"summary": {"study": "old"}}, tmp_path / "r")
    with pytest.raises(ValueError, match=r"summary\.json cannot hold nan at .loss."):
        records.write({"runs": RUNS, "summary": {"loss": float("nan")}}, tmp_path / "r")
    assert [path.name for path in (tmp_path / "r").iterdir()] == ["summary.json"]
    assert results.read(tmp_path / "r" / "summary.json") == {"study": "old"}
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_an_empty_table_is_written(tmp_path: Path) -> None:
    """A part without runs leaves a table without rows, with its columns."""
    records.write({"runs": RUNS[:0]}, tmp_path / "r")
    found = tables.read(tmp_path / "r" / "runs.parquet")
    assert (len(found), list(found)) == (0, ["task", "value"])
