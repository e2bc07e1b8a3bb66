"""Keys lists what contracts refer to, of most datasets nothing."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from stages import keys
from trunkline.artifacts import results, tables

REFERENCE = {"dataset": "users", "column": "id"}
RULE: dict[str, Any] = {"type": "foreign_key", "column": "user", "kwargs": REFERENCE}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with a table and two contracts."""
    frame = pd.DataFrame({"row_id": ["a", "b", "c"], "id": [7, 5, 7], "name": [*"xyz"]})
    tables.write(frame, tmp_path / "table.parquet")
    results.write({"dataset": "ratings", "rules": [RULE]}, tmp_path / "contracts/ratings.json")
    results.write({"dataset": "users", "expectations": []}, tmp_path / "contracts/users.json")
    return tmp_path


def listed(place: Path, dataset: str) -> pd.DataFrame:
    """Return what the stage writes for a dataset."""
    target = place / f"keys/{dataset}.parquet"
    keys.main(
        dataset=dataset, table=place / "table.parquet", contracts=place / "contracts", keys=target
    )
    return tables.read(target)


def test_a_column_that_is_referred_to_is_listed(place: Path) -> None:
    """Each value once, with the column it is of."""
    found = listed(place, "users")
    assert found["column"].tolist() == ["id", "id"]
    assert found["key"].is_monotonic_increasing
    assert found["kind"].unique().tolist() == ["int64"]


def test_other_changes_change_nothing(place: Path) -> None:
    """Neither another contract, nor another column, nor more rows of known values."""
    before = listed(place, "users")
    results.write({"dataset": "users", "rules": []}, place / "contracts/users.json")
    frame = tables.read(place / "table.parquet").assign(name="n")
    more = frame.assign(row_id="x" + frame["row_id"])
    tables.write(pd.concat([more, frame]), place / "table.parquet")
    listed(place, "users")
    pd.testing.assert_frame_equal(listed(place, "users"), before)


def test_most_datasets_have_none(place: Path) -> None:
    """Nobody refers to them."""
    assert listed(place, "ratings").empty
