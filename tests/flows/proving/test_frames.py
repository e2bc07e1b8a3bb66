import numpy as np
import pandas as pd
import pytest

from flows.proving import frames

FRAME = pd.DataFrame(
    {
        "row": [1, 2, 3, 4],
        "value": [0.5, 1.0, np.nan, -2.0],
        "name": ["a", "b", None, "d"],
        "yes": [True, False, True, False],
        "at": pd.to_datetime(["2020-01-01", "2020-01-02", None, "2020-01-04"]),
    }
)


def test_a_table_is_like_itself() -> None:
    """Missing values are alike; equal cells in other bytes are called that."""
    summary, details = frames.compare(FRAME, FRAME.copy())
    assert summary.startswith("the same cells in other bytes")
    assert details == ()


def test_the_largest_difference_of_a_column_is_found() -> None:
    """Column, number of rows, largest absolute and relative difference, and where."""
    after = FRAME.assign(value=[0.75, 1.25, np.nan, -2.5])
    summary, [detail] = frames.compare(FRAME, after)
    assert summary == "3 of 4 rows differ"
    assert (detail.where, detail.count, detail.absolute) == ("value", 3, 0.5)
    assert detail.relative == pytest.approx(1 / 3)
    assert detail.example == "row 3: -2.0 became -2.5"


@pytest.mark.parametrize(
    ("column", "values", "example"),
    [
        ("name", ["a", "x", None, "d"], "row 1: 'b' became 'x'"),
        ("yes", [True, False, False, False], "row 2: True became False"),
        (
            "at",
            pd.to_datetime(["2020-01-01", "2020-01-03", None, "2020-01-04"]),
            "row 1: Timestamp('2020-01-02 00:00:00') became Timestamp('2020-01-03 00:00:00')",
        ),
    ],
)
def test_what_is_no_number_is_counted(column: str, values: object, example: str) -> None:
    """Texts, truths and times have no largest difference, but a first one."""
    summary, [detail] = frames.compare(FRAME, FRAME.assign(**{column: values}))
    assert summary == "1 of 4 rows differ"
    assert (detail.where, detail.count, detail.absolute, detail.relative) == (column, 1, None, None)
    assert detail.example == example


def test_a_number_that_went_missing_is_no_distance() -> None:
    """The row counts; other rows give the largest difference."""
    _, [detail] = frames.compare(FRAME, FRAME.assign(value=[np.nan, 1.5, np.nan, -2.0]))
    assert (detail.count, detail.absolute) == (2, 0.5)
    _, [detail] = frames.compare(FRAME, FRAME.assign(value=[np.nan, 1.0, np.inf, -2.0]))
    assert (detail.count, detail.absolute, detail.relative) == (2, None, None)


def test_rows_in_another_order_are_called_that() -> None:
    """The most frequent mistake has a name."""
    summary, details = frames.compare(FRAME, FRAME.iloc[::-1].reset_index(drop=True))
    assert summary == "the same 4 rows in another order"
    assert details[0].where == "row"


def test_columns_that_come_go_or_change_type_are_named() -> None:
    """Each with what became of it, whatever its cells."""
    after = FRAME.drop(columns="name").assign(new=1, row=[1.0, 2.0, 3.0, 4.0])
    _, details = frames.compare(FRAME, after)
    assert [(each.where, each.example) for each in details] == [
        ("row", "type int64 became float64"),
        ("name", "the column is gone"),
        ("new", "the column is new"),
    ]


def test_other_numbers_of_rows_are_not_compared_cell_by_cell() -> None:
    """One row more would make all of them differ."""
    assert frames.compare(FRAME, FRAME.iloc[1:]) == ("4 rows became 3", ())


def test_lists_in_cells_are_compared() -> None:
    """Nested columns of Parquet come as arrays."""
    before = pd.DataFrame({"many": [np.arange(2000), np.arange(2)]})
    changed = np.arange(2000)
    changed[1000] = -1  # where NumPy abbreviates
    _, [detail] = frames.compare(before, pd.DataFrame({"many": [changed, np.arange(2)]}))
    assert (detail.where, detail.count) == ("many", 1)
    assert len(detail.example) < 200
