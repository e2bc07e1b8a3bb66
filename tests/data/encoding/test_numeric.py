"""Numbers on a scale: scikit-learn's values, gaps filled by the training rows."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer, RobustScaler, StandardScaler

from trunkline.data import encoders
from trunkline.settings.encoding import Numeric

COLUMNS = ["a", "b"]
SHAPES = st.tuples(st.integers(2, 30), st.just(2))
values = hnp.arrays(np.float64, SHAPES, elements=st.integers(-99, 99).map(lambda x: x / 4))
GAPS = np.array([[1, 5], [np.nan, 5], [2, np.nan], [4, 7], [9, 8.0]])


def frame(features: np.ndarray) -> pd.DataFrame:
    """Return rows of two columns with their names."""
    table = pd.DataFrame(features, columns=COLUMNS)
    return table.assign(row_id=[f"r{i}" for i in range(len(table))])


def fitted(features: np.ndarray, **options: Any) -> encoders.Encoder:
    """Return the encoder of both columns."""
    chosen = {"*": Numeric(kind="numeric", **options)}
    return encoders.fit("standard", frame(features), COLUMNS, chosen)


def encoded(encoder: encoders.Encoder, features: np.ndarray) -> np.ndarray:
    """Return the entries of rows."""
    return encoders.apply(encoder, frame(features), COLUMNS)


@given(values, values)
def test_robust_agrees_with_scikit_learn(train: np.ndarray, others: np.ndarray) -> None:
    """The median becomes 0, quartiles are 1 apart, other rows follow the training rows."""
    expected = RobustScaler().fit(train).transform(others)
    found = encoded(fitted(train, scale="robust"), others)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


@given(values, values)
def test_quantile_agrees_with_scikit_learn(train: np.ndarray, others: np.ndarray) -> None:
    """Each value becomes its share of the training rows, ties and values beyond included.

    With as many quantiles as rows these are the rows; QuantileTransformer misses some of them by
    the last bit, and then ranks ties by one side only, so it is given the rows.
    """
    theirs = QuantileTransformer(n_quantiles=len(train)).fit(train)
    ordered = np.sort(train, axis=0)
    np.testing.assert_allclose(theirs.quantiles_, ordered, atol=1e-12)
    theirs.quantiles_ = ordered
    found = encoded(fitted(train, scale="quantile"), others)
    np.testing.assert_allclose(found, theirs.transform(others), rtol=1e-5, atol=1e-5)


def test_fewer_quantiles_agree_with_scikit_learn() -> None:
    """Between the kept quantiles shares lie on a line."""
    train = np.random.default_rng(5).normal(size=(200, 2))
    expected = QuantileTransformer(n_quantiles=7).fit(train.astype(np.float32)).transform(train)
    found = encoded(fitted(train, scale="quantile", quantiles=7), train)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("missing", ["mean", "median"])
@pytest.mark.parametrize(
    ("scale", "scaler"),
    [
        ("standard", StandardScaler()),
        ("robust", RobustScaler()),
        ("quantile", QuantileTransformer(n_quantiles=5)),
        ("none", None),
    ],
)
def test_missing_values_agree_with_scikit_learn(missing: str, scale: str, scaler: Any) -> None:
    """Gaps are filled as by SimpleImputer, then scaled; indicators stay 0 and 1."""
    imputer = SimpleImputer(strategy=missing)
    filled = make_pipeline(imputer, scaler or "passthrough").fit(GAPS)
    others = np.array([[np.nan, np.nan], [3, 6]])
    found = encoded(fitted(GAPS, scale=scale, missing=missing), others)
    np.testing.assert_allclose(found[:, ::2], filled.transform(others), rtol=1e-5, atol=1e-6)
    marked = SimpleImputer(strategy=missing, add_indicator=True).fit(GAPS).transform(others)
    np.testing.assert_array_equal(found[:, 1::2], marked[:, 2:])


def test_an_indicator_is_for_columns_that_lack_values() -> None:
    """Only a column with gaps in the training rows gets one, and none if it is not wanted."""
    part = GAPS.copy()
    part[:, 1] = 3
    assert fitted(part, missing="mean").names == ("a", "a is missing", "b")
    assert fitted(part, missing="mean", indicator=False).names == ("a", "b")
    assert fitted(part, missing="mean", scale="quantile").names == ("a", "a is missing", "b")


@pytest.mark.parametrize("scale", ["standard", "robust", "quantile", "none"])
@pytest.mark.parametrize("missing", ["mean", "median"])
def test_json_gives_the_same_bytes(scale: str, missing: str) -> None:
    """Written and read, the encoder is equal, and so is every byte that it encodes."""
    encoder = fitted(GAPS, scale=scale, missing=missing)
    again = encoders.from_json(encoders.to_json(encoder))
    assert again == encoder
    assert encoded(again, GAPS).tobytes() == encoded(encoder, GAPS).tobytes()


@pytest.mark.parametrize("scale", ["robust", "quantile", "none"])
def test_order_of_training_rows_changes_nothing(scale: str) -> None:
    """Quantiles do not depend on the order of the rows; sums may in their last bit."""
    assert fitted(GAPS, scale=scale, missing="median") == fitted(
        GAPS[::-1], scale=scale, missing="median"
    )


@given(values)
def test_order_of_training_rows_hardly_changes_sums(train: np.ndarray) -> None:
    """Standard scales of the same rows in another order differ by rounding alone."""
    one, two = fitted(train), fitted(train[::-1])
    np.testing.assert_allclose(encoded(one, train), encoded(two, train), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("scale", ["standard", "quantile"])
def test_infinity_is_no_missing_value(scale: str) -> None:
    """What may be missing may not be infinite; the row is named."""
    wild = GAPS.copy()
    wild[3, 1] = np.inf
    with pytest.raises(ValueError, match=r"column 'b' has 1 values that are NaN, inf.* in rows r3"):
        fitted(wild, missing="mean", scale=scale)


@pytest.mark.parametrize("scale", ["standard", "quantile"])
def test_gaps_are_refused_unless_told(scale: str) -> None:
    """Without a fill the first gap stops, at the fit and later."""
    with pytest.raises(ValueError, match="column 'a' has 1 values that are NaN"):
        fitted(GAPS, scale=scale)
    with pytest.raises(ValueError, match="column 'a' has 1 values that are NaN"):
        encoded(fitted(GAPS[3:], scale=scale), GAPS)


@pytest.mark.parametrize("scale", ["standard", "quantile"])
def test_a_column_without_any_value_is_refused(scale: str) -> None:
    """All missing: there is no middle that could stand in."""
    empty = GAPS.copy()
    empty[:, 1] = np.nan
    with pytest.raises(ValueError, match="column 'b' has no value in the 5 training rows"):
        fitted(empty, missing="median", scale=scale)


def test_text_is_no_number() -> None:
    """A column whose values may be missing is asked for its type as well."""
    table = pd.DataFrame({"a": ["x", None], "b": [1.0, 2.0], "row_id": ["r0", "r1"]})
    with pytest.raises(ValueError, match="column 'a' holds text, 'numeric' was told to read"):
        encoders.apply(fitted(GAPS, missing="mean"), table, COLUMNS)


def test_booleans_with_gaps_are_numbers_where_gaps_are_filled() -> None:
    """True, false and missing, as Python objects, are 1, 0 and the middle."""
    table = pd.DataFrame({"a": [True, False, None, True], "row_id": list("wxyz")})
    chosen = {"a": Numeric(kind="numeric", scale="none", missing="median")}
    encoder = encoders.fit("standard", table, ["a"], chosen)
    assert encoders.apply(encoder, table, ["a"]).tolist() == [[1, 0], [0, 0], [1, 1], [1, 0]]


def test_a_type_that_changed_is_told() -> None:
    """Numbers at the fit, text now: the message says what may have happened."""
    table = pd.DataFrame({"a": ["x", "y"], "b": [1.0, 2.0], "row_id": ["r0", "r1"]})
    with pytest.raises(ValueError, match=r"'a' holds text, 'numeric' .* type has changed since"):
        encoders.apply(fitted(GAPS[3:]), table, COLUMNS)


def test_booleans_that_lack_values_in_other_rows_are_named_by_row() -> None:
    """Without gaps at the fit, as Python objects now: the row without a value is told."""
    train = pd.DataFrame({"a": [True, False], "row_id": ["r0", "r1"]})
    encoder = encoders.fit("none", train, ["a"])
    assert encoders.apply(encoder, train.astype({"a": object}), ["a"]).tolist() == [[1], [0]]
    with pytest.raises(ValueError, match=r"column 'a' has 1 values that are NaN.* in rows r1"):
        encoders.apply(encoder, train.assign(a=[True, None]), ["a"])
