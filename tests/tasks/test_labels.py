"""Labels: the right numbers, or an error that says what is wrong with the column."""

import numpy as np
import pandas as pd
import pytest

from trunkline.settings.study import Task
from trunkline.tasks import labels

FRAME = pd.DataFrame(
    {
        "row_id": list("abcdef"),
        "digit": [0, 1, 2, 2, 1, 0],
        "colour": ["red", "blue", None, "red", "blue", "red"],
        "amount": [1.5, -2.0, np.nan, 0.0, 4.0, 1.0],
        "same": [3.0] * 6,
        "wide": [1e39, 0.0, 1.0, 2.0, 3.0, 4.0],
        "endless": [np.inf, 0.0, 1.0, 2.0, 3.0, 4.0],
        "flag": [True, False, True, True, False, False],
    }
)
DIGIT = Task(kind="multiclass", target="digit", classes=(2, 0, 1))


def test_classes_are_numbered_in_their_order() -> None:
    """The index of a class is its place in `classes`."""
    encoded = labels.encode(FRAME, "digit", DIGIT)
    assert encoded.y.tolist() == [1, 2, 0, 0, 2, 1]
    assert encoded.y.dtype == np.float32
    assert encoded.known.all()


def test_text_classes_and_missing_labels() -> None:
    """Text labels work, and a row without a label is not known and holds 0."""
    task = Task(kind="multiclass", target="colour", classes=("blue", "red"))
    encoded = labels.encode(FRAME, "colour", task)
    assert encoded.y.tolist() == [1, 0, 0, 1, 0, 1]
    assert encoded.known.tolist() == [True, True, False, True, True, True]


def test_positive_labels_count_as_one() -> None:
    """A binary task is 1 for its positive labels, 0 for all others."""
    task = Task(kind="binary", target="digit", positive=(1, 2))
    assert labels.encode(FRAME, "t", task).y.tolist() == [0, 1, 1, 1, 1, 0]


def test_regression_keeps_its_values() -> None:
    """A regression's labels are the values; a missing one is not known."""
    encoded = labels.encode(FRAME, "t", Task(kind="regression", target="amount"))
    assert encoded.y.tolist() == [1.5, -2.0, 0.0, 0.0, 4.0, 1.0]
    assert encoded.known.tolist() == [True, True, False, True, True, True]


def test_where_selects_rows() -> None:
    """Only rows with one of the values in each column of `where` belong to the task."""
    where: dict[str, tuple[bool | int | str, ...]] = {"digit": (0, 2), "colour": ("red",)}
    task = Task(kind="binary", target="digit", positive=(0,), where=where)
    assert labels.encode(FRAME, "t", task).known.tolist() == [True, False, False, True, False, True]


def test_index_of_the_frame_does_not_matter() -> None:
    """Labels follow rows, whatever the frame's index says."""
    shuffled = FRAME.set_index(pd.Index([5, 5, 3, 0, 9, 1]))
    expected = labels.encode(FRAME, "digit", DIGIT)
    np.testing.assert_array_equal(labels.encode(shuffled, "digit", DIGIT).y, expected.y)


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (
            Task(kind="regression", target="height"),
            r"task 't' expects a column 'height', the table has row_id, digit.*correct `target`",
        ),
        (
            Task(kind="regression", target="amount", where={"site": (1,)}),
            "task 't' expects a column 'site'",
        ),
        (
            Task(kind="regression", target="amount", where={"digit": (7,)}),
            "task 't' has no row with a label in column 'amount': check `where`",
        ),
        (
            Task(kind="multiclass", target="digit", classes=(0, 1)),
            "task 't': column 'digit' holds 2, which `classes` does not name: add",
        ),
        (
            Task(kind="multiclass", target="digit", classes=(0, 1, 2, 3)),
            "task 't': class 3 has no row in column 'digit': remove it",
        ),
        (
            Task(kind="binary", target="digit", positive=(7,)),
            r"task 't': every row is negative.*check `positive`, now \[7\].*column 'digit'",
        ),
        (
            Task(kind="binary", target="digit", positive=(0, 1, 2)),
            "task 't': every row is positive: a binary task needs both",
        ),
        (
            Task(kind="regression", target="colour"),
            "task 't' is a regression and expects numbers in column 'colour', received str",
        ),
        (
            Task(kind="regression", target="flag"),
            "task 't' is a regression and expects numbers in column 'flag', received bool",
        ),
        (
            Task(kind="regression", target="endless"),
            "task 't': column 'endless' holds infinity, or numbers too large",
        ),
        (
            Task(kind="regression", target="wide"),
            "task 't': column 'wide' holds infinity, or numbers too large",
        ),
        (
            Task(kind="regression", target="same"),
            r"task 't': column 'same' is constant \(3.0\): nothing to learn",
        ),
    ],
)
def test_every_doubt_is_raised(task: Task, message: str) -> None:
    """What cannot be learned is refused, with task, column and what to do."""
    with pytest.raises(ValueError, match=message):
        labels.encode(FRAME, "t", task)


@pytest.mark.parametrize(
    ("task", "units", "names"),
    [
        (DIGIT, 3, ["2", "0", "1"]),
        (Task(kind="binary", target="digit", positive=(1,)), 1, ["no", "yes"]),
        (Task(kind="regression", target="amount"), 1, []),
    ],
)
def test_units_and_names(task: Task, units: int, names: list[str]) -> None:
    """A head has an output a class, one for two classes or a value; values have no names."""
    assert labels.units(task) == units
    assert labels.class_names(task) == names


@pytest.mark.parametrize(
    ("task", "values"),
    [
        (Task(kind="binary", target="x", positive=(1,)), [np.nan] * 3),
        (Task(kind="multiclass", target="x", classes=("a", "b")), [None] * 3),
        (Task(kind="regression", target="x"), [np.nan] * 3),
    ],
)
def test_labels_that_are_all_missing(task: Task, values: list[object]) -> None:
    """A column without any label is refused, whatever the kind of the task."""
    frame = pd.DataFrame({"row_id": ["r0", "r1", "r2"], "x": values})
    with pytest.raises(ValueError, match="task 't' has no row with a label in column 'x': check"):
        labels.encode(frame, "t", task)
