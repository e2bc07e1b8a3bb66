"""Rows that break the contract are set aside, named with what they break, and never come back."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from trunkline.data import outcomes, quarantining, stored
from trunkline.settings.dataset import Dataset

ROWS = 100


def frame() -> pd.DataFrame:
    """Return a hundred rows; two break a range, one of them and another a set."""
    rows = pd.DataFrame(
        {
            "row_id": [f"r{place:02d}" for place in range(ROWS)],
            "size": np.arange(ROWS) % 10,
            "word": ["a", "b"] * (ROWS // 2),
        }
    )
    rows.loc[[7, 40], "size"] = 99
    rows.loc[[40, 41], "word"] = "z"
    return rows


RANGE = {"type": "expect_column_values_to_be_between", "column": "size", "kwargs": {"max_value": 9}}
KNOWN = {
    "type": "expect_column_values_to_be_in_set",
    "column": "word",
    "kwargs": {"value_set": ["a", "b"]},
}
MEAN = {
    "type": "expect_column_mean_to_be_between", "column": "size", "kwargs": {"max_value": 0},
}  # fmt: skip
NAMES = {"type": "expect_column_values_to_be_unique", "column": "row_id"}


def settings(share: float = 0.1, **others: Any) -> Dataset:
    """Return a dataset that sets rows aside."""
    chosen = {"on_violation": "quarantine", "quarantine_share": share} | others
    return Dataset(title="D", **chosen)


def contract(*expectations: dict[str, Any]) -> dict[str, Any]:
    """Return a contract of some expectations."""
    return {"dataset": "small", "expectations": list(expectations)}


def aside(found: stored.Stored, held: outcomes.Validation, chosen: Dataset) -> pd.DataFrame:
    """Return the rows set aside."""
    schema, batches = quarantining.rows(found, held, chosen)
    return pa.Table.from_batches(batches, schema).to_pandas()


def test_rows_are_set_aside_with_their_reasons() -> None:
    """A row is in one part only, and names each expectation and column that it breaks."""
    table = stored.of_frame(frame())
    kept, held = quarantining.keep(table, contract(RANGE, KNOWN, NAMES), "small", settings())
    names = set(kept.whole(["row_id"])["row_id"])
    assert len(names) == kept.rows == 97
    found = aside(table, held, settings())
    assert found["row_id"].tolist() == ["r07", "r40", "r41"]
    assert found[quarantining.FAILED].tolist() == [
        "expect_column_values_to_be_between(size)",
        "expect_column_values_to_be_between(size); expect_column_values_to_be_in_set(word)",
        "expect_column_values_to_be_in_set(word)",
    ]
    assert names.isdisjoint(found["row_id"])
    assert found.drop(columns=quarantining.FAILED).equals(
        frame().iloc[[7, 40, 41]].reset_index(drop=True)
    )


@pytest.mark.parametrize(("values", "kind"), [([1, 2], "int64"), ([True, False], "bool")])
def test_a_gap_that_is_set_aside_changes_no_type(values: list[Any], kind: str) -> None:
    """The rest lacks nothing, so whole numbers and booleans are these again, as the parts are."""
    rows = frame().assign(given=pa.array((values * ROWS)[:ROWS]).to_pandas())
    table = pa.Table.from_pandas(rows, preserve_index=False)
    given = [None, *table["given"].to_pylist()[1:]]
    table = table.set_column(table.schema.get_field_index("given"), "given", pa.array(given))
    read = stored.of_frame(rows)
    read = replace(
        read,
        types=read.types | {"given": str(table["given"].to_pandas().dtype)},
        read=lambda columns: iter(table.select(list(columns)).to_batches()),
        scan=table,
    )
    there = {"type": "expect_column_values_to_not_be_null", "column": "given"}
    typed = {"type": "expect_column_values_to_be_of_type", "column": "given"}
    asked = contract(there, typed | {"kwargs": {"type_": kind}})
    kept, held = quarantining.keep(read, asked, "small", settings())
    assert held.success
    assert (kept.types["given"], str(kept.whole(["given"])["given"].dtype)) == (kind, kind)
    with pytest.raises(outcomes.ContractViolation, match=f"expected type_='{kind}'"):
        quarantining.keep(read, contract(asked["expectations"][1]), "small", settings())


def test_numbers_are_told_by_expectation() -> None:
    """Counts and examples are of all rows, success is about the rest."""
    table = stored.of_frame(frame())
    _, held = quarantining.keep(table, contract(RANGE, KNOWN, NAMES), "small", settings())
    told = outcomes.to_json(held)
    assert told["success"]
    assert told["rows"] == ROWS
    fields = ("unexpected_count", "quarantined", "success")
    found = [tuple(outcome[name] for name in fields) for outcome in told["expectations"]]
    assert found == [(2, 2, True), (2, 2, True), (0, 0, True)]
    assert told["expectations"][0]["examples"] == ("r07", "r40")


def test_copies_are_set_aside_together() -> None:
    """Of values that occur twice none is the right one."""
    table = stored.of_frame(frame().assign(code=[*range(ROWS - 1), 0]))
    twice = {"type": "expect_column_values_to_be_unique", "column": "code"}
    kept, held = quarantining.keep(table, contract(twice), "small", settings())
    assert aside(table, held, settings())["row_id"].tolist() == ["r00", "r99"]
    assert kept.rows == 98


def test_kept_rows_are_marked() -> None:
    """The mask has a place for each row of the table; where none is set aside there is none."""
    table = stored.of_frame(frame())
    kept, _ = quarantining.keep(table, contract(RANGE), "small", settings())
    mask = quarantining.kept(kept)
    assert mask is not None
    assert np.flatnonzero(~mask).tolist() == [7, 40]
    assert quarantining.kept(table) is None


def test_what_is_kept_is_checked_again() -> None:
    """An expectation about the whole must hold of the rest: a count that only all rows have."""
    count = {"type": "expect_table_row_count_to_equal", "kwargs": {"value": ROWS}}
    with pytest.raises(outcomes.ContractViolation, match="found 97, expected value=100"):
        quarantining.keep(
            stored.of_frame(frame()), contract(RANGE, KNOWN, count), "small", settings()
        )
    classes = {
        "type": "expect_column_distinct_values_to_equal_set",
        "column": "word",
        "kwargs": {"value_set": ["a", "b"]},
    }
    kept, held = quarantining.keep(
        stored.of_frame(frame()), contract(KNOWN, classes), "small", settings()
    )
    assert (kept.rows, held.success) == (98, True)


def test_expectations_about_the_whole_stop() -> None:
    """No row is to blame for a mean."""
    with pytest.raises(outcomes.ContractViolation, match="1 of 1 expectations do not hold"):
        quarantining.keep(stored.of_frame(frame()), contract(MEAN), "small", settings())


@pytest.mark.parametrize(
    ("share", "message"),
    [
        (0.02, "3 rows of 100 are more than the share of 0.02"),
        (0.01, "the rows that break it of 100 are more than the share of 0.01"),
    ],
)
def test_too_many_rows_stop(share: float, message: str) -> None:
    """Above the stated share the run stops, with the table of what is broken."""
    with pytest.raises(outcomes.ContractViolation, match=message) as caught:
        quarantining.keep(
            stored.of_frame(frame()), contract(RANGE, KNOWN), "small", settings(share)
        )
    assert "expect_column_values_to_be_in_set   word    2      r40, r41" in str(caught.value)


def test_by_default_one_row_stops() -> None:
    """Without the setting nothing is set aside; the message names it where it would help."""
    table, dataset = stored.of_frame(frame()), Dataset(title="D")
    with pytest.raises(outcomes.ContractViolation, match="'small' breaks its contract") as caught:
        quarantining.keep(table, contract(RANGE), "small", dataset)
    assert str(caught.value).endswith("few such rows, set `on_violation: quarantine`.")
    with pytest.raises(outcomes.ContractViolation, match="'small' breaks its contract") as caught:
        quarantining.keep(table, contract(RANGE, MEAN), "small", dataset)
    assert "on_violation" not in str(caught.value)


def test_the_column_of_reasons_must_be_free() -> None:
    """A table that has such a column is refused before anything is written."""
    table = stored.of_frame(frame().assign(**{quarantining.FAILED: ""}))
    with pytest.raises(ValueError, match="the table has a column 'failed_expectations'"):
        quarantining.keep(table, contract(RANGE), "small", settings())
