"""Names become places among the sorted ones, whatever type they have."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.interactions.tables_of import table
from trunkline.interactions import ids


@pytest.mark.parametrize(
    ("values", "known"),
    [
        ([30, -4, 30, 7], [-4, 7, 30]),
        ([3.0, 1.0, 3.0, 2.0], [1, 2, 3]),
        (["b", "a", "\u00e9", "B"], ["B", "a", "b", "\u00e9"]),
        (pd.Categorical(["z", "y", "z", "x"]), ["x", "y", "z"]),
        (np.array([9, 3, 2, 3], np.uint8), [2, 3, 9]),
        (pd.array([5, 1, 5, 2], "Int64"), [1, 2, 5]),
    ],
    ids=["whole numbers", "whole fractions", "text", "categories", "small", "nullable"],
)
def test_names_are_sorted(values: object, known: list[object]) -> None:
    """Numbers by size, text by code points; each row has the place of its name."""
    frame = pd.DataFrame({"row_id": list("abcd"), "user": values})
    codes, found = ids.coded(frame, "user", "train")
    assert found.tolist() == known
    assert codes.dtype == np.int32
    assert found[codes].tolist() == list(frame["user"])


@given(st.lists(st.text(min_size=1, max_size=3), min_size=1, max_size=20))
def test_any_text_is_a_name(values: list[str]) -> None:
    """Sorted as Python sorts, and found again."""
    frame = pd.DataFrame({"row_id": [f"r{n}" for n in range(len(values))], "user": values})
    codes, found = ids.coded(frame, "user", "train")
    assert found.tolist() == sorted(set(values))
    assert found[codes].tolist() == values
    assert ids.places(found, found, "users").tolist() == list(range(len(found)))


@pytest.mark.parametrize("nobody", [None, ""], ids=["null", "empty"])
def test_a_row_of_nobody(nobody: str | None) -> None:
    """A missing name, or an empty one, is told with its rows."""
    frame = table(("a", 1), (nobody, 1), ("b", 1), (nobody, 2))
    message = r"train: column 'user' names nobody in 2 rows \(r1, r3\): leave them out at the"
    with pytest.raises(ValueError, match=message):
        ids.coded(frame, "user", "train")


def test_a_number_that_is_missing() -> None:
    """Whole numbers become fractions for a missing one's sake; they are names still."""
    frame = table((1, 1), (None, 1))
    assert frame["user"].dtype == "float64"
    with pytest.raises(ValueError, match=r"'user' names nobody in 1 rows \(r1\)"):
        ids.coded(frame, "user", "train")
    empty = frame.assign(user=None)
    with pytest.raises(ValueError, match=r"'user' names nobody in 2 rows \(r0, r1\)"):
        ids.coded(empty, "user", "train")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([0.5, 1.0], "double"),
        ([True, False], "bool"),
        (pd.to_datetime(["2024-01-01", "2024-01-02"]), "timestamp"),
        (np.array([2**63, 1], np.uint64), "uint64"),
    ],
)
def test_what_names_nobody(values: object, kind: str) -> None:
    """Fractions, truths, times and numbers beyond 63 bits are no names."""
    frame = pd.DataFrame({"row_id": ["a", "b"], "user": values})
    message = rf"test: column 'user' is {kind}.*, expected names: text or whole numbers below"
    with pytest.raises(ValueError, match=message):
        ids.coded(frame, "user", "test")


def test_unknown_names_have_no_place() -> None:
    """-1 stands for who is not among those known, also if nobody is."""
    known = np.array(["b", "d"], object)
    assert ids.places(np.array(["a", "b", "d"], object), known, "users").tolist() == [-1, 0, 1]
    assert ids.places(np.array(["d", "c"]), known, "users").tolist() == [1, -1]
    assert ids.places(np.array([1, 2]), known[:0], "users").tolist() == [-1, -1]
    assert ids.places(known[:0], np.array([1, 2]), "users").tolist() == []


def test_names_of_another_type() -> None:
    """The number 1 is not the text '1'."""
    message = r"test: users: expected .* text such as 'b', received numbers such as 1: make them"
    with pytest.raises(ValueError, match=message):
        ids.places(np.array([1, 2]), np.array(["b"], object), "test: users")
