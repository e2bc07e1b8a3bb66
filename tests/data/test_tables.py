"""Columns by pattern, features as numbers, schemas."""

import numpy as np
import pandas as pd
import pytest

from trunkline.data import tables


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
