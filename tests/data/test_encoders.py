"""Encoders see training rows only, and agree with scikit-learn."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.preprocessing import StandardScaler

from trunkline.data import encoders
from trunkline.data.encoding.numeric import Numeric
from trunkline.settings import encoding, naming

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


def test_everything_that_is_wrong_is_told_at_once() -> None:
    """A user mends all columns in one go."""
    days = pd.to_datetime(["2024-01-01", None])
    train = frame(np.array([[1, np.nan, 1], [2, 1, 1.0]])).assign(day=days, town="x")
    chosen = {"town": encoding.Boolean(kind="boolean")}
    with pytest.raises(ValueError, match=r"'b'.*\n.*'day' lacks 1 values.*\n.*'town' holds text"):
        encoders.fit("standard", train, ["b", "day", "town"], chosen)


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


@pytest.mark.parametrize(("count", "more"), [(5, ""), (7, "\n... and 2 more columns")])
def test_fit_tells_all_columns_that_lack_values(count: int, more: str) -> None:
    """Columns that are encoded alike are told together, five with their rows."""
    names = [f"c{n}" for n in range(count)]
    rows = pd.DataFrame({"row_id": ["r0", "r1"]} | {name: [1.0, np.nan] for name in names})
    with pytest.raises(ValueError, match="column 'c0' has 1 values that are NaN") as told:
        encoders.fit("standard", rows, names)
    lines = str(told.value).removesuffix(more).split("\n")
    assert [line[: len("column 'c0'")] for line in lines] == [f"column 'c{n}'" for n in range(5)]
    assert str(told.value).endswith(more)


MIXED = pd.DataFrame(
    {
        "row_id": [f"r{i}" for i in range(6)],
        "price": [1.0, 2.5, np.nan, 4.0, 2.0, 9.0],
        "size": [3, 1, 2, 2, 3, 1],
        "city": ["Rome", "Oslo", None, "Rome", "Bern", "Oslo"],
        "paid": [True, None, False, True, True, False],
        "sold": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-02-29"] * 2),
        "title": ["the sea", "the cook", "", "sea and sea", None, "a cook"],
        "tags": ["a b", "b c", "c", "b", "a", "d a"],
    }
)
NAMES = [name for name in MIXED if name != "row_id"]
ENCODE: dict[str, encoding.Encoding] = {
    "price": encoding.Numeric(kind="numeric", missing="median"),
    "p*": encoding.Boolean(kind="boolean", missing="indicator"),
    "title": encoding.Words(kind="words", size=4),
    "tags": encoding.Tokens(kind="tokens", length=3, min_count=1),
    "ci*": encoding.Embedding(kind="embedding", size=2),
}


def mixed(columns: list[str] = NAMES) -> encoders.Encoder:
    """Return the encoder of columns of every kind."""
    fitting = {
        pattern: chosen
        for pattern, chosen in ENCODE.items()
        if any(naming.fits(name, pattern) for name in columns)
    }
    return encoders.fit("standard", MIXED, columns, fitting)


def test_columns_of_every_kind_are_one_row() -> None:
    """Each kind's entries stand side by side in the order of the columns, named and laid out."""
    encoder = mixed()
    x = encoders.apply(encoder, MIXED, NAMES)
    assert x.dtype == np.float32
    assert x.shape == (6, len(encoder.names))
    assert encoder.columns == tuple(NAMES)
    alone = [encoders.apply(mixed([name]), MIXED, [name]) for name in NAMES]
    np.testing.assert_array_equal(x, np.concatenate(alone, axis=1))
    told = [(block.kind, block.name, block.width) for block in encoder.layout]
    assert told == [
        ("numbers", "price", 3),
        ("category", "city", 1),
        ("numbers", "paid", 2 + 9 + 8),
        ("tokens", "tags", 3),
    ]
    assert sum(block.width for block in encoder.layout) == x.shape[1]


def test_the_first_pattern_that_fits_counts() -> None:
    """`price` is a number although `p*` fits it too; what nothing fits goes by its type."""
    encoder = mixed()
    kinds = [entry.get("kind", "numeric") for entry in encoders.to_json(encoder)["columns"]]
    assert kinds == ["numeric", "numeric", "embedding", "boolean", "time", "words", "tokens"]


def test_types_decide_where_nothing_is_stated() -> None:
    """Numbers and booleans are scaled, text is a category, dates are cycles and days."""
    whole = MIXED.assign(paid=[True, False] * 3)
    encoder = encoders.fit("none", whole, ["size", "paid", "city", "sold"])
    kinds = [entry.get("kind", "numeric") for entry in encoders.to_json(encoder)["columns"]]
    assert kinds == ["numeric", "numeric", "one_hot", "time"]
    np.testing.assert_array_equal(
        encoders.apply(encoder, whole, encoder.columns)[:, :2], whole[["size", "paid"]]
    )


def test_a_mixed_encoder_survives_json() -> None:
    """Written as JSON text and read, it is equal, and so is every byte that it encodes."""
    encoder = mixed()
    again = encoders.from_json(json.loads(json.dumps(encoders.to_json(encoder))))
    assert again == encoder
    one, two = (encoders.apply(e, MIXED, NAMES) for e in (encoder, again))
    assert one.tobytes() == two.tobytes()


def test_other_rows_change_nothing_of_a_row() -> None:
    """A row encoded alone has the bytes that it has among others: the fit is all that counts."""
    encoder = mixed()
    whole = encoders.apply(encoder, MIXED, NAMES)
    for row in range(len(MIXED)):
        alone = encoders.apply(encoder, MIXED.iloc[[row]], NAMES)
        assert alone.tobytes() == whole[[row]].tobytes()


def test_rows_no_one_reads_may_lack_anything() -> None:
    """What would stop is filled in, in the rows that no one asks for and nowhere else."""
    plain = encoders.fit("standard", MIXED.dropna(), ["price", "size", "paid", "sold"])
    gaps = MIXED.assign(sold=MIXED["sold"].where(MIXED.index != 4))
    unread = np.array([False, True, True, False, True, False])
    filled = encoders.filled(plain, gaps, unread)
    assert np.isfinite(encoders.apply(plain, filled, plain.columns)).all()
    pd.testing.assert_frame_equal(filled[~unread], gaps[~unread])
    assert encoders.filled(plain, MIXED.dropna(), np.zeros(3, bool)).equals(MIXED.dropna())


def test_an_entry_that_fits_no_column_is_refused() -> None:
    """A misspelt name is told, with the column that was probably meant."""
    chosen = {"prise": encoding.Numeric(kind="numeric")}
    with pytest.raises(ValueError, match=r"inputs.encode: 'prise' fits none .* mean 'price'\?"):
        encoders.fit("standard", MIXED, ["price", "size"], chosen)


def test_from_json_names_an_unknown_kind() -> None:
    """An encoder of another version says what it has and what is known."""
    with pytest.raises(ValueError, match=r"unknown kind 'sound', expected numeric, quantile, one_"):
        encoders.from_json({"columns": [{"kind": "sound"}]})
    with pytest.raises(ValueError, match="no vocabulary in its entry of kind 'tokens'"):
        encoders.from_json({"columns": [{"kind": "tokens", "column": "a", "length": 1, "size": 1}]})


def test_constant_columns_are_named() -> None:
    """One value in all rows tells nothing, whatever its type; a gap does."""
    table = MIXED.assign(size=3, city="Rome", paid=None, price=[1.0, np.nan] * 3)
    assert encoders.constant(table, NAMES) == ["size", "city"]
