"""Weights of rows and classes: hand numbers, scikit-learn, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_class_weight

from trunkline.settings.study import Task
from trunkline.tasks import labels, weighting, weights

FRAME = pd.DataFrame(
    {
        "row_id": list("pqrstu"),
        "sick": [1, 0, 0, 0, 1, np.nan],
        "colour": ["red", "blue", "blue", "green", "blue", "blue"],
        "a": [1, 1, 0, 1, np.nan, 0],
        "b": [0, 0, 1, 0, 1, 1],
        "amount": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        "count": [1, 2, 0, 4, 1, 7],
        "hole": [1.0, np.nan, 1.0, np.inf, 1.0, np.nan],
        "minus": [1.0, 1.0, -0.5, 1.0, 1.0, -9.0],
        "text": list("112211"),
        "nothing": [0] * 6,
        "late": [np.nan] * 5 + [1.0],
    }
)
ALL = np.arange(6)
SICK = Task(kind="binary", target="sick", positive=(1,))


def drawn(rows: np.ndarray = ALL, **options: object) -> labels.Labels:
    """Return the weighted labels of a task of FRAME."""
    task = Task(**{"kind": "binary", "target": "sick", "positive": (1,), **options})  # type: ignore[arg-type]  # by name
    return weighting.drawn("t", task, labels.encode(FRAME, "t", task), rows)


def given_weight(rows: np.ndarray = ALL, **options: object) -> np.ndarray:
    """Return the weights of such labels, which there must be."""
    weight = drawn(rows, **options).weight
    assert weight is not None
    assert weight.dtype == np.float32
    return weight


def test_without_weights_nothing_is_weighed() -> None:
    """The labels stay as they are."""
    assert drawn().weight is None


def test_balanced_by_hand() -> None:
    """Of five labels two are yes: 5 / (2 * 2) for yes, 5 / (2 * 3) for no."""
    weight = given_weight(class_weight="balanced")
    np.testing.assert_allclose(weight[:5], [1.25, 5 / 6, 5 / 6, 5 / 6, 1.25], rtol=1e-6)


def test_only_training_rows_are_counted() -> None:
    """Of rows 0 to 3 one in four is yes; the weight holds for other rows of the class too."""
    weight = given_weight(np.arange(4), class_weight="balanced")
    np.testing.assert_allclose(weight[:5], [2, 2 / 3, 2 / 3, 2 / 3, 2], rtol=1e-6)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40))
def test_balanced_is_scikit_learns(y: list[int]) -> None:
    """For the classes that occur; all together they count as many rows as there are."""
    values, found = np.array(y), np.unique(y)
    classes = {value: place for place, value in enumerate(found)}
    index = np.array([classes[value] for value in y])
    ours = weights.balanced(index, len(found))
    theirs = compute_class_weight("balanced", classes=found, y=values)
    np.testing.assert_allclose(ours, theirs)
    assert ours[index].sum() == pytest.approx(len(y))


def test_a_class_without_a_training_row() -> None:
    """It weighs as much as if it had one."""
    assert weights.balanced(np.zeros(4), 2).tolist() == [0.5, 2.0]


def test_weights_by_name() -> None:
    """A class that is not named weighs 1."""
    weight = given_weight(
        kind="multiclass", target="colour", positive=(), classes=("red", "blue", "green"),
        class_weight={"red": 3.0, "green": 0.5},
    )  # fmt: skip
    assert weight.tolist() == [3, 1, 1, 0.5, 1, 1]


def test_weights_of_several_labels() -> None:
    """`balanced` weighs each label by its own classes, a name the 1 of its column."""
    several = {"kind": "multilabel", "target": "", "positive": (), "targets": ("a", "b")}
    weight = given_weight(**several, class_weight="balanced")
    y = FRAME["a"].dropna()
    expected = compute_class_weight("balanced", classes=np.array([0.0, 1.0]), y=y)
    np.testing.assert_allclose(weight[y.index, 0], expected[y.astype(int)], rtol=1e-6)
    named = given_weight(**several, class_weight={"b": 4.0})
    assert named[:, 1].tolist() == [1, 1, 4, 1, 4, 4]
    assert named[:, 0].tolist() == [1] * 6


def test_rows_and_classes_multiply() -> None:
    """A label counts the weight of its row times that of its class; no label, nothing."""
    weight = given_weight(sample_weight="count", class_weight={"yes": 10.0})
    assert weight.tolist() == [10, 2, 0, 4, 10, 0]
    alone = given_weight(sample_weight="count")
    assert alone.tolist() == [1, 2, 0, 4, 1, 0]


def test_test_rows_are_not_weighed() -> None:
    """Scores count all rows the same: there the column is not even read."""
    task = Task(kind="binary", target="sick", positive=(1,), sample_weight="gone")
    assert labels.encode(FRAME, "t", task, weighted=False).weight is None


def test_a_row_without_a_label_needs_no_weight() -> None:
    """Weights are checked where they count: the last row has no label."""
    frame = FRAME.assign(late=[1.0] * 5 + [np.nan])
    task = Task(kind="binary", target="sick", positive=(1,), sample_weight="late")
    found = labels.encode(frame, "t", task).weight
    assert found is not None
    assert found.tolist() == [1, 1, 1, 1, 1, 0]


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("gone", "task 't' expects a column 'gone', the table has row_id.*correct `sample_weight`"),
        ("text", "task 't': expected numbers in its sample_weight 'text', received str"),
        (
            "hole",
            r"'hole' of 2 rows with a label is negative, missing.*\(such as nan\) in rows q, s",
        ),
        ("minus", r"'minus' of 1 rows.*\(such as -0.5\) in rows r: expected 0 or more"),
        ("nothing", "the 6 training rows drawn all have sample_weight 0: give more rows a weight"),
    ],
)
def test_wrong_weights_are_refused(column: str, message: str) -> None:
    """Missing, negative and infinite weights stop with column and rows."""
    with pytest.raises(ValueError, match=message):
        drawn(sample_weight=column)


def test_rows_without_names() -> None:
    """A table without row ids is told without them."""
    task = Task(kind="binary", target="sick", positive=(1,), sample_weight="minus")
    with pytest.raises(ValueError, match=r"\(such as -0.5\): expected 0 or more"):
        labels.encode(FRAME.drop(columns="row_id"), "t", task)
