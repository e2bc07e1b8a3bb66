"""Several labels of a row: 0, 1 or missing, each on its own."""

import numpy as np
import pandas as pd
import pytest

from trunkline.settings.study import Task
from trunkline.tasks import budgets, labels

FRAME = pd.DataFrame(
    {
        "a": [1, 0, 1, 0],
        "b": [True, None, False, None],
        "c": [np.nan, np.nan, 0.0, 1.0],
        "two": [0, 1, 2, 1],
        "words": ["0", "1", "0", "1"],
        "ones": [1, 1, 1, 1],
        "none": [np.nan] * 4,
        "side": ["x", "x", "x", "y"],
    }
)


def task(*targets: str, **options: object) -> Task:
    """Return a task of these columns."""
    return Task(kind="multilabel", targets=targets, **options)  # type: ignore[arg-type]  # by name


def test_labels_are_read_column_by_column() -> None:
    """Integers, floats and booleans with holes; a hole is 0 and not present."""
    found = labels.encode(FRAME, "t", task("a", "b", "c"))
    assert found.y.tolist() == [[1, 1, 0], [0, 0, 0], [1, 0, 0], [0, 0, 1]]
    assert found.y.dtype == np.float32
    expected = [[1, 1, 0], [1, 0, 0], [1, 1, 1], [1, 0, 1]]
    assert found.present.astype(int).tolist() == expected
    np.testing.assert_array_equal(
        found.truths(), [[1, 1, np.nan], [0, np.nan, np.nan], [1, 0, 0], [0, np.nan, 1]]
    )


def test_a_row_without_any_label_is_not_known() -> None:
    """One label is enough for a row to belong to the task."""
    assert labels.encode(FRAME, "t", task("b", "c")).known.tolist() == [True, False, True, True]


def test_where_selects_rows() -> None:
    """Rows that `where` leaves out have no label."""
    found = labels.encode(FRAME, "t", task("a", "b", where={"side": ("x",)}))
    assert found.known.tolist() == [True, True, True, False]
    assert not found.present[3].any()


def test_units_and_names() -> None:
    """An output for each label; there are no classes that exclude each other."""
    assert labels.units(task("a", "b", "c")) == 3
    assert labels.class_names(task("a", "b", "c")) == []


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (("a", "d"), "task 't' expects a column 'd'"),
        (("a", "two"), "task 't': column 'two' of its targets holds 2: expected 0, 1, true"),
        (("a", "words"), "task 't': column 'words' of its targets holds 0, 1: expected 0, 1"),
        (("a", "ones"), "task 't': label 'ones' is 1 in every row that has it: there is nothing"),
        (("a", "none"), "task 't': label 'none' is in no row: there is nothing to learn"),
        (("none",), "task 't' has no row with a label in column 'none': check"),
        (("none", "none"), "in column 'none' or another of its targets: check `where`"),
    ],
)
def test_every_doubt_is_raised(targets: tuple[str, ...], message: str) -> None:
    """What cannot be learned is refused with task, column and what to do."""
    with pytest.raises(ValueError, match=message):
        labels.encode(FRAME, "t", task(*targets))


def test_a_budget_counts_rows() -> None:
    """As for a regression: k rows with a label or more, whatever their classes."""
    one = task("b", "c")
    draw = budgets.draw(
        labels.encode(FRAME, "t", one), "t", one, budget=3, validation_share=0.4,
        rng=np.random.Generator(np.random.PCG64(1)),
    )  # fmt: skip
    assert sorted([*draw.train, *draw.held]) == [0, 2, 3]
    assert (draw.train.size, draw.held.size) == (2, 1)
