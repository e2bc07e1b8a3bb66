"""Encoders see training rows only, and agree with scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.preprocessing import StandardScaler

from trunkline.data import encoders
from trunkline.data.encoding.numeric import Numeric

COLUMNS = ["a", "b", "c"]
values = hnp.arrays(
    np.float32,
    st.tuples(st.integers(1, 20), st.just(3)),
    elements=st.floats(-1000, 1000, width=32).map(lambda x: np.float32(round(x, 2))),
)


def frame(features: np.ndarray) -> pd.DataFrame:
    """Return rows of three columns with their names."""
    table = pd.DataFrame(features, columns=COLUMNS)
    return table.assign(row_id=[f"r{i}" for i in range(len(table))])


@given(values)
def test_standard_agrees_with_scikit_learn(features: np.ndarray) -> None:
    """The same rows, the same encoding as StandardScaler's, constant columns included."""
    encoder = encoders.fit("standard", frame(features), COLUMNS)
    expected = StandardScaler().fit_transform(features.astype(np.float64))
    found = encoders.apply(encoder, frame(features), COLUMNS)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_other_rows_are_encoded_by_the_training_rows() -> None:
    """What is fitted on training rows is applied to others unchanged."""
    encoder = encoders.fit("standard", frame(np.array([[0, 1, 5], [2, 1, 7.0]])), COLUMNS)
    (numeric,) = encoder.parts
    assert isinstance(numeric, Numeric)
    assert [column.mean for column in numeric.fitted] == [1.0, 1.0, 6.0]
    assert [column.deviation for column in numeric.fitted] == [1.0, 1.0, 1.0]
    assert encoders.apply(encoder, frame(np.array([[9, 9, 9.0]])), COLUMNS).tolist() == [[8, 8, 3]]


def test_a_constant_column_becomes_zero() -> None:
    """A value that never changes is encoded as exactly 0, whatever it is."""
    encoder = encoders.fit("standard", frame(np.full((7, 3), 0.1)), COLUMNS)
    (numeric,) = encoder.parts
    assert isinstance(numeric, Numeric)
    assert [column.deviation for column in numeric.fitted] == [1.0, 1.0, 1.0]
    assert not encoders.apply(encoder, frame(np.full((7, 3), 0.1)), COLUMNS).any()


@given(values)
def test_none_leaves_values_as_they_are(features: np.ndarray) -> None:
    """Without a scale every bit stays."""
    encoder = encoders.fit("none", frame(features), COLUMNS)
    assert np.array_equal(encoders.apply(encoder, frame(features), COLUMNS), features)


@given(values)
def test_json_round_trip_is_exact(features: np.ndarray) -> None:
    """An encoder that was written and read is equal in every bit."""
    encoder = encoders.fit("standard", frame(features), COLUMNS)
    assert encoders.from_json(encoders.to_json(encoder)) == encoder


def test_json_is_readable() -> None:
    """One entry a column, by name."""
    encoder = encoders.fit("none", frame(np.zeros((1, 3))), COLUMNS)
    entry = {"name": "a", "mean": 0.0, "deviation": 1.0}
    assert encoders.to_json(encoder)["columns"][0] == entry


def test_from_json_names_what_is_missing() -> None:
    """An entry without its deviation is shown."""
    with pytest.raises(ValueError, match="an encoder has no deviation in its entry"):
        encoders.from_json({"columns": [{"name": "a", "mean": 0.0}]})


def test_apply_follows_the_order_of_the_fit() -> None:
    """The same columns in another order are the same features."""
    features = np.array([[1, 2, 3], [3, 4, 9.0]])
    encoder = encoders.fit("standard", frame(features), COLUMNS)
    one, two = (encoders.apply(encoder, frame(features), c) for c in (COLUMNS, COLUMNS[::-1]))
    assert np.array_equal(one, two)


def test_apply_refuses_other_columns() -> None:
    """Columns that were not fitted, or are missing, are named."""
    encoder = encoders.fit("none", frame(np.zeros((1, 3))), ["a", "b"])
    with pytest.raises(ValueError, match=r"other columns: missing \['b'\], not fitted \['c'\]"):
        encoders.apply(encoder, frame(np.zeros((1, 3))), ["a", "c"])


def test_fit_refuses_no_rows() -> None:
    """Nothing can be learned from no rows."""
    with pytest.raises(ValueError, match="fitted on training rows, received none"):
        encoders.fit("standard", frame(np.zeros((0, 3))), COLUMNS)


def test_fit_refuses_nan() -> None:
    """A missing feature is refused by column and row."""
    with pytest.raises(ValueError, match=r"column 'b' has 1 values that are NaN.* in rows r0"):
        encoders.fit("standard", frame(np.array([[1, np.nan, 2]])), COLUMNS)
