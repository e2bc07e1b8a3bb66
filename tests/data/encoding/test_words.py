"""Texts as hashed counts: scikit-learn's entries, learned of training rows only."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

from trunkline.data import encoders
from trunkline.settings.encoding import Words

TEXTS = [
    "The Sea, the sea: a story of the sea",
    "A cook and his garden; recipes of the island",
    "",
    "Sea and island",
    "\u00c9t\u00e9 \u00e0 la mer \u2014 \u6d77\u306e\u7269\u8a9e \U0001f30a",
]
texts = st.lists(st.text(max_size=60), min_size=1, max_size=8).filter(any)


def frame(values: list[str | None]) -> pd.DataFrame:
    """Return rows with a title."""
    table = pd.DataFrame({"title": pd.Series(values, dtype="str")})
    return table.assign(row_id=[f"r{i}" for i in range(len(table))])


def fitted(values: list[str | None], **options: object) -> encoders.Encoder:
    """Return the encoder of titles."""
    settings = Words(kind="words", **options)  # type: ignore[arg-type]  # options of the kind
    return encoders.fit("standard", frame(values), ["title"], {"title": settings})


def encoded(encoder: encoders.Encoder, values: list[str | None]) -> np.ndarray:
    """Return the entries of titles."""
    return encoders.apply(encoder, frame(values), ["title"])


@given(texts)
def test_words_and_characters_are_those_of_scikit_learn(values: list[str]) -> None:
    """Entries, signs and lengths equal HashingVectorizer's, words first, then characters."""
    found = encoded(fitted(list(values), words=(1, 2), characters=(3, 5), size=32), list(values))
    expected = [
        HashingVectorizer(n_features=32, analyzer=analyzer, ngram_range=runs).transform(values)
        for analyzer, runs in (("word", (1, 2)), ("char_wb", (3, 5)))
    ]
    assert found.dtype == np.float32
    whole = np.concatenate([one.toarray() for one in expected], axis=1)
    np.testing.assert_allclose(found, whole, rtol=1e-6, atol=1e-7)


def test_counts_are_exact() -> None:
    """Without a norm and weights the entries are scikit-learn's to the last bit."""
    found = encoded(fitted(list(TEXTS), characters=(), size=16, norm="none"), list(TEXTS))
    counter = HashingVectorizer(n_features=16, norm=None)
    np.testing.assert_array_equal(found, counter.transform(TEXTS).toarray().astype(np.float32))


def test_rare_entries_weigh_more_as_in_scikit_learn() -> None:
    """With `idf` the entries equal those of TfidfTransformer over the same training rows."""
    encoder = fitted(list(TEXTS), characters=(), size=64, weight="idf")
    counts = HashingVectorizer(n_features=64, norm=None).transform(TEXTS)
    counts.eliminate_zeros()  # what cancels out does not occur
    weights = TfidfTransformer().fit(counts)
    others = ["the garden of the sea", "nothing known"]
    expected = weights.transform(HashingVectorizer(n_features=64, norm=None).transform(others))
    found = encoded(encoder, list(others))
    np.testing.assert_allclose(found, expected.toarray(), rtol=1e-6, atol=1e-7)


def test_rows_beside_a_text_change_none_of_its_bits() -> None:
    """A row alone has the entries that it has among others, in any order."""
    encoder = fitted(list(TEXTS), weight="idf", size=64)
    whole = encoded(encoder, list(TEXTS))
    for row, text in enumerate(TEXTS):
        np.testing.assert_array_equal(encoded(encoder, [text])[0], whole[row])
    np.testing.assert_array_equal(encoded(encoder, TEXTS[::-1]), whole[::-1])


def test_many_rows_are_counted_in_pieces() -> None:
    """More rows than a piece holds are encoded as one by one."""
    values: list[str | None] = [f"sea {number % 7}" for number in range(5000)]
    encoder = fitted(values, size=16, weight="idf")
    np.testing.assert_array_equal(encoded(encoder, values)[-3:], encoded(encoder, values[-3:]))


def test_order_of_training_rows_changes_nothing() -> None:
    """The same rows in another order are the same encoder."""
    assert fitted(list(TEXTS), weight="idf") == fitted(TEXTS[::-1], weight="idf")


def test_json_gives_the_same_bytes() -> None:
    """Written and read, the encoder is equal, and so is every byte that it encodes."""
    encoder = fitted(list(TEXTS), weight="idf", size=64)
    again = encoders.from_json(encoders.to_json(encoder))
    assert again == encoder
    assert encoded(again, list(TEXTS)).tobytes() == encoded(encoder, list(TEXTS)).tobytes()


def test_a_missing_text_has_no_words() -> None:
    """Missing and empty texts are rows of zeros."""
    assert not encoded(fitted(list(TEXTS)), [None, ""]).any()


def test_the_row_is_described() -> None:
    """Each entry has a name, and the network gets numbers."""
    encoder = fitted(list(TEXTS), size=4)
    assert encoder.names[:2] == ("title: words 0", "title: words 1")
    assert encoder.names[-1] == "title: characters 3"
    (block,) = encoder.layout
    assert (block.kind, block.name, block.width) == ("numbers", "title", 8)


def test_numbers_are_no_text() -> None:
    """A column of another type is refused by what it holds."""
    table = pd.DataFrame({"title": [1.0, 2.0], "row_id": ["a", "b"]})
    settings = {"title": Words(kind="words")}
    with pytest.raises(ValueError, match="column 'title' holds numbers, 'words' was told to read"):
        encoders.fit("standard", table, ["title"], settings)


def test_a_type_that_changed_is_told() -> None:
    """Text at the fit, numbers now: the message says what may have happened."""
    table = pd.DataFrame({"title": [1.0, 2.0], "row_id": ["a", "b"]})
    with pytest.raises(ValueError, match="type has changed since the encoder was fitted"):
        encoders.apply(fitted(list(TEXTS)), table, ["title"])


def test_a_text_of_more_than_a_mebibyte_is_refused() -> None:
    """The column and the row are named."""
    long = "\u6d77" * (1 << 19)  # three bytes each
    with pytest.raises(ValueError, match=r"column 'title', row r1: expected texts of at most"):
        encoded(fitted(list(TEXTS)), ["short", long])
    assert encoded(fitted(list(TEXTS), characters=()), ["a" * (1 << 20)]).any()


def test_a_column_without_any_text_is_refused() -> None:
    """All missing: there is nothing to learn."""
    with pytest.raises(ValueError, match="column 'title' has no value in the 2 training rows"):
        fitted([None, None])
