"""Texts as sequences: a vocabulary of the training rows, in the order of its counts."""

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.data import encoders
from trunkline.data.encoding.tokens import split
from trunkline.data.layout import Block
from trunkline.settings.encoding import Tokens

TRAIN: list[str | None] = ["the sea the sea", "The island", "sea, island and the cook", None]


def frame(values: list[str | None]) -> pd.DataFrame:
    """Return rows with a title."""
    table = pd.DataFrame({"title": pd.Series(values, dtype="str")})
    return table.assign(row_id=[f"r{i}" for i in range(len(table))])


def fitted(values: list[str | None], **options: int) -> encoders.Encoder:
    """Return the encoder of titles."""
    settings = {"title": Tokens(kind="tokens", **options)}
    return encoders.fit("standard", frame(values), ["title"], settings)


def encoded(encoder: encoders.Encoder, values: list[str | None]) -> list[list[float]]:
    """Return the indices of titles."""
    return encoders.apply(encoder, frame(values), ["title"]).tolist()


def test_words_are_numbered_by_their_counts() -> None:
    """0 fills up, 1 is unknown, then the most frequent words, equals by their letters."""
    encoder = fitted(TRAIN, length=4)
    assert encoders.to_json(encoder)["columns"][0]["vocabulary"] == ("the", "sea", "island")
    assert encoded(encoder, ["An island in the sea", "the", "", None]) == [
        [1, 4, 1, 2],
        [2, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
    ]


def test_the_network_is_told_the_vocabulary() -> None:
    """The layout counts the two indices that are no words."""
    expected = Block(kind="tokens", name="title", width=4, vocabulary=5, size=6)
    assert fitted(TRAIN, length=4, size=6).layout == (expected,)
    assert fitted(TRAIN, length=2).names == ("title: word 0", "title: word 1")


def test_the_vocabulary_is_cut() -> None:
    """`most` keeps the most frequent words, `min_count` those that are frequent enough."""
    assert fitted(TRAIN, most=1).layout[0].vocabulary == 3
    assert fitted(TRAIN, min_count=3).layout[0].vocabulary == 4


@given(st.lists(st.text(max_size=40), min_size=1, max_size=6).filter(lambda v: any(map(split, v))))
def test_it_is_a_plain_count(values: list[str]) -> None:
    """Every index is the place of a word that a plain count gives."""
    encoder = fitted(list(values), length=8, min_count=1)
    counts = Counter(word for text in values for word in split(text))
    order = sorted(counts, key=lambda word: (-counts[word], word))
    for text, row in zip(values, encoded(encoder, list(values)), strict=True):
        expected = [order.index(word) + 2 for word in split(text)][:8]
        assert row == expected + [0] * (8 - len(expected))


def test_order_of_training_rows_changes_nothing() -> None:
    """The same rows in another order are the same encoder."""
    assert fitted(TRAIN) == fitted(TRAIN[::-1])


def test_json_gives_the_same_bytes() -> None:
    """Written and read, the encoder is equal, and so is what it encodes."""
    encoder = fitted(TRAIN)
    again = encoders.from_json(encoders.to_json(encoder))
    assert again == encoder
    assert encoded(again, TRAIN) == encoded(encoder, TRAIN)


def test_rare_words_alone_are_refused() -> None:
    """Where no word is frequent enough, the message says how many there were."""
    with pytest.raises(ValueError, match=r"has 5 words in the 4 training rows, none of them 9"):
        fitted(TRAIN, min_count=9)
