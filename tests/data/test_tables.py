"""Columns by pattern, names of rows, features as numbers, schemas."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.data import tables

PINNED = "af1fcd27e589a1fa"


def frame() -> pd.DataFrame:
    """Return three rows with names, text and numbers."""
    return pd.DataFrame(
        {
            "row_id": ["a", "b", "c"],
            "pixel_0": [0, 1, 2],
            "pixel_1": [0.5, 1.5, 2.5],
            "flag": [True, False, True],
            "word": ["x", "y", "z"],
        }
    )


def test_columns_expand_patterns_once_and_in_order() -> None:
    """Each column is named once, pattern by pattern."""
    assert tables.columns(frame(), ["flag", "pixel_*", "pixel_1"]) == ["flag", "pixel_0", "pixel_1"]
    assert tables.columns(frame(), []) == []


def test_only_the_star_is_special_in_a_pattern() -> None:
    """Dots and brackets stand for themselves."""
    odd = pd.DataFrame(columns=["a.b", "axb", "a[1]"])
    assert tables.columns(odd, ["a.*", "a[1]"]) == ["a.b", "a[1]"]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("pixels_0", r"no column matches 'pixels_0'; did you mean 'pixel_0'\?"),
        ("zz*", r"no column matches 'zz\*'; there are 'row_id', 'pixel_0'"),
    ],
)
def test_columns_refuse_a_pattern_that_matches_nothing(pattern: str, message: str) -> None:
    """An unknown column is named, with the one that was probably meant."""
    with pytest.raises(ValueError, match=message):
        tables.columns(frame(), [pattern])


def test_identified_puts_the_name_first() -> None:
    """The names of rows stand in front, as text; the other columns follow unchanged."""
    source = pd.DataFrame({"x": [1.0, 2.0], "key": [7, 8]})
    found = tables.identified(source, "key")
    assert list(found) == ["row_id", "x", "key"]
    assert found["row_id"].tolist() == ["7", "8"]
    assert str(found["row_id"].dtype) == "str"


def test_identified_refuses_an_unnamed_row_id() -> None:
    """A column `row_id` that the settings do not name would be lost."""
    with pytest.raises(ValueError, match="has a column 'row_id' of its own: name it"):
        tables.identified(frame(), None)
    assert tables.identified(frame(), "row_id")["row_id"].tolist() == ["a", "b", "c"]


rows = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["u", "v"])), max_size=12)


@given(rows, st.randoms(use_true_random=False))
def test_row_ids_do_not_depend_on_the_order_of_rows(
    content: list[tuple[int, str]], random: Any
) -> None:
    """Shuffled rows carry the same names, and equal rows have names of their own."""
    table = pd.DataFrame(content, columns=["n", "w"]).astype({"n": "int64", "w": "str"})
    order = list(range(len(table)))
    random.shuffle(order)
    found = tables.identified(table, None)
    shuffled = tables.identified(table.iloc[order], None)
    assert found["row_id"].is_unique
    assert sorted(map(tuple, found.to_numpy())) == sorted(map(tuple, shuffled.to_numpy()))


def test_row_ids_are_pinned() -> None:
    """The names of given rows never change, for splits hang on them."""
    table = pd.DataFrame({"n": [1, 1, 2], "w": pd.Series(["u", "u", "v"], dtype="str")})
    found = tables.row_ids(table, None).tolist()
    assert found == [PINNED, f"{PINNED}-2", found[2]]
    assert len(found[2]) == 16


def test_row_ids_refuse_repeated_names() -> None:
    """Repeated names are counted, and some are given."""
    table = pd.DataFrame({"key": ["a", "b", "a", "b", "c"]})
    with pytest.raises(ValueError, match=r"'key' .* 2 names occur more than once \(a, b\)"):
        tables.row_ids(table, "key")


def test_row_ids_refuse_missing_names() -> None:
    """A row without a name is refused."""
    table = pd.DataFrame({"key": pd.Series(["a", None], dtype="str")})
    with pytest.raises(ValueError, match="'key' names the rows, but 1 rows have no name"):
        tables.row_ids(table, "key")


def test_row_ids_refuse_numbers_with_fractions() -> None:
    """A float is no name: its text depends on how it is printed."""
    with pytest.raises(ValueError, match=r"'key' .* expected text or whole numbers, it is float64"):
        tables.row_ids(pd.DataFrame({"key": [0.5]}), "key")


def test_row_ids_refuse_an_unknown_column() -> None:
    """A column that does not exist is named, with the one that was meant."""
    with pytest.raises(ValueError, match=r"no column matches 'keys'; did you mean 'key'\?"):
        tables.row_ids(pd.DataFrame({"key": [1]}), "keys")


def test_numeric_is_float32() -> None:
    """Whole numbers, fractions and booleans become one float32 array."""
    found = tables.numeric(frame(), ["pixel_0", "pixel_1", "flag"])
    assert found.dtype == np.float32
    assert found.tolist() == [[0, 0.5, 1], [1, 1.5, 0], [2, 2.5, 1]]


def test_numeric_refuses_text() -> None:
    """A column of text is named."""
    with pytest.raises(ValueError, match="column 'word' is str, expected numbers"):
        tables.numeric(frame(), ["pixel_0", "word"])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e39])
def test_numeric_refuses_what_is_not_finite(value: float) -> None:
    """NaN, infinity and what float32 cannot hold are counted, with their rows."""
    wrong = frame()
    wrong.loc[[0, 2], "pixel_1"] = value
    with pytest.raises(ValueError, match=r"column 'pixel_1' has 2 values .* in rows a, c: fill"):
        tables.numeric(wrong, ["pixel_0", "pixel_1"])


def test_numeric_refuses_missing_whole_numbers() -> None:
    """A missing value of a nullable column is no number either."""
    wrong = frame().assign(pixel_0=pd.array([1, None, 3], dtype="Int64"))
    with pytest.raises(ValueError, match=r"column 'pixel_0' has 1 values that are NaN.* rows b:"):
        tables.numeric(wrong, ["pixel_0"])


def test_conform_names_what_differs() -> None:
    """A table that is not the one of its schema is refused by what differs."""
    schema = tables.schema(frame())
    tables.conform(frame(), schema)
    with pytest.raises(ValueError, match=r"differ in their rows: the schema has 3, the table 2"):
        tables.conform(frame().head(2), schema)
    with pytest.raises(ValueError, match=r"differ in their columns: .*'int64'.*'float64'"):
        tables.conform(frame().astype({"pixel_0": "float64"}), schema)


def test_examples_are_the_first_by_name() -> None:
    """At most five rows are named, the same whatever their order."""
    assert tables.examples(list("gfedcba")) == "a, b, c, d, e, ..."
    assert tables.examples(["b", "a"]) == "a, b"
