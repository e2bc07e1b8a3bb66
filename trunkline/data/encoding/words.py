"""Texts as counts of hashed words and runs of characters."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Context
from typing import Any

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import HashingVectorizer

from trunkline.data.encoding import reading
from trunkline.data.layout import Block
from trunkline.settings.encoding import Words as Settings

KIND = "words"
ROWS = 2048  # texts that are counted at once
ANALYZERS = {"words": "word", "characters": "char_wb"}
PRECISE = Context(prec=25)  # a logarithm that is rounded once is the same on every processor


@dataclass(frozen=True)
class Words:
    """A column of text, hashed: MurmurHash3 of a run says its entry and its sign.

    Attributes:
        column: that it reads.
        words: shortest and longest run of words; empty for none.
        characters: shortest and longest run of characters within words; empty for none.
        size: entries for words, and as many for characters.
        norm: `l2` or `none`.
        rows: that it was fitted on.
        counts: training rows that have something in each entry; empty without `idf`.
    """

    column: str
    words: tuple[int, ...]
    characters: tuple[int, ...]
    size: int
    norm: str
    rows: int
    counts: tuple[int, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column,)

    @property
    def names(self) -> tuple[str, ...]:
        """Words and characters by the number of their entry."""
        return tuple(
            f"{self.column}: {kind} {number}"
            for kind in ANALYZERS
            if getattr(self, kind)
            for number in range(self.size)
        )

    @property
    def block(self) -> Block:
        """Numbers, one for each entry."""
        return Block(kind="numbers", name=self.column, width=len(self.names))

    @property
    def filler(self) -> None:
        """A missing text has no words."""

    def apply(self, frame: pd.DataFrame) -> np.ndarray:
        """Return hashed counts, weighed and scaled, float32 `[rows, width]`."""
        found = np.empty((len(frame), len(self.names)), np.float32)
        weights = self._weights()
        texts = reading.texts(frame, self.column, KIND)
        for start, counted in _counted(texts, self.words, self.characters, self.size):
            for number, counts in enumerate(counted):
                place = slice(number * self.size, (number + 1) * self.size)
                values = counts * weights[place]
                found[start : start + len(values), place] = _scaled(values, self.norm)
        return found

    def to_json(self) -> list[dict[str, Any]]:
        """Return one entry."""
        return [{"kind": KIND, **asdict(self)}]

    def _weights(self) -> np.ndarray:
        """Return ln((1 + n) / (1 + rows that have it)) + 1 of each entry, or ones."""
        if not self.counts:
            return np.ones(len(self.names))
        distinct = {count: self._rarity(count) for count in set(self.counts)}
        return np.array([distinct[count] for count in self.counts])

    def _rarity(self, count: int) -> float:
        return float(PRECISE.add(PRECISE.divide(1 + self.rows, 1 + count).ln(PRECISE), 1))


def fit(settings: Settings, train: pd.DataFrame, columns: Sequence[str]) -> tuple[Words, ...]:
    """Return each column's encoder; only `idf` learns something of the training rows."""
    return tuple(_fitted(settings, train, name) for name in columns)


def from_json(entry: Mapping[str, Any]) -> Words:
    """Return what `to_json` described."""
    return Words(
        entry["column"], tuple(entry["words"]), tuple(entry["characters"]), entry["size"],
        entry["norm"], entry["rows"], tuple(entry["counts"]),
    )  # fmt: skip


def _fitted(settings: Settings, train: pd.DataFrame, name: str) -> Words:
    reading.some(train, name)
    texts = reading.texts(train, name, KIND)
    words, characters, size = settings.words, settings.characters, settings.size
    counts: tuple[int, ...] = ()
    if settings.weight == "idf":
        pieces = [
            np.concatenate([np.count_nonzero(one, axis=0) for one in counted])
            for _, counted in _counted(texts, words, characters, size)
        ]
        counts = tuple(np.sum(pieces, axis=0).tolist())  # whole numbers: in any order
    return Words(name, words, characters, size, settings.norm, len(texts), counts)


def _counted(
    texts: Sequence[str], words: Sequence[int], characters: Sequence[int], size: int
) -> Iterator[tuple[int, list[np.ndarray]]]:
    """Yield the first row of each piece, and float64 `[rows, size]` of what is counted in it."""
    counters = [
        HashingVectorizer(
            analyzer=ANALYZERS[kind], ngram_range=tuple(runs), n_features=size, norm=None
        )
        for kind, runs in (("words", words), ("characters", characters))
        if runs
    ]
    for start in range(0, len(texts), ROWS):
        piece = texts[start : start + ROWS]
        yield start, [counter.transform(piece).toarray() for counter in counters]


def _scaled(values: np.ndarray, norm: str) -> np.ndarray:
    """Return rows of length 1, or as they are; a row of zeros stays one."""
    if norm == "none":
        return values
    # Added one after the other: the same order on every processor, whatever rows are beside it.
    length = np.sqrt(np.cumsum(values * values, axis=1)[:, -1:])
    return values / np.where(length > 0, length, 1.0)
