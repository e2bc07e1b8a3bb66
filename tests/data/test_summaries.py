"""Summaries count what there is and describe training rows only."""

import math

import pandas as pd
import pytest

from trunkline.data import stored, summaries
from trunkline.data.stored import Stored


def parts() -> dict[str, Stored]:
    """Return 90 training rows of three labels and one row for each other part."""
    train = pd.DataFrame(
        {
            "row_id": [f"r{i:02d}" for i in range(90)],
            "x": [i / 3 for i in range(90)],
            "label": [0] * 60 + [1] * 20 + [2] * 10,
            "word": pd.Series(["a", "b", None] * 30, dtype="str"),
        }
    )
    frames = {
        "train": train,
        "validation": train.tail(1).assign(x=1000.0),
        "test": train.head(1).assign(x=-1000.0),
    }
    return {name: stored.of_frame(frame) for name, frame in frames.items()}


def test_rows_are_counted() -> None:
    """Ingested rows are those of all parts and those set aside."""
    found = summaries.summarise(parts(), 1, ())
    assert found["rows"] == {
        "ingested": 93, "train": 90, "validation": 1, "test": 1, "quarantine": 1,
    }  # fmt: skip
    assert list(found["classes"]) == ["x", "label", "word"]


def test_columns_are_described_by_training_rows() -> None:
    """Extremes of the test rows do not show; text has neither extremes nor mean."""
    columns = {c["name"]: c for c in summaries.summarise(parts(), 1, ())["columns"]}
    assert list(columns) == ["x", "label", "word"]
    assert columns["x"] == {
        "name": "x", "type": "float64", "missing": 0, "distinct": 90,
        "minimum": 0.0, "maximum": 29.6667, "mean": 14.8333,
    }  # fmt: skip
    assert columns["word"] == {"name": "word", "type": "str", "missing": 30, "distinct": 2}


def test_classes_are_counted_by_part() -> None:
    """Each label of a stratify column is counted in each part."""
    classes = summaries.summarise(parts(), 1, ("label",))["classes"]["label"]
    assert classes["train"] == {"0": 60, "1": 20, "2": 10}
    assert classes["test"] == {"0": 1}


def test_values_are_counted_where_they_are_few() -> None:
    """A task's labels are told whether or not they stratify; numbers and names of rows are not."""
    found = summaries.summarise(parts(), 1, ("label",))["classes"]
    assert list(found) == ["label", "x", "word"]
    assert found["word"]["train"] == {"a": 30, "b": 30}
    assert sum(found["word"]["test"].values()) == 1
    many = pd.DataFrame({"row_id": [f"{i:03d}" for i in range(202)], "one": 1})
    many["hundred"], many["more"] = many.index % 100, many.index % 101
    tables = {"train": stored.of_frame(many)}
    assert list(summaries.summarise(tables, 0, ())["classes"]) == ["hundred"]


@pytest.mark.parametrize("other", ["label", "rows", "stored"])
def test_another_column_may_have_the_name_that_a_query_uses(other: str) -> None:
    """Values are those of the column that was asked for."""
    table = pd.DataFrame({"row_id": ["a", "b", "c"], "sex": ["f", "f", "m"], other: [1, 2, 3]})
    found = summaries.summarise({"train": stored.of_frame(table)}, 0, ("sex",))
    assert found["classes"]["sex"]["train"] == {"f": 2, "m": 1}


def test_samples_are_spread_over_labels() -> None:
    """Labels take turns, as long as they have rows, in the order of the rows."""
    found = summaries.samples(parts()["train"], ("label",))
    assert len(found) == 60
    assert found["label"].value_counts().to_dict() == {0: 30, 1: 20, 2: 10}
    assert found["row_id"].head(4).tolist() == ["r00", "r60", "r80", "r01"]


def test_samples_without_labels_are_the_first_rows() -> None:
    """Without a stratify column the order of hashes decides."""
    assert summaries.samples(parts()["train"], ())["row_id"].tolist() == [
        f"r{i:02d}" for i in range(60)
    ]


def test_numbers_of_every_type_are_described_as_pandas_has_them() -> None:
    """Missing, infinite, long and true values: counts, extremes and the exact mean."""
    values = pd.Series([0.1, 0.2, 0.2, None, float("inf"), -0.0, 0.0, 1e300, -1e300])
    table = pd.DataFrame(
        {
            "row_id": [f"r{place}" for place in range(9)],
            "fraction": values,
            "single": values.clip(-9, 9).astype("float32"),
            "long": [2**60, 2**60 + 1, *range(7)],
            "small": pd.Series(range(9)).astype("int8"),
            "truth": [True, False] * 4 + [True],
            "none": [None] * 8 + [float("inf")],
        }
    )
    found = summaries.summarise({"train": stored.of_frame(table)}, 0, ())["columns"]
    for facts in found:
        column = table[facts["name"]]
        assert facts["missing"] == column.isna().sum()
        assert facts["distinct"] == column.nunique()
        numbers = [float(value) for value in column if math.isfinite(value)]
        if numbers:
            assert facts["minimum"] == float(f"{min(numbers):.6g}")
            assert facts["maximum"] == float(f"{max(numbers):.6g}")
            assert facts["mean"] == float(f"{math.fsum(numbers) / len(numbers):.6g}")
        else:
            assert "mean" not in facts
    assert [facts["name"] for facts in found] == [name for name in table if name != "row_id"]
