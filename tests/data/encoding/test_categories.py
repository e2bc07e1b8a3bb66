"""Categories: scikit-learn's entries, with a place for what is missing or was never seen."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from trunkline.data import encoders
from trunkline.data.layout import Block
from trunkline.settings.encoding import Embedding, OneHot, Ordinal

KINDS = {"one_hot": OneHot, "ordinal": Ordinal, "embedding": Embedding}
CITIES = ["Rome", "Oslo", None, "Rome", "Bern", "Oslo", "Rome"]
words = st.lists(st.sampled_from(["a", "b", "c", "\u00e9", "", "A"]), min_size=1, max_size=12)


def frame(cities: Any) -> pd.DataFrame:
    """Return rows with a city."""
    table = pd.DataFrame({"city": pd.Series(cities)})
    return table.assign(row_id=[f"r{i}" for i in range(len(table))])


def fitted(kind: str, cities: Any, **options: Any) -> encoders.Encoder:
    """Return the encoder of cities."""
    return encoders.fit(
        "standard", frame(cities), ["city"], {"city": KINDS[kind](kind=kind, **options)}
    )


def encoded(encoder: encoders.Encoder, cities: Any) -> np.ndarray:
    """Return the entries of cities."""
    return encoders.apply(encoder, frame(cities), ["city"])


@given(words, words)
def test_one_hot_agrees_with_scikit_learn(train: list[str], others: list[str]) -> None:
    """After the entry of unknown values come those of OneHotEncoder."""
    expected = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    expected.fit(np.array(train, object)[:, None])
    ones = expected.transform(np.array(others, object)[:, None])
    found = encoded(fitted("one_hot", train), others)
    np.testing.assert_array_equal(found[:, 1:], ones)
    np.testing.assert_array_equal(found[:, 0], 1 - ones.sum(axis=1))


@given(words.filter(lambda values: max(map(values.count, values)) >= 2))
def test_rare_values_agree_with_scikit_learn(train: list[str]) -> None:
    """Values that are too rare have the entry of unknown ones, OneHotEncoder's last."""
    expected = OneHotEncoder(
        min_frequency=2, handle_unknown="infrequent_if_exist", sparse_output=False
    )
    ones = expected.fit_transform(np.array(train, object)[:, None])
    found = encoded(fitted("one_hot", train, min_count=2), train)
    rare = any(train.count(value) < 2 for value in train)
    np.testing.assert_array_equal(found[:, 1:], ones[:, :-1] if rare else ones)


@given(words, words)
def test_ordinal_agrees_with_scikit_learn(train: list[str], others: list[str]) -> None:
    """Places are those of OrdinalEncoder, -1 for what it does not know."""
    expected = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    expected.fit(np.array(train, object)[:, None])
    found = encoded(fitted("ordinal", train, scale="none"), others)
    np.testing.assert_array_equal(found, expected.transform(np.array(others, object)[:, None]))
    np.testing.assert_array_equal(encoded(fitted("embedding", train), others), found + 1)


def test_ordinal_places_are_scaled() -> None:
    """On the training rows the places have mean 0 and deviation 1, missing ones included."""
    found = encoded(fitted("ordinal", CITIES), CITIES).astype(np.float64)
    assert abs(found.mean()) < 1e-6
    assert abs(found.std() - 1) < 1e-6
    assert not encoded(fitted("ordinal", ["a", "a"]), ["a"]).any()


def test_missing_and_unseen_values_have_their_own_place() -> None:
    """The first entry, -1 and index 0."""
    others = ["Bern", None, "Paris", "Rome"]
    assert encoded(fitted("one_hot", CITIES), others).tolist() == [
        [0, 1, 0, 0],
        [1, 0, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 0, 1],
    ]
    plain = encoded(fitted("ordinal", CITIES, scale="none"), others)
    assert plain.ravel().tolist() == [0, -1, -1, 2]
    assert encoded(fitted("embedding", CITIES), others).ravel().tolist() == [1, 0, 0, 3]


def test_stated_values_decide_entries_and_order() -> None:
    """What is stated has a place, seen or not, in its order; all else is unknown."""
    stated = {"values": ("Rome", "Paris")}
    assert fitted("one_hot", CITIES, **stated).names == (
        "city is none of these", "city = Rome", "city = Paris",
    )  # fmt: skip
    found = encoded(fitted("ordinal", CITIES, scale="none", **stated), ["Paris", "Oslo", "Rome"])
    assert found.ravel().tolist() == [1, -1, 0]


def test_whole_numbers_are_the_same_with_and_without_gaps() -> None:
    """Beside a missing value whole numbers are read as floats, and mean the same."""
    encoder = fitted("embedding", [3, 1, 2])
    assert encoders.to_json(encoder)["columns"][0]["values"] == [1, 2, 3]
    assert encoded(encoder, [3.0, np.nan, 7.0]).ravel().tolist() == [3, 0, 0]
    assert fitted("embedding", [3.0, 1.0, np.nan, 2.0]) == encoder


def test_booleans_with_gaps_are_categories() -> None:
    """True, false and missing, as Python objects, each have a place."""
    encoder = fitted("one_hot", [True, None, False])
    assert encoder.names == ("city is none of these", "city = False", "city = True")
    assert encoded(encoder, [True, False]).tolist() == [[0, 0, 1], [0, 1, 0]]


def test_the_network_is_told_how_many_there_are() -> None:
    """An embedding's layout counts the index of unknown values."""
    encoder = fitted("embedding", CITIES, size=5)
    assert encoder.layout == (Block(kind="category", name="city", width=1, vocabulary=4, size=5),)
    assert encoder.names == ("city",)
    assert fitted("one_hot", CITIES).layout == (Block(kind="numbers", name="city", width=4),)


@pytest.mark.parametrize("kind", KINDS)
def test_order_of_training_rows_changes_nothing(kind: str) -> None:
    """The same rows in another order are the same encoder."""
    assert fitted(kind, CITIES) == fitted(kind, CITIES[::-1])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cities", [CITIES, [3, 1, 2], [0.5, 1.5, np.nan], [True, False, None]])
def test_json_gives_the_same_bytes(kind: str, cities: Any) -> None:
    """Written and read, the encoder is equal, and so is every byte that it encodes."""
    encoder = fitted(kind, cities)
    again = encoders.from_json(encoders.to_json(encoder))
    assert again == encoder
    assert encoded(again, cities).tobytes() == encoded(encoder, cities).tobytes()


@pytest.mark.parametrize(("kind", "other"), [("one_hot", "embedding"), ("ordinal", "embedding")])
def test_ten_thousand_categories_are_refused(kind: str, other: str) -> None:
    """The message has the count, the limit and the ways out."""
    many = [f"c{number}" for number in range(10_000)]
    with pytest.raises(ValueError, match=rf"'city' has 10000 values in .* at most 1000.*{other}"):
        fitted(kind, many)
    with pytest.raises(ValueError, match=r"expected at most 999 of a category.*`kind: words`"):
        fitted("embedding", many, most=999)


def test_ten_thousand_categories_fit_where_they_are_welcome() -> None:
    """An embedding takes them, and rare ones may share a place."""
    many = [f"c{number}" for number in range(10_000)]
    assert fitted("embedding", many).layout[0].vocabulary == 10_001
    assert fitted("one_hot", [*many, "c7"], min_count=2).names[1:] == ("city = c7",)


def test_a_type_that_changed_is_told() -> None:
    """Text at the fit, numbers now: no row would be known, so it stops."""
    with pytest.raises(ValueError, match=r"'city' holds numbers, 'one_hot' was told to read text"):
        encoded(fitted("one_hot", CITIES), [1, 2])
    with pytest.raises(ValueError, match="type has changed since the encoder was fitted"):
        encoded(fitted("embedding", [1, 2]), CITIES)


def test_dates_are_no_categories() -> None:
    """A column that holds something else is named."""
    days = pd.to_datetime(["2024-01-31", "2024-02-01"])
    with pytest.raises(ValueError, match="column 'city' holds dates, 'one_hot' was told to read"):
        fitted("one_hot", days)


@pytest.mark.parametrize("cities", [pd.Series([None, None], dtype="str"), [None, None]])
def test_a_column_without_any_value_is_refused(cities: Any) -> None:
    """All missing: there is nothing to tell apart."""
    with pytest.raises(ValueError, match="column 'city' has no value in the 2 training rows"):
        fitted("one_hot", cities)


def test_rare_values_alone_are_refused() -> None:
    """Where no value is frequent enough, the message says what to lower."""
    with pytest.raises(ValueError, match=r"has no value 9 times in the 7 training rows.*min_count"):
        fitted("embedding", CITIES, min_count=9)


def test_stated_values_are_of_the_columns_type() -> None:
    """A number among the values of text could never be met."""
    with pytest.raises(ValueError, match=r"holds text, `values` of `inputs.encode` has 7 for it"):
        fitted("one_hot", CITIES, values=("Rome", 7))
    with pytest.raises(
        ValueError, match=r"holds numbers, `values` of `inputs.encode` has True for"
    ):
        fitted("one_hot", [1, 2], values=(True,))


def test_values_of_several_kinds_are_refused() -> None:
    """Text and numbers in one column are no categories."""
    with pytest.raises(ValueError, match=r"column 'city' holds values that are mixed"):
        fitted("one_hot", ["Rome", 7])


def test_an_infinity_is_no_category() -> None:
    """The row is named; in other rows it is a value that was never seen."""
    with pytest.raises(ValueError, match="column 'city' has 1 infinities, in rows r1: an infinity"):
        fitted("one_hot", [1.5, np.inf, np.nan])
    assert encoded(fitted("embedding", [1.5, 2.5]), [-np.inf]).tolist() == [[0]]
