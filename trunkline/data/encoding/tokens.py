"""Texts as sequences of the indices of their words."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from trunkline.data.encoding import reading
from trunkline.data.layout import Block
from trunkline.settings.encoding import Tokens as Settings

KIND = "tokens"
WORD = re.compile(r"\w+")
FILL, UNKNOWN = 0, 1  # what is no word, and what is no word of the vocabulary
FIRST = 2  # index of the most frequent word


@dataclass(frozen=True)
class Tokens:
    """A column of text, its first words by their place in a vocabulary.

    Attributes:
        column: that it reads.
        length: entries of the row.
        size: of a word's vector.
        vocabulary: the words, the most frequent first; of equals the first by its letters.
    """

    column: str
    length: int
    size: int
    vocabulary: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column,)

    @property
    def names(self) -> tuple[str, ...]:
        """Words by their place in the text."""
        return tuple(f"{self.column}: word {number}" for number in range(self.length))

    @property
    def block(self) -> Block:
        """Indices in order: 0 fills up, 1 is unknown."""
        known = len(self.vocabulary) + FIRST
        return Block(
            kind="tokens", name=self.column, width=self.length, vocabulary=known, size=self.size
        )

    @property
    def filler(self) -> None:
        """A missing text has no words."""

    def apply(self, frame: pd.DataFrame) -> np.ndarray:
        """Return indices, float32 `[rows, length]`; a text is cut or filled up at its end."""
        found = np.full((len(frame), self.length), FILL, np.float32)
        for row, text in enumerate(reading.texts(frame, self.column, KIND)):
            words = split(text)[: self.length]
            found[row, : len(words)] = [self._places.get(word, UNKNOWN) for word in words]
        return found

    def to_json(self) -> list[dict[str, Any]]:
        """Return one entry."""
        return [{"kind": KIND, **asdict(self)}]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.vocabulary, FIRST)}


def split(text: str) -> list[str]:
    """Return the words of a text in small letters.

    Example:
        >>> split("The Sea, the sea!")
        ['the', 'sea', 'the', 'sea']
    """
    return WORD.findall(text.lower())


def fit(settings: Settings, train: pd.DataFrame, columns: Sequence[str]) -> tuple[Tokens, ...]:
    """Return each column's encoder, with a vocabulary of the training rows.

    Raises:
        ValueError: no word is frequent enough.
    """
    return tuple(_fitted(settings, train, name) for name in columns)


def from_json(entry: Mapping[str, Any]) -> Tokens:
    """Return what `to_json` described."""
    return Tokens(entry["column"], entry["length"], entry["size"], tuple(entry["vocabulary"]))


def _fitted(settings: Settings, train: pd.DataFrame, name: str) -> Tokens:
    reading.some(train, name)
    counts: Counter[str] = Counter()
    for text in reading.texts(train, name, KIND):
        counts.update(split(text))
    frequent = [word for word, count in counts.items() if count >= settings.min_count]
    if not frequent:
        raise ValueError(
            f"column '{name}' has {len(counts)} words in the {len(train)} training rows, none of "
            f"them {settings.min_count} times: set a lower `min_count` in `inputs.encode`"
        )
    ordered = sorted(frequent, key=lambda word: (-counts[word], word))
    return Tokens(name, settings.length, settings.size, tuple(ordered[: settings.most]))
